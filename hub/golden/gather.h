/*
 * Gather: what the records offer for an element, a name or an address.  For this directory only.
 *
 * Values without a standard form offer nothing.
 */
#pragma once

#include "hub/golden/survive.h"

struct members {
    struct arena *arena;
    const struct member *list;
    size_t count;
};

/* Each value of one element is a candidate, told apart by its folded text. */
struct candidates gather_values(const struct members *members, const struct element *element);

/* The same for an element with many values: told apart by the value and its scheme. */
struct candidates gather_many(const struct members *members, const struct element *element);

/*
 * Values of the span that a record gave under one group label are one candidate.  Its text, key and
 * wholeness are for the caller to judge.
 */
struct candidates gather_spans(const struct members *members, const struct span *span);

/* Its value of the span's element of that last name part ("street" of "address.street"), or NULL. */
const struct value *gather_part(const struct span *span, const struct candidate *candidate,
                                const char *part);
/* The last part of an element's path. */
const char *gather_name(const struct element *element);
/* Both in one text, divided. */
const char *gather_pair(struct arena *arena, const char *left, char between, const char *right);
/* Folded for comparison; a text of nothing but punctuation stands for itself. */
const char *gather_fold(struct arena *arena, const char *text);
