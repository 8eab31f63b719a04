/*
 * Resolver: a whole set of records to clusters, in memory, on all processors.
 *
 * What it finds is what resolving the same records one after the other finds: candidates by the rules of
 * hub/match/match.h, the same comparison, the same clustering.  The result is a function of the records and the
 * model alone, whatever the number of threads and the order in which the records were added.
 *
 *     struct resolver *resolver = resolver_new(work, model, &(struct resolver_settings){.memory = bytes});
 *     while (...)
 *         if (!resolver_add(resolver, record_id, packed, err))
 *             return false;
 *     if (!resolver_run(resolver, &resolved, err))
 *         return false;
 */
#pragma once

#include "hub/match/match.h"

struct resolver;

struct resolver_settings {
    unsigned threads;    /* 0: one a processor */
    size_t memory;       /* bytes to stay under; what goes past them is spilled; 0: 2.5 GiB */
    const char *scratch; /* a directory for what is spilled; NULL: TMPDIR, or /tmp */
};

/* All that it holds lives in the arena.  So must the model, which it keeps. */
struct resolver *resolver_new(struct arena *arena, const struct model *model,
                              const struct resolver_settings *settings);
/* A record, by its vector as features_pack() made it; the bytes are copied.  Each record once.  FATAL when
 * they are no such vector. */
bool resolver_add(struct resolver *resolver, int64_t record_id, struct slice packed,
                  struct error *err) MUST_CHECK;

/* Records are named by their place among all, by ascending record id. */
struct resolver_edge {
    uint32_t left, right; /* left < right */
    int32_t weight;
};

/* A key that is generic, or (refine not 0) a generic key with a refine that too many share as well. */
struct resolver_generic {
    int64_t key;
    int32_t refine;
    uint8_t type;
};

/* A record that some of its keys brought no candidates. */
struct resolver_partial {
    uint32_t record;
    uint32_t types; /* of those keys, a bit each: blocking_types_text() */
};

#define RESOLVER_NO_EDGE UINT32_MAX

enum resolver_step {
    RESOLVER_KEYS,
    RESOLVER_BLOCKS,
    RESOLVER_PAIRS,
    RESOLVER_DIVIDE,
    RESOLVER_STEPS
};

/* What was done; some of it by type of key. */
struct resolver_figures {
    int64_t took[RESOLVER_STEPS];          /* microseconds */
    size_t spilled;                        /* bytes */
    uint64_t keys;                         /* held by all records together */
    uint64_t pairs;                        /* different candidate pairs: all were compared */
    uint64_t met[BLOCKING_TYPES_MOST];     /* pairs that keys of a type bring together */
    uint64_t net[BLOCKING_TYPES_MOST];     /* those that no earlier type does */
    uint32_t largest[BLOCKING_TYPES_MOST]; /* records in the largest block that was compared */
};

struct resolved {
    unsigned step; /* of lambda, for so many records */
    int32_t match_weight, review_weight;
    size_t count;
    const int64_t *records;   /* ascending */
    const uint32_t *clusters; /* of each record the first of its cluster */
    /* Pairs without a veto from the review weight on, ascending by left, then right. */
    const struct resolver_edge *edges;
    size_t edge_count;
    const uint32_t
        *rivals; /* of each record its best edge to another cluster, or RESOLVER_NO_EDGE */
    const struct resolver_generic *generic; /* ascending by key, then refine */
    size_t generic_count;
    const struct resolver_partial *partials; /* ascending by record */
    size_t partial_count;
    struct resolver_figures figures;
};

/* Resolve all that was added.  RETRY when the scratch directory is full or cannot be written. */
bool resolver_run(struct resolver *resolver, struct resolved *resolved,
                  struct error *err) MUST_CHECK;

struct resolver_posting {
    int64_t key;
    int32_t refine;
    uint8_t type;
    uint32_t record; /* its place, as above */
};
/* All keys of all records, ascending by key, refine and record, in runs.  A key may go on in the next run.
 * `take` is called by one thread at a time, in order; it stops when `take` fails. */
bool resolver_postings(struct resolver *resolver,
                       bool (*take)(void *context, const struct resolver_posting *run, size_t count,
                                    struct error *err),
                       void *context, struct error *err) MUST_CHECK;

/*
 * Every candidate pair once, without scoring it.  `take` is called from several threads at once, numbered from
 * 0 and fewer than resolver_threads(); which pairs a thread sees, and in what order, says nothing.
 * The features live until it returns.
 */
struct resolver_pair {
    const struct features *left, *right; /* by ascending id */
    uint8_t type;                        /* the first type of key that brings them together */
};
bool resolver_pairs(struct resolver *resolver,
                    void (*take)(void *context, unsigned thread, const struct resolver_pair *pair,
                                 const struct generic_keys *generic),
                    void *context, struct error *err) MUST_CHECK;
unsigned resolver_threads(const struct resolver *resolver);
size_t resolver_count(const struct resolver *resolver); /* records */
