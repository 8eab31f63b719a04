#include "hub/resolver/sort.h"

#include "hub/base/compiler.h"

#define FEW 24
#define BITS 8
#define BUCKETS ((size_t)1 << BITS)

static int is_less(const struct item *a, const struct item *b)
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
    int low; /* of the second word */
    unsigned shift;
};

static int find_digit(const struct item *items, size_t count, struct digit *digit)
{
    uint64_t high = 0, low = 0;
    for (size_t i = 1; i < count; i++) {
        high |= items[i].high ^ items[0].high;
        low |= items[i].low ^ items[0].low;
    }
    if (!high && !low)
        return 0;
    unsigned top = 64U - (unsigned)__builtin_clzll(high ? high : low);
    *digit = (struct digit){.low = !high, .shift = top > BITS ? top - BITS : 0};
    return 1;
}

static size_t bucket_of(const struct item *item, struct digit digit)
{
    return ((digit.low ? item->low : item->high) >> digit.shift) & (BUCKETS - 1);
}

void sort_items(struct item *items, struct item *scratch, size_t count)
{
    size_t starts[BUCKETS + 1] = {0};
    struct digit digit;
    if (count <= FEW) {
        sort_few(items, count);
        return;
    }
    if (!find_digit(items, count, &digit))
        return;
    for (size_t i = 0; i < count; i++)
        starts[bucket_of(&items[i], digit) + 1]++;
    for (size_t b = 0; b < BUCKETS; b++)
        starts[b + 1] += starts[b];
    for (size_t i = 0; i < count; i++)
        scratch[starts[bucket_of(&items[i], digit)]++] = items[i];
    memcpy(items, scratch, count * sizeof(*items));
    /* Each start has moved to the end of its bucket. */
    for (size_t b = 0, from = 0; b < BUCKETS; from = starts[b++])
        sort_items(items + from, scratch, starts[b] - from);
}
