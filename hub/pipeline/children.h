/*
 * Children: what hangs on a source record beside its values: what it is to other records, and what
 * it states of a thing.  Stored with each version, in the transaction that stores the version.
 */
#pragma once

#include "hub/pipeline/delivery.h"

/* A record that changed. */
struct child {
    int64_t id;
    bool stored;                   /* it had a version before */
    bool was_other;                /* of another class than customer */
    const struct version *version; /* that is current now; NULL: it is deleted */
};

/* Also queues a job for each statement that a record makes or made. */
bool children_write(struct arena *work, struct db *db, const struct child *children, size_t count,
                    struct error *err) MUST_CHECK;
