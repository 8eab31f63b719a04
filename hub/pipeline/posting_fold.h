/*
 * Posting fold: what was added to the postings or left them, put into their base (posting_page.h), when it has become
 * much and nothing else is to be done: packed they take a sixth of the room.
 */
#pragma once

#include "hub/pipeline/hub.h"

/* Fold some, whether or not it is worth while; *more tells whether there was anything to fold. */
bool posting_fold_step(const struct hub *hub, bool *more, struct error *err) MUST_CHECK;
/* A step, where it is worth while; *busy is set when there was something to do. */
bool posting_fold(const struct hub *hub, bool *busy, struct error *err) MUST_CHECK;
/* The same for who has other work: only where very much waits. */
bool posting_fold_late(const struct hub *hub, struct error *err) MUST_CHECK;
