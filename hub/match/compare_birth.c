#include "hub/match/compare.h"

/* Digits of a date, most significant first: yyyymmdd. */
enum { YEAR_END = 4, MONTH_END = 6, DAY_END = 8 };

static bool same_digits(const struct term *a, const struct term *b, unsigned from, unsigned end)
{
    return memcmp(a->text + from, b->text + from, end - from) == 0;
}

static unsigned differing(const struct term *a, const struct term *b, unsigned *first)
{
    unsigned count = 0;
    for (unsigned i = DAY_END; i--;)
        if (a->text[i] != b->text[i]) {
            *first = i;
            count++;
        }
    return count;
}

static bool is_swapped(const struct term *a, const struct term *b)
{
    return same_digits(a, b, 0, YEAR_END) &&
           memcmp(a->text + YEAR_END, b->text + MONTH_END, 2) == 0 &&
           memcmp(a->text + MONTH_END, b->text + YEAR_END, 2) == 0;
}

/* Two neighbouring digits in the other order. */
static bool is_transposed(const struct term *a, const struct term *b, unsigned first)
{
    return first + 1 < DAY_END && a->text[first] == b->text[first + 1] &&
           a->text[first + 1] == b->text[first];
}

static int number_at(const struct term *date, unsigned from, unsigned end)
{
    int number = 0;
    for (; from < end; from++)
        number = number * 10 + date->text[from] - '0';
    return number;
}

/* Within a month of each other, months taken as alike. */
static bool is_soon_after(const struct term *a, const struct term *b)
{
    int days = 0;
    const struct term *dates[] = {a, b};
    for (int i = 0; i < 2; i++)
        days = number_at(dates[i], 0, YEAR_END) * 372 +
               number_at(dates[i], YEAR_END, MONTH_END) * 31 +
               number_at(dates[i], MONTH_END, DAY_END) - days;
    return days >= -31 && days <= 31;
}

static int full_level(const struct term *a, const struct term *b)
{
    unsigned first = 0, count = differing(a, b, &first);
    if (!count)
        return BIRTH_EXACT;
    if (is_swapped(a, b))
        return BIRTH_SWAPPED;
    if (count == 1 || (count == 2 && is_transposed(a, b, first)))
        return BIRTH_DIGIT;
    if (same_digits(a, b, 0, MONTH_END))
        return BIRTH_YEAR_MONTH;
    if (same_digits(a, b, YEAR_END, DAY_END))
        return BIRTH_DAY_MONTH;
    return count == 2 || is_soon_after(a, b) ? BIRTH_NEAR : BIRTH_DIFFERENT;
}

static int birth_level(const struct term *a, const struct term *b)
{
    unsigned shorter = a->size < b->size ? a->size : b->size;
    if (shorter == DAY_END)
        return full_level(a, b);
    if (!same_digits(a, b, 0, shorter))
        return BIRTH_DIFFERENT;
    return shorter == MONTH_END ? BIRTH_TO_MONTH : BIRTH_TO_YEAR;
}

void compare_birth_dates(struct comparing *pair)
{
    const struct level *levels = pair->model->levels[COMPARE_BIRTH_DATE];
    struct comparison_found best = {.level = LEVEL_MISSING};
    for (unsigned i = 0; i < term_count(pair->left, SLOT_BIRTH); i++)
        for (unsigned j = 0; j < term_count(pair->right, SLOT_BIRTH); j++) {
            int level = birth_level(term_at(pair->left, SLOT_BIRTH, i),
                                    term_at(pair->right, SLOT_BIRTH, j));
            if (best.level == LEVEL_MISSING || levels[level].weight > levels[best.level].weight)
                best = (struct comparison_found){
                    .level = level, .left = (uint8_t)i, .right = (uint8_t)j};
        }
    pair->found[COMPARE_BIRTH_DATE] = best;
}
