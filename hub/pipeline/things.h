/*
 * Things: which product, transaction or household a record of another class than customer speaks of.
 *
 * As resolving customers: records that share a key, or were one thing so far, are locked in id order and
 * looked at again before anything is written, so that of any two records at least one sees the other.
 * The partition is thing_partition() of the current records; ids stay with most of their records, and
 * where several meet the oldest survives.
 */
#pragma once

#include "hub/pipeline/hub.h"

/* Jobs JOB_THING and JOB_REKEY: at most `limit` in one transaction, as resolve_batch(). */
bool things_batch(const struct hub *hub, size_t limit, size_t *done, struct error *err) MUST_CHECK;
bool things_rekey_batch(const struct hub *hub, size_t limit, size_t *done,
                        struct error *err) MUST_CHECK;
