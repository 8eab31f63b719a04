/* Source state: how it goes with a source, in one row that whoever reads it keeps up to date. */
#pragma once

#include "hub/store/db.h"

enum source_doing {
    SOURCE_STARTING,
    SOURCE_READING,
    SOURCE_WAITING, /* for something to come */
    SOURCE_FULL,    /* the inbox is: nothing more is brought until the workers are further */
    SOURCE_FAILING, /* tried again until it goes */
    SOURCE_STOPPED,
};

struct source_state {
    enum source_doing doing;
    bool looked;       /* since the last time: the source was asked, and answered */
    int64_t records;   /* since the last time */
    double rate;       /* records a second */
    int64_t behind;    /* what the source still holds; -1: unknown */
    int64_t lag_ms;    /* how long what came last had waited; -1: unknown */
    int attempts;      /* failed ones, one after the other */
    const char *error; /* the trouble; NULL: none since the last time */
};

bool source_state_put(struct db *db, int source_id, const struct source_state *state,
                      struct error *err) MUST_CHECK;
