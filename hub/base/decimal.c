#include "hub/base/decimal.h"

#include <stddef.h>
#include <string.h>

#define DIGITS "0123456789"

bool decimal_check(const char *text)
{
    text += *text == '-';
    size_t whole = strspn(text, DIGITS);
    const char *point = text + whole;
    if (!whole || !*point)
        return whole;
    return *point == '.' && point[1] && strspn(point + 1, DIGITS) == strlen(point + 1);
}

/* Without its sign: whole digits from the first that counts, and those behind the point. */
struct magnitude {
    const char *whole, *part;
    size_t whole_size, part_size;
};

static struct magnitude magnitude_of(const char *text)
{
    struct magnitude m;
    text += *text == '-';
    m.whole = text + strspn(text, "0");
    m.whole_size = strspn(m.whole, DIGITS);
    const char *point = m.whole + m.whole_size;
    m.part = *point ? point + 1 : point;
    m.part_size = strlen(m.part);
    while (m.part_size && m.part[m.part_size - 1] == '0')
        m.part_size--;
    return m;
}

static int compare_sizes(size_t left, size_t right)
{
    return (left > right) - (left < right);
}

static int compare_magnitudes(const struct magnitude *left, const struct magnitude *right)
{
    int order = compare_sizes(left->whole_size, right->whole_size);
    if (!order)
        order = memcmp(left->whole, right->whole, left->whole_size);
    if (order)
        return order;
    size_t common = left->part_size < right->part_size ? left->part_size : right->part_size;
    order = memcmp(left->part, right->part, common);
    return order ? order : compare_sizes(left->part_size, right->part_size);
}

static bool is_negative(const char *text, const struct magnitude *m)
{
    return *text == '-' && (m->whole_size || m->part_size);
}

int decimal_compare(const char *left, const char *right)
{
    struct magnitude l = magnitude_of(left), r = magnitude_of(right);
    bool below = is_negative(left, &l), other = is_negative(right, &r);
    if (below != other)
        return below ? -1 : 1;
    return below ? compare_magnitudes(&r, &l) : compare_magnitudes(&l, &r);
}
