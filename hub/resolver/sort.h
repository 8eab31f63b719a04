/* Sort: items of two words, by the first, then the second; by radix, for both are mostly hashes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct item {
    uint64_t high, low;
};

/* Fewer than 2^32; `scratch` has room for as many. */
void sort_items(struct item *items, struct item *scratch, size_t count);
