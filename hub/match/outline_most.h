/*
 * Outline, inside: what a pair weighs at most, element by element.
 *
 * Each function tells from two outlines which levels are still possible, and answers with the most that its
 * comparison can weigh, against any two customers and against two people of a household.  Whatever compare_*.c
 * loosens must be loosened here.
 */
#pragma once

#include "hub/match/compare.h"
#include "hub/match/outline_parts.h"

struct most {
    int32_t weight, household;
};

static inline int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static inline int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static inline struct most most_of(const struct level *level)
{
    return (struct most){level->weight, level->household};
}

static inline void most_add(struct most *sum, struct most most)
{
    sum->weight += most.weight;
    sum->household += most.household;
}

/* It may be this level as well. */
static inline struct most or_level(struct most most, const struct level *level)
{
    return (struct most){larger(most.weight, level->weight),
                         larger(most.household, level->household)};
}

static inline bool has_more_bits(uint32_t bits, unsigned most)
{
    for (; most && bits; most--)
        bits &= bits - 1;
    return bits;
}

/* A letter replaced changes two of those that occur. */
static inline bool within_edits(uint32_t left, uint32_t right, int left_size, int right_size,
                                int edits)
{
    return left_size - right_size <= edits && right_size - left_size <= edits &&
           !has_more_bits(left ^ right, 2 * (unsigned)edits);
}

/* May Jaro-Winkler reach so much that matches / left + matches / right is `percent` hundredths? */
static inline bool may_match(uint32_t left, uint32_t right, int left_size, int right_size,
                             int percent)
{
    int matches = smaller(left_size - __builtin_popcount(left & ~right & LETTER_BITS),
                          right_size - __builtin_popcount(right & ~left & LETTER_BITS));
    return 100 * matches * (left_size + right_size) >= percent * left_size * right_size;
}

/* In outline_name.c; the other elements stand in outline_bound.c. */
struct most name_most(const struct model *model, const struct outline *l, const struct outline *r);
