/* Hub: what every step of the pipeline works with. */
#pragma once

#include "hub/match/match.h"
#include "hub/store/db.h"
#include "hub/store/sources.h"

struct hub {
    struct db *db;
    const struct dictionary *dictionary;
    const struct model *model;
    const struct sources *sources;
    struct drift *drift; /* what is known of the sources' fields (drift.h); NULL: nobody watches */
    size_t batch;        /* deliveries, or jobs, that a transaction takes at most */
};
