#include "hub/match/compare.h"

/* Sizes of what is known of a date; its digits are yyyymmdd, four bits each. */
enum { TO_MONTH = 6, TO_DAY = 8 };

uint32_t birth_digits(const struct term *date)
{
    uint32_t digits = 0;
    for (unsigned i = 0; i < date->size; i++)
        digits = digits << 4 | ((uint32_t)date->text[i] & 15);
    return digits;
}

/* A bit for each digit that differs: the lowest of its four. */
static uint32_t differing(uint32_t a, uint32_t b)
{
    uint32_t bits = a ^ b;
    bits |= bits >> 2;
    bits |= bits >> 1;
    return bits & 0x11111111;
}

static bool is_swapped(uint32_t a, uint32_t b)
{
    return a >> 16 == b >> 16 && (a >> 8 & 0xff) == (b & 0xff) && (a & 0xff) == (b >> 8 & 0xff);
}

/* Two neighbouring digits in the other order, of two that differ. */
static bool is_transposed(uint32_t a, uint32_t b, uint32_t bits)
{
    unsigned at = (unsigned)__builtin_ctz(bits);
    uint32_t x = a >> at & 0xff, y = b >> at & 0xff;
    return bits >> at == 0x11 && x == (y >> 4 | (y & 15) << 4);
}

static int number_of(uint32_t digits)
{
    int number = 0;
    for (int shift = 12; shift >= 0; shift -= 4)
        number = number * 10 + (int)(digits >> shift & 15);
    return number;
}

static int days_of(uint32_t date)
{
    return number_of(date >> 16) * 372 + number_of(date >> 8 & 0xff) * 31 + number_of(date & 0xff);
}

/* Within a month of each other, months taken as alike. */
static bool is_soon_after(uint32_t a, uint32_t b)
{
    int days = days_of(a) - days_of(b);
    return days >= -31 && days <= 31;
}

static bool is_within(int a, int b, int most)
{
    return a - b <= most && b - a <= most;
}

/* Told from memory or read badly: the year one or ten off, the month one, the day two. */
static bool is_a_step(uint32_t a, uint32_t b)
{
    int year = number_of(a >> 16) - number_of(b >> 16);
    return (is_within(year, 0, 1) || year == 10 || year == -10) &&
           is_within(number_of(a >> 8 & 0xff), number_of(b >> 8 & 0xff), 1) &&
           is_within(number_of(a & 0xff), number_of(b & 0xff), 2);
}

int birth_level(uint32_t a, uint32_t b)
{
    uint32_t bits = differing(a, b), more = bits & (bits - 1);
    bool two = more && !(more & (more - 1));
    if (!bits)
        return BIRTH_EXACT;
    if (is_swapped(a, b))
        return BIRTH_SWAPPED;
    if (!more || (two && is_transposed(a, b, bits)))
        return BIRTH_DIGIT;
    if (a >> 8 == b >> 8)
        return BIRTH_YEAR_MONTH;
    if ((a & 0xffff) == (b & 0xffff))
        return BIRTH_DAY_MONTH;
    return two || is_soon_after(a, b) || is_a_step(a, b) ? BIRTH_NEAR : BIRTH_DIFFERENT;
}

static int dates_level(const struct term *a, const struct term *b)
{
    unsigned shorter = a->size < b->size ? a->size : b->size;
    if (shorter == TO_DAY)
        return birth_level(birth_digits(a), birth_digits(b));
    if (memcmp(a->text, b->text, shorter) != 0)
        return BIRTH_DIFFERENT;
    return shorter == TO_MONTH ? BIRTH_TO_MONTH : BIRTH_TO_YEAR;
}

void compare_birth_dates(struct comparing *pair)
{
    const struct level *levels = pair->model->levels[COMPARE_BIRTH_DATE];
    struct comparison_found best = {.level = LEVEL_MISSING};
    for (unsigned i = 0; i < term_count(pair->left, SLOT_BIRTH); i++)
        for (unsigned j = 0; j < term_count(pair->right, SLOT_BIRTH); j++) {
            int level = dates_level(term_at(pair->left, SLOT_BIRTH, i),
                                    term_at(pair->right, SLOT_BIRTH, j));
            if (best.level == LEVEL_MISSING || levels[level].weight > levels[best.level].weight)
                best = (struct comparison_found){
                    .level = level, .left = (uint8_t)i, .right = (uint8_t)j};
        }
    pair->found[COMPARE_BIRTH_DATE] = best;
}
