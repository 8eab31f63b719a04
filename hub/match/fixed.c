#include "hub/match/fixed.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "hub/base/text.h"

#define FRACTION 24 /* bits behind the point while computing */

bool ratio_read(const char *text, struct ratio *ratio)
{
    *ratio = (struct ratio){0, 1};
    bool point = false;
    int digits = 0;
    for (; *text; text++) {
        if (*text == '.' && !point) {
            point = true;
            continue;
        }
        if (*text < '0' || *text > '9' || ratio->numerator > 99999999 ||
            ratio->denominator > 99999999999)
            return false;
        ratio->numerator = ratio->numerator * 10 + (uint64_t)(*text - '0');
        ratio->denominator *= point ? 10 : 1;
        digits++;
    }
    return digits && ratio->numerator;
}

const char *ratio_text(struct arena *arena, struct ratio ratio)
{
    int decimals = 0;
    for (uint64_t unit = ratio.denominator; unit >= 10; unit /= 10)
        decimals++;
    const char *whole = arena_printf(arena, "%" PRIu64, ratio.numerator / ratio.denominator);
    if (!decimals)
        return whole;
    return arena_printf(arena, "%s.%0*" PRIu64, whole, decimals,
                        ratio.numerator % ratio.denominator);
}

struct ratio ratio_of(double estimate)
{
    double least = 1e-9, most = 999999;
    double bounded = estimate > most ? most : estimate > least ? estimate : least;
    struct ratio ratio = {0, 1};
    while (ratio.denominator < 1000000000 && bounded * (double)ratio.denominator < 99.95)
        ratio.denominator *= 10;
    ratio.numerator = (uint64_t)llround(bounded * (double)ratio.denominator);
    while (ratio.denominator > 1 && ratio.numerator % 10 == 0) {
        ratio.numerator /= 10;
        ratio.denominator /= 10;
    }
    return ratio;
}

/* log2 with FRACTION bits behind the point: the whole part is where the highest bit stands, and each
 * squaring of the mantissa yields one bit more. */
static int64_t log2_bits(uint64_t number)
{
    assert(number);
    int high = 63 - __builtin_clzll(number);
    uint64_t mantissa = high > 31 ? number >> (high - 31) : number << (31 - high); /* 1.31 */
    int64_t result = high;
    for (int i = 0; i < FRACTION; i++) {
        mantissa = mantissa * mantissa >> 31;
        result = result * 2 + (int64_t)(mantissa >> 32);
        if (mantissa >> 32)
            mantissa >>= 1;
    }
    return result;
}

static int32_t thousandths(int64_t bits)
{
    int64_t scaled = bits * 1000 + (INT64_C(1) << (FRACTION - 1));
    return (int32_t)(scaled >> FRACTION);
}

int32_t ratio_log2(struct ratio ratio)
{
    return thousandths(log2_bits(ratio.numerator) - log2_bits(ratio.denominator));
}

int32_t ratio_log2_of(struct ratio a, struct ratio b)
{
    return thousandths(log2_bits(a.numerator) - log2_bits(a.denominator) - log2_bits(b.numerator) +
                       log2_bits(b.denominator));
}

int32_t ratio_log2_odds(struct ratio p)
{
    assert(p.numerator < p.denominator);
    return thousandths(log2_bits(p.numerator) - log2_bits(p.denominator - p.numerator));
}
