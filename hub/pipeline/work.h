/* Work: one round of the pipeline, for whoever runs it: a worker, or `axle load`. */
#pragma once

#include "hub/pipeline/hub.h"

/*
 * Before the first round over a connection.  Its statements are the same ones over and over, each for a
 * batch by its keys, on tables that grow faster than statistics follow: plans that walk through a table
 * or were made for an empty one would last.
 */
bool work_connection(struct db *db, struct error *err) MUST_CHECK;
/*
 * Resolve, refresh and ingest one batch each of what waits when it begins; where nothing was to be ingested,
 * and in every eighth round, resolve things; where nothing was, sweep.
 * *busy tells whether anything was done.  After a RETRY nothing is lost: call again.  After a REJECT
 * one record could not be resolved, and waits behind all others; the rest of the round was done: say so, and
 * call again.
 */
bool work_round(const struct hub *hub, bool *busy, struct error *err) MUST_CHECK;
/* The same for the first rounds of a process that may have been started because a delivery ended the one
 * before it: see ingest_carefully(). */
bool work_round_carefully(const struct hub *hub, bool *busy, struct error *err) MUST_CHECK;
