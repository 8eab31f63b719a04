#include "hub/resolver/sort.h"

#include <stdbool.h>

#include "hub/base/compiler.h"

#define FEW 24
#define BITS_MOST 11

static bool is_less(const struct item *a, const struct item *b)
{
    return a->high != b->high ? a->high < b->high : a->low < b->low;
}

static void sort_few(struct item *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct item item = items[i];
        size_t at = i;
        for (; at && is_less(&item, &items[at - 1]); at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

/* Where the words begin to differ; by it the items are dealt out. */
struct digit {
    bool low; /* of the second word */
    unsigned shift, bits;
};

static bool find_digit(const struct item *items, size_t count, struct digit *digit)
{
    uint64_t high = 0, low = 0;
    for (size_t i = 1; i < count; i++) {
        high |= items[i].high ^ items[0].high;
        low |= items[i].low ^ items[0].low;
    }
    if (!high && !low)
        return false;
    /* Some eight items a bucket. */
    unsigned bits = 60U - (unsigned)__builtin_clzll(count);
    unsigned top = 64U - (unsigned)__builtin_clzll(high ? high : low);
    bits = bits > BITS_MOST ? BITS_MOST : bits;
    *digit = (struct digit){
        .low = !high,
        .shift = top > bits ? top - bits : 0,
        .bits = bits,
    };
    return true;
}

static size_t bucket_of(const struct item *item, struct digit digit)
{
    uint64_t word = digit.low ? item->low : item->high;
    return word >> digit.shift & (((size_t)1 << digit.bits) - 1);
}

void sort_items(struct item *items, struct item *scratch, size_t count)
{
    uint32_t starts[((size_t)1 << BITS_MOST) + 1];
    struct digit digit;
    if (count <= FEW) {
        sort_few(items, count);
        return;
    }
    if (!find_digit(items, count, &digit))
        return;
    size_t buckets = (size_t)1 << digit.bits;
    memset(starts, 0, (buckets + 1) * sizeof(*starts));
    for (size_t i = 0; i < count; i++)
        starts[bucket_of(&items[i], digit) + 1]++;
    for (size_t b = 0; b < buckets; b++)
        starts[b + 1] += starts[b];
    for (size_t i = 0; i < count; i++)
        scratch[starts[bucket_of(&items[i], digit)]++] = items[i];
    memcpy(items, scratch, count * sizeof(*items));
    /* Each start has moved to the end of its bucket. */
    for (size_t b = 0, from = 0; b < buckets; from = starts[b++])
        sort_items(items + from, scratch, starts[b] - from);
}
