/*
 * Survive: which of several candidates for one value comes first.  For this directory only.
 *
 * A candidate is what one record offers: a single value, or the values of several elements that stand
 * together (a name, an address).  Strategies are lists of criteria, each deciding where the one before
 * it saw no difference; record ids end every list, so the order never depends on how candidates came.
 */
#pragma once

#include "hub/golden/golden.h"

/* Elements whose values are chosen together; a value by itself is a span of one. */
struct span {
    const struct element **elements;
    size_t count;
};

struct candidate {
    const struct member *member;
    const struct value **values; /* by the span's elements; NULL where there is none */
    const char *text;            /* by which it is judged and compared */
    const char *key;             /* candidates with equal keys agree; NULL agrees with none */
    unsigned wholeness;          /* more is preferred to anything else */
    unsigned trust; /* of its source; of its least trusted value where some have their own */
    bool derived, verified;  /* verified: all of its values are */
    size_t order;            /* among its record's own */
    size_t sources, records; /* that agree, itself among them; filled in by survive_sort() */
};

struct candidates {
    struct candidate *list;
    size_t count;
};

struct strategy;
/* NULL, and names that are unknown, mean "trust". */
const struct strategy *survive_strategy(const char *name);
const char *survive_name(const struct strategy *strategy);

/* Best first. */
void survive_sort(struct arena *arena, const struct strategy *strategy,
                  struct candidates *candidates);

/*
 * Where candidate `at` is written in capitals or small letters throughout: the best of those that
 * agree with it, with the same trust, and is written in both.  Otherwise `at`.
 */
size_t survive_spelling(const struct candidates *candidates, size_t at);

bool survive_agree(const struct candidate *left, const struct candidate *right);
