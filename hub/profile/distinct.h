/*
 * Distinct: how many different texts there are among any number, in bounded memory.
 *
 * Exact up to DISTINCT_EXACT; beyond that only texts whose hash has some low bits zero are kept (adaptive
 * sampling, Wegman), which estimates the number to about one in a hundred.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/base/arena.h"

#define DISTINCT_EXACT 8192

struct distinct {
    struct arena *arena;
    uint64_t *slots; /* 0: free */
    size_t count, room;
    unsigned level; /* so many low bits are zero in what is kept */
    bool repeats;   /* some text was there before */
};

void distinct_add(struct distinct *distinct, uint64_t hash);
size_t distinct_count(const struct distinct *distinct);
bool distinct_is_exact(const struct distinct *distinct);
