/*
 * The resolver's inside, for the files of this directory.
 *
 * In order: vectors.c holds the records, blocks.c finds who shares a key, pairs.c takes each pair once,
 * components.c divides those who hang together; run.c calls them.
 */
#pragma once

#include "hub/match/outline.h"
#include "hub/resolver/bags.h"
#include "hub/resolver/resolver.h"
#include "hub/resolver/threads.h"

struct vector_block {
    char *bytes;
    size_t used;
};

struct resolver {
    struct arena *arena;
    const struct model *model;
    struct resolver_settings settings;
    struct {
        struct vector_block *list;
        size_t count, room;
    } blocks;
    size_t last_room;    /* what is left of the last block */
    size_t count, bytes; /* records; of all their vectors */
    /* Once all are there, by ascending id. */
    int64_t *records;
    const char **vectors; /* as vectors.c lays them out */
    /* Once keys have been made. */
    struct outline *outlines;
};

/* No more are added: give each record its place. */
void vectors_settle(struct resolver *resolver);
/* For what comes and goes: what the records leave of the memory. */
struct pool *vectors_pool(const struct resolver *resolver, struct arena *arena);
struct slice vectors_at(const struct resolver *resolver, size_t record);
/* Into FEATURES_ROOM_MOST bytes. */
const struct features *vectors_place(const struct resolver *resolver, size_t record, void *room);
/* The compiler takes a call of what only fetches for one that does nothing. */
#define FETCHING static inline __attribute__((always_inline)) void
FETCHING vectors_fetch(const struct resolver *resolver, size_t record)
{
    const char *vector = resolver->vectors[record];
    __builtin_prefetch(vector);
    __builtin_prefetch(vector + 64);
    __builtin_prefetch(vector + 128);
}

/* All keys of all records, in bags by their first bits. */
struct postings {
    struct bags *bags; /* of struct item, by posting_item() */
    unsigned shift;    /* a key is in the bag of its rank >> shift */
};
void postings_make(struct resolver *resolver, struct arena *arena, struct pool *pool,
                   struct postings *postings);
/* Take a bag, sorted. */
struct item *postings_take(const struct postings *postings, unsigned thread, size_t bag,
                           struct item *items, struct item *scratch);
struct resolver_posting posting_read(const struct postings *postings, size_t bag,
                                     const struct item *item);

/* What keys say over all records. */
struct blocking {
    struct bags *pairs; /* of uint64_t by pair_of(): a pair is in the bag of its left >> shift */
    unsigned shift;
    uint32_t *skipped; /* of each record the types of keys that brought it nothing */
    struct generic_keys generic;
    struct resolver_generic *generics; /* by key, refine */
    size_t generic_count;
    struct resolver_figures figures;
};
/* What is found lives in `arena`, the pairs in the pool. */
bool blocks_find(struct resolver *resolver, struct arena *arena, struct pool *pool,
                 struct blocking *blocking, struct error *err) MUST_CHECK;

/* A pair, and the type of a key that brings it together; in order: by left, right, type. */
#define PAIR_RECORDS_MOST ((size_t)1 << 28)
static inline uint64_t pair_of(uint32_t one, uint32_t other, uint8_t type)
{
    uint64_t left = one < other ? one : other, right = one < other ? other : one;
    return left << 36 | right << 8 | type;
}
static inline uint32_t pair_left(uint64_t pair)
{
    return (uint32_t)(pair >> 36);
}
static inline uint32_t pair_right(uint64_t pair)
{
    return (uint32_t)(pair >> 8) & (uint32_t)(PAIR_RECORDS_MOST - 1);
}

/* Give out all pairs, each once, with its first type of key; a bag at a time, by ascending left, then right. */
struct pairs {
    unsigned thread;
    size_t bag;
    const uint64_t *list;
    size_t count;
};
bool pairs_visit(struct resolver *resolver, struct pool *pool, struct blocking *blocking,
                 void (*visit)(void *context, const struct pairs *pairs), void *context,
                 struct error *err) MUST_CHECK;

/* Divide the records along the edges of `resolved`; fills in its clusters and rivals. */
void components_divide(const struct resolver *resolver, struct resolved *resolved);
