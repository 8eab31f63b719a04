/* Keep: what a delivery cannot state because its source drifted stays as the version before has it. */
#pragma once

#include "hub/pipeline/delivery.h"

/* Is this one of the values that the field would have made? */
bool loss_covers(const struct loss *loss, const struct record *record, const struct value *value);
/* The version that a new one follows. */
struct before {
    const char *doc; /* NULL: it is a deletion, or there is none */
    struct rank at;
};

/*
 * Add to a version the values of the one before that the delivery has lost, marked as kept, note what it
 * lost, and make it anew.  An address is kept only where its other parts are what they were.
 */
void keep_values(struct arena *arena, const struct hub *hub, const struct delivery *delivery,
                 struct version *version, const struct before *before);
/* A version that comes too late. */
struct late {
    const struct delivery *delivery;
    const struct record *record; /* NULL: a deletion */
    struct rank at;
};

/*
 * What the current version (its document; `record` says the rest of it) lost is better known from a late one
 * that is after the version it is kept from; behind a deletion nothing before it is kept.  Returns the current
 * version made anew, or NULL: nothing changes.
 */
const struct version *keep_late(struct arena *arena, const struct hub *hub,
                                const struct record *record, const char *doc,
                                const struct late *late);
