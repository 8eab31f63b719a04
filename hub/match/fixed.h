/*
 * Fixed: probabilities as decimal text become weights in thousandths of a bit, by integers alone, so
 * that every machine reads the same weights from the same file.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hub/base/arena.h"

/* A probability or factor greater than 0, at most nine digits and twelve decimals: "0.85", "1",
 * "0.000001"; false when it is none. */
struct ratio {
    uint64_t numerator, denominator;
};
bool ratio_read(const char *text, struct ratio *ratio);
/* The same the other way: exactly what was read. */
const char *ratio_text(struct arena *arena, struct ratio ratio);
/* An estimate, to three digits: from 0.000000001 to 999999. */
struct ratio ratio_of(double estimate);
/* In thousandths, rounded down; 0 for what nobody gave. */
static inline int32_t ratio_thousandths(struct ratio ratio)
{
    return ratio.denominator ? (int32_t)(ratio.numerator * 1000 / ratio.denominator) : 0;
}
/* For estimating: nothing that weighs a pair may depend on it. */
static inline double ratio_double(struct ratio ratio)
{
    return ratio.denominator ? (double)ratio.numerator / (double)ratio.denominator : 0;
}

/* log2, rounded to thousandths. */
int32_t ratio_log2(struct ratio ratio);
/* log2 (a / b), rounded to thousandths. */
int32_t ratio_log2_of(struct ratio a, struct ratio b);
/* log2 (p / (1 - p)) of a probability below 1. */
int32_t ratio_log2_odds(struct ratio p);
