/*
 * Trainer, inside: what training collects and estimates.  Floating point serves here, in an order that
 * depends on the records alone; the version that comes of it has decimals of three digits.
 */
#pragma once

#include "hub/match/compare.h"
#include "hub/match/train.h"

/* Which value the pairs of a pass share. */
enum train_pass {
    PASS_NAME,
    PASS_BIRTH,
    PASS_EMAIL,
    PASS_PHONE,
    PASS_ADDRESS,
    PASS_IDENTIFIER,
    PASS_COMPANY,
    PASSES
};
_Static_assert(PASSES == TRAIN_PASSES, "a row of results for each pass");

/* A record that is compared. */
struct sampled {
    uint64_t order; /* by its id alone */
    const struct features *features;
};

/* One of its values, for a pass. */
struct train_entry {
    uint64_t value, order;
    unsigned record; /* of the sampled */
    enum train_pass pass;
};

/* How often a name is borne. */
struct name_count {
    const char *text;
    size_t count;
};
struct name_counts {
    struct map by_hash;
    struct name_count **list;
    size_t count, room;
    size_t all; /* records that have one */
};

/* The levels of a pair, packed; what is missing, or read from another script, is 0. */
struct pattern {
    uint64_t levels;
    double weight;
};
struct patterns {
    struct pattern *list;
    size_t count, room;
};
#define PATTERN_BITS 4
#define PATTERN_COMPANY (UINT64_C(1) << 63) /* it has no household */
_Static_assert(COMPARISONS *PATTERN_BITS < 63, "a pattern holds every comparison");

static inline int pattern_level(uint64_t levels, int comparison)
{
    return (int)(levels >> (comparison * PATTERN_BITS) & 15) - 1;
}

struct train_pair {
    unsigned left, right; /* of the sampled */
    double weight;        /* pairs of the whole set that it stands for */
};

/* P(level | same customer), P(level | two customers), P(level | two people of one household). */
struct chances {
    double m[COMPARISONS][LEVELS_MOST], u[COMPARISONS][LEVELS_MOST], h[COMPARISONS][LEVELS_MOST];
};

/* What one pass comes to. */
struct pass_result {
    double m[COMPARISONS][LEVELS_MOST];
    double seen[COMPARISONS][LEVELS_MOST]; /* of each cell, by pairs of one customer */
    double same[COMPARISONS];              /* the same together */
    double pairs, same_pairs, household_pairs;
};

struct trainer {
    struct arena *arena;
    const struct model *model;
    int64_t expected; /* records */
    size_t added;
    uint64_t pass_below, random_below, names_below; /* hashes up to there are of the sample */
    struct {
        struct sampled *list;
        size_t count, room;
    } kept;
    struct {
        struct train_entry *list;
        size_t count, room;
    } entries;
    struct {
        unsigned *list;
        size_t count, room;
    } randoms;
    struct name_counts given, family;

    struct patterns random, pass[PASSES], household;
    struct {
        struct train_pair *list;
        size_t count, room;
    } pairs; /* of all passes, each with its share */
    size_t random_pairs;
};

/* The level whose m is learnt together with this one's; itself mostly.  -1: it stays as it is. */
int train_cell(int comparison, int level);
bool train_learns_u(int comparison);

/* Fill in patterns and pairs from what was collected. */
void train_compare(struct trainer *trainer);
/* Expectation-maximisation over one pass, u and h held. */
void train_pass(const struct trainer *trainer, enum train_pass pass, const struct chances *from,
                struct pass_result *result);
/* u by counting. */
void train_count(const struct trainer *trainer, struct chances *chances);
/* Is it what all of a household have in common? */
bool train_is_of_home(int comparison);
/* h of that: as m moved from the old one, and by counting. */
void train_homes(const struct trainer *trainer, const struct chances *old, struct chances *chances);
/*
 * The site's shares, blended with the table's, as a version has them, and how many.  Of the records that bear a name
 * `own` beside the one compared are not somebody else's.
 */
size_t train_names(struct arena *arena, const struct rarities *rarities,
                   const struct name_counts *names, double own, struct names_stated *stated);
