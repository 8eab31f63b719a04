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

/*
 * In a transaction: hold dictionary and model until the end, so that nothing is written by others than all
 * read by.  RETRY when the hub works with another one since, or somebody holds it (hub/store/hold.h).
 */
bool hub_enter(const struct hub *hub, struct error *err) MUST_CHECK;
