#include "hub/match/compare.h"

#include "hub/match/kernels.h"

enum likeness { LIKE_MISSING, LIKE_SAME, LIKE_CLOSE, LIKE_DIFFERENT };

struct address_terms {
    const struct term *number, *street, *unit, *city, *postcode;
};

static struct address_terms address_at(const struct features *features, unsigned index)
{
    return (struct address_terms){
        .number = term_at(features, SLOT_NUMBER, index),
        .street = term_at(features, SLOT_STREET, index),
        .unit = term_at(features, SLOT_UNIT, index),
        .city = term_at(features, SLOT_CITY, index),
        .postcode = term_at(features, SLOT_POSTCODE, index),
    };
}

static enum likeness text_likeness(const struct term *a, const struct term *b)
{
    if (!a->size || !b->size)
        return LIKE_MISSING;
    if (term_same(a, b))
        return LIKE_SAME;
    struct slice l = term_slice(a), r = term_slice(b);
    return jaro_winkler(l, r) >= 880 || damerau(l, r, 2) <= (l.size >= 6 ? 2 : 1) ? LIKE_CLOSE
                                                                                  : LIKE_DIFFERENT;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Of one size, and two neighbours in the other order. */
static bool is_turned(const struct term *a, const struct term *b)
{
    size_t at = 0;
    while (at + 2 < a->size && a->text[at] == b->text[at])
        at++;
    return a->text[at] == b->text[at + 1] && a->text[at + 1] == b->text[at] &&
           memcmp(a->text + at + 2, b->text + at + 2, a->size - at - 2) == 0;
}

/*
 * Another digit is another house: 17 and 18 are neighbours.  Close are two digits in the other order, one too many
 * or too few of three, and a letter at the end of one ("12a" is in 12).
 */
static enum likeness house_likeness(const struct term *a, const struct term *b)
{
    if (!a->size || !b->size)
        return LIKE_MISSING;
    if (term_same(a, b))
        return LIKE_SAME;
    const struct term *longer = a->size > b->size ? a : b, *shorter = longer == a ? b : a;
    if (a->size == b->size)
        return a->size >= 2 && is_turned(a, b) ? LIKE_CLOSE : LIKE_DIFFERENT;
    if (memcmp(longer->text, shorter->text, shorter->size) == 0 &&
        !is_digit(longer->text[shorter->size]) && is_digit(longer->text[shorter->size - 1]))
        return LIKE_CLOSE;
    return longer->size >= 3 && damerau(term_slice(a), term_slice(b), 1) <= 1 ? LIKE_CLOSE
                                                                              : LIKE_DIFFERENT;
}

/* A digit more, less, or another; codes of one digit are the same or not. */
static enum likeness code_likeness(const struct term *a, const struct term *b)
{
    if (!a->size || !b->size)
        return LIKE_MISSING;
    if (term_same(a, b))
        return LIKE_SAME;
    unsigned longer = a->size > b->size ? a->size : b->size;
    return longer >= 2 && damerau(term_slice(a), term_slice(b), 1) <= 1 ? LIKE_CLOSE
                                                                        : LIKE_DIFFERENT;
}

struct slice street_core(const struct term *street)
{
    const char *last = memrchr(street->text, ' ', street->size);
    size_t tail = last ? street->size - (size_t)(last - street->text) : 0;
    return (struct slice){street->text, tail && tail <= 5 ? street->size - tail : street->size};
}

static enum likeness street_likeness(const struct term *a, const struct term *b)
{
    enum likeness likeness = text_likeness(a, b);
    if (likeness != LIKE_DIFFERENT)
        return likeness;
    struct slice l = street_core(a), r = street_core(b);
    if (l.size >= 3 && l.size == r.size && memcmp(l.bytes, r.bytes, l.size) == 0)
        return LIKE_CLOSE;
    return l.size >= 4 && r.size >= 4 && jaro_winkler(l, r) >= 900 ? LIKE_CLOSE : LIKE_DIFFERENT;
}

/* Town and postcode say the same thing twice: one that agrees is enough, if the other does not deny it. */
static enum likeness area_likeness(enum likeness city, enum likeness postcode)
{
    if (postcode == LIKE_SAME || (city == LIKE_SAME && postcode != LIKE_DIFFERENT))
        return LIKE_SAME;
    if (city == LIKE_SAME || city == LIKE_CLOSE || postcode == LIKE_CLOSE)
        return LIKE_CLOSE;
    return city == LIKE_DIFFERENT || postcode == LIKE_DIFFERENT ? LIKE_DIFFERENT : LIKE_MISSING;
}

static bool agrees(enum likeness likeness)
{
    return likeness == LIKE_SAME || likeness == LIKE_CLOSE;
}

static int area_level(enum likeness city, enum likeness postcode)
{
    if (agrees(city) && postcode == LIKE_SAME)
        return ADDRESS_AREA;
    if (postcode == LIKE_SAME)
        return ADDRESS_POSTCODE;
    if (agrees(city))
        return ADDRESS_CITY;
    return postcode == LIKE_CLOSE ? LEVEL_MISSING : ADDRESS_DIFFERENT;
}

/* The street agrees; what of number, unit and town? */
static int street_level(enum likeness number, enum likeness street, enum likeness unit,
                        enum likeness area)
{
    if (!agrees(number) && area != LIKE_DIFFERENT)
        return number == LIKE_MISSING ? ADDRESS_STREET : ADDRESS_NEIGHBOUR;
    if (!agrees(number))
        return ADDRESS_DIFFERENT;
    if (area == LIKE_DIFFERENT)
        return number == LIKE_SAME ? ADDRESS_ELSEWHERE : ADDRESS_DIFFERENT;
    if (number == LIKE_CLOSE || street == LIKE_CLOSE || area != LIKE_SAME)
        return ADDRESS_CLOSE;
    return unit == LIKE_DIFFERENT ? ADDRESS_BUILDING : ADDRESS_EXACT;
}

static int address_level(const struct address_terms *a, const struct address_terms *b)
{
    enum likeness city = text_likeness(a->city, b->city);
    enum likeness postcode = code_likeness(a->postcode, b->postcode);
    enum likeness area = area_likeness(city, postcode);
    enum likeness street = street_likeness(a->street, b->street);
    enum likeness number = house_likeness(a->number, b->number);
    if (agrees(street)) {
        int level = street_level(number, street, text_likeness(a->unit, b->unit), area);
        if (level != ADDRESS_DIFFERENT)
            return level;
    }
    if (area == LIKE_MISSING)
        return street == LIKE_DIFFERENT ? ADDRESS_DIFFERENT : LEVEL_MISSING;
    return area_level(city, postcode);
}

void compare_addresses(struct comparing *pair)
{
    const struct level *levels = pair->model->levels[COMPARE_ADDRESS];
    struct comparison_found best = {.level = LEVEL_MISSING};
    for (unsigned i = 0; i < term_count(pair->left, SLOT_NUMBER); i++) {
        struct address_terms left = address_at(pair->left, i);
        for (unsigned j = 0; j < term_count(pair->right, SLOT_NUMBER); j++) {
            struct address_terms right = address_at(pair->right, j);
            int level = address_level(&left, &right);
            if (level == LEVEL_MISSING ||
                (best.level != LEVEL_MISSING && levels[level].weight <= levels[best.level].weight))
                continue;
            best =
                (struct comparison_found){.level = level, .left = (uint8_t)i, .right = (uint8_t)j};
        }
    }
    pair->found[COMPARE_ADDRESS] = best;
}
