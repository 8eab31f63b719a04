/*
 * Makeup: how customers came to be what they are: the joins from single records to the whole, in the order in
 * which they were decided, what was refused, and how well the whole hangs together.
 *
 * Decided once more from what is stored, by the same function; nothing is written, and nothing locked.
 */
#pragma once

#include "hub/base/uuid.h"
#include "hub/pipeline/hub.h"
#include "hub/pipeline/keyring.h"

/* Records looked at, at most: those of the customers, and what matches them. */
#define MAKEUP_MOST 20000

struct maker {
    int64_t id, cluster;
    const char *source, *key, *part;
    struct uuid customer; /* nil: not resolved yet */
    const struct features *features;
};

/* A join, or its refusal. */
struct makeup_join {
    const struct match_join *join;
    const struct maker *left, *right; /* the ends of its edge */
    const char *words; /* why: of a join what the two agree in, otherwise what forbids it */
    const struct maker *one, *other; /* of a veto: the records that can never be one, or NULL */
};

/* How a customer hangs together, by the pairs of its records that match. */
struct makeup_shape {
    size_t records, matches, pairs,
        bridges;                       /* bridges: matches without which it would fall apart */
    const struct makeup_join *weakest; /* NULL: a single record */
    bool oversize, loose;              /* as hub/match/doubts.h has it */
};

struct makeup {
    struct arena *arena; /* given, as are hub and customers */
    const struct hub *hub;
    const struct uuid *customers;
    size_t customer_count;

    unsigned step;
    struct maker *makers; /* ascending by id */
    size_t maker_count;
    struct keyring keyring;
    struct makeup_join *joins, *refused; /* in their order; only those that touch the customers */
    size_t join_count, refused_count;
    struct makeup_shape shape; /* of the first customer */
    bool more;                 /* than MAKEUP_MOST records: what is said may lack some */
    bool pending; /* the records lie otherwise now than this says: there is work to do */
};

/* NOT_FOUND where a customer has no records. */
bool makeup_find(struct makeup *makeup, struct error *err) MUST_CHECK;
