/*
 * Drift: fields that are not as their mapping expects: new ones, missing ones, ones of another kind.
 *
 * A batch is looked at between reading and storing it.  What it holds is counted for axle.drift in the
 * same transaction; and each delivery learns what it has lost, so that nothing published is blanked by it
 * (keep.h).  A worker remembers what is known of each source's fields and writes only what is new.
 *
 * Of columns the header tells: one that the mapping reads and the header lacks is missing.  A JSON or XML
 * field is missing when all records had it before, five or more of them, and none has it any more; one that
 * comes and goes is optional.  Deliveries that are mapped anew are looked at for what they lost alone.
 */
#pragma once

#include "hub/pipeline/delivery.h"

struct drift *drift_new(struct arena *process);
/* Look at a batch that was read.  In the transaction that stores it, before any record is locked. */
bool drift_watch(struct arena *work, const struct hub *hub, struct delivery *deliveries,
                 size_t count, struct error *err) MUST_CHECK;
