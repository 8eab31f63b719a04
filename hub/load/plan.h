/*
 * Plan: what differs between what is stored and what it comes to, in portions that can be written one without
 * the other.  Private to the room.
 */
#pragma once

#include "hub/load/whole.h"

#define NO_PORTION UINT32_MAX

/* Some components, whole: all that edges, stored or found, and customers, as they were, connect. */
struct portion {
    const uint32_t *places; /* ascending */
    size_t count;
    bool untold; /* nobody ever had any of these records */
    size_t bin;  /* of those: counts them */
};

struct plan {
    const struct whole *whole;
    struct portion *portions;
    size_t count, bins;
    uint32_t *portion_of; /* by place; NO_PORTION: nothing to do */
    /* Edges whose left end is a place stand at [first[place], first[place + 1]): as found, as stored. */
    const uint32_t *found, *stored;
};

void plan_make(struct arena *arena, const struct whole *whole, struct plan *plan);
