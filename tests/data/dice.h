/*
 * Dice: the random numbers of the generator, the same on every machine.
 *
 * xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64 (Steele, Lea and Flood, 2014); integers
 * only.  C leaves the order of arguments open: never roll twice within one expression.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/base/arena.h"

struct dice {
    uint64_t state[4];
};

void dice_seed(struct dice *dice, uint64_t seed);
uint64_t dice_next(struct dice *dice);
/* From 0 to count - 1; count is not 0. */
uint32_t dice_below(struct dice *dice, uint32_t count);
/* From least to most, both included. */
int dice_between(struct dice *dice, int least, int most);
/* True in so many of a thousand. */
bool dice_chance(struct dice *dice, unsigned per_mille);
/* An index, each as often as its weight says. */
size_t dice_weighted(struct dice *dice, const unsigned *weights, size_t count);

/* Many words with falling weights: rank r weighs 1 / (r + flat), as names do (Zipf, Mandelbrot). */
struct words {
    const char **word;
    uint64_t *upto; /* running sum of the weights */
    size_t count;
};

/* Weights for words that are in the order of their rank. */
void words_weigh(struct arena *arena, struct words *words, unsigned flat);
/* An index of a word; the word itself. */
size_t dice_rank(struct dice *dice, const struct words *words);
const char *dice_word(struct dice *dice, const struct words *words) RETURNS_NONNULL;
