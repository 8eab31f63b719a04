/*
 * Posting holders: who holds some blocking keys now, by the base and by what was added or left since.
 */
#pragma once

#include "hub/store/db.h"

struct posting_query {
    int64_t key;
    int32_t refine; /* where it matters */
    int32_t most;   /* so many are enough to know of */
};

struct holder {
    int64_t record_id;
    int32_t refine;
};

struct holders {
    struct holder *list; /* in the order of refine and record */
    size_t count, room;
};

struct posting_queries {
    const struct posting_query *list;
    size_t count;
    bool refined; /* each is for those with its refine alone */
};

/* holders[i] becomes who holds the key of the i-th query: all of them, or `most` at least.  One snapshot a call, unless
 * there are very many. */
bool posting_holders(struct arena *arena, struct db *db, const struct posting_queries *queries,
                     struct holders *holders, struct error *err) MUST_CHECK;
