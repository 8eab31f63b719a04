/*
 * Bundle: values that are chosen together: a name, an address.  For this directory only.
 */
#pragma once

#include "hub/golden/gather.h"

/* The names that records offer for a person or an organization (`kind`), or what they offer for another
 * group of elements, judged by the group's first element. */
struct candidates bundle_names(const struct members *members, const struct span *span,
                               const char *group, const char *kind);

/* The addresses (or values of another composite) that records offer. */
struct candidates bundle_composites(const struct members *members, const struct span *span);

/* An address as it survives: whole, of one record; but what it is for, another that agrees may say. */
struct composite_item {
    const struct candidate *candidate;
    const char *kind;
};

/*
 * From sorted candidates those that say something new, best first; returns how many.  One that another
 * contains (each part of it, folded, "Street" as "St") is the same address, and the fuller of the two stands in the
 * better's place.
 */
size_t bundle_distinct(struct arena *arena, const struct span *span,
                       const struct candidates *sorted, struct composite_item **items);
