/*
 * Things: which product, transaction or household a record of another class than customer speaks of.
 *
 * As resolving customers: statements that share a key, or were of one thing so far, are locked in order and
 * looked at again before anything is written, so that of any two at least one sees the other.  The
 * partition is thing_partition() of the records that stand for them; ids stay with most of their
 * statements, and where several meet the oldest survives.
 */
#pragma once

#include "hub/pipeline/hub.h"

/* Jobs JOB_THING and JOB_REKEY: at most `limit` in one transaction, as resolve_batch(). */
bool things_batch(const struct hub *hub, size_t limit, size_t *done, struct error *err) MUST_CHECK;
bool things_rekey_batch(const struct hub *hub, size_t limit, size_t *done,
                        struct error *err) MUST_CHECK;
