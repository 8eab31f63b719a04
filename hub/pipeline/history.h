/*
 * History: the versions of the source records that a batch of deliveries touches.
 *
 * Loaded (and locked, in record id order) once a batch; each delivery is then compared with what is
 * current, in the order of the stream; what changed is written with a handful of statements.
 */
#pragma once

#include "hub/pipeline/delivery.h"

struct history *history_load(struct arena *work, const struct hub *hub, struct delivery *deliveries,
                             size_t count, struct error *err);
/* Compare one delivery with what is current; fills in what becomes of it. */
void history_add(struct history *history, struct delivery *delivery);
/* What a batch makes of each record that it touches or that is a part beside one. */
struct history_outcome {
    int64_t record_id;
    bool before, after;            /* is it current? */
    const struct version *version; /* the new one, or NULL */
};
const struct history_outcome *history_outcomes(const struct history *history, size_t *count);
/* Write versions, postings, jobs and counts.  RETRY when somebody added one of the records meanwhile. */
bool history_write(struct history *history, struct db *db, struct error *err) MUST_CHECK;
