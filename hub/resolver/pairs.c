#include "hub/base/clock.h"
#include "hub/resolver/inside.h"
#include "hub/resolver/pages.h"

struct figures {
    uint64_t pairs, met[BLOCKING_TYPES_MOST], net[BLOCKING_TYPES_MOST];
};

/* What one thread works with. */
struct desk {
    uint64_t *pairs, *sorted;
    uint32_t *starts; /* of each left record of a bag */
    struct figures figures;
};

struct visiting {
    const struct blocking *blocking;
    void (*visit)(void *context, const struct pairs_of_one *pairs);
    void *context;
    atomic_size_t next;
    struct desk *desks;
};

/* Shell's: they are few, and often in order. */
static void sort_pairs(uint64_t *pairs, size_t count)
{
    static const size_t gaps[] = {1750, 701, 301, 132, 57, 23, 10, 4, 1};
    for (size_t g = 0; g < COUNT_OF(gaps); g++)
        for (size_t i = gaps[g]; i < count; i++) {
            uint64_t pair = pairs[i];
            size_t at = i;
            for (; at >= gaps[g] && pair < pairs[at - gaps[g]]; at -= gaps[g])
                pairs[at] = pairs[at - gaps[g]];
            pairs[at] = pair;
        }
}

/* Of each pair the first type stays. */
static size_t unite(uint64_t *pairs, size_t count, struct figures *figures)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t type = (uint8_t)pairs[i];
        if (i && pairs[i] == pairs[i - 1])
            continue;
        figures->met[type]++;
        if (kept && pair_right(pairs[i]) == pair_right(pairs[kept - 1]))
            continue;
        figures->net[type]++;
        pairs[kept++] = pairs[i];
    }
    figures->pairs += kept;
    return kept;
}

/* Deal them out by their left records. */
static void deal(const struct blocking *blocking, struct desk *desk, size_t count)
{
    size_t lefts = (size_t)1 << blocking->shift;
    uint32_t *starts = desk->starts, mask = (uint32_t)lefts - 1;
    memset(starts, 0, (lefts + 1) * sizeof(*starts));
    for (size_t i = 0; i < count; i++)
        starts[(pair_left(desk->pairs[i]) & mask) + 1]++;
    for (size_t i = 0; i < lefts; i++)
        starts[i + 1] += starts[i];
    for (size_t i = 0; i < count; i++)
        desk->sorted[starts[pair_left(desk->pairs[i]) & mask]++] = desk->pairs[i];
}

static void visit_bag(struct visiting *visiting, unsigned thread, size_t bag)
{
    const struct blocking *blocking = visiting->blocking;
    struct desk *desk = &visiting->desks[thread];
    size_t count = bags_size(blocking->pairs, bag), lefts = (size_t)1 << blocking->shift;
    bags_take(blocking->pairs, thread, bag, desk->pairs);
    deal(blocking, desk, count);
    for (size_t i = 0, from = 0; i < lefts && from < count; from = desk->starts[i++]) {
        uint64_t *pairs = desk->sorted + from;
        size_t raw = desk->starts[i] - from;
        if (!raw)
            continue;
        sort_pairs(pairs, raw);
        struct pairs_of_one one = {
            .thread = thread,
            .bag = bag,
            .left = (uint32_t)((bag << blocking->shift) + i),
            .pairs = pairs,
            .count = unite(pairs, raw, &desk->figures),
        };
        visiting->visit(visiting->context, &one);
    }
}

static void visit_bags(void *context, unsigned thread)
{
    struct visiting *visiting = context;
    for (size_t bag; (bag = threads_next(&visiting->next)) < visiting->blocking->pairs->count;)
        visit_bag(visiting, thread, bag);
}

bool pairs_visit(struct resolver *resolver, struct pool *pool, struct blocking *blocking,
                 void (*visit)(void *context, const struct pairs_of_one *pairs), void *context,
                 struct error *err)
{
    ARENA(scratch);
    unsigned threads = resolver->settings.threads;
    size_t most = bags_most(blocking->pairs), lefts = (size_t)1 << blocking->shift;
    struct visiting visiting = {.blocking = blocking, .visit = visit, .context = context};
    visiting.desks = NEW_ARRAY(scratch, struct desk, threads);
    for (unsigned t = 0; t < threads; t++) {
        struct desk *desk = &visiting.desks[t];
        desk->pairs = PAGES_ARRAY(scratch, uint64_t, most + 1);
        desk->sorted = PAGES_ARRAY(scratch, uint64_t, most + 1);
        desk->starts = NEW_ARRAY(scratch, uint32_t, lefts + 1);
    }
    int64_t start = clock_us();
    threads_run(threads, visit_bags, &visiting);
    struct resolver_figures *figures = &blocking->figures;
    for (unsigned t = 0; t < threads; t++) {
        const struct figures *own = &visiting.desks[t].figures;
        figures->pairs += own->pairs;
        for (size_t i = 0; i < BLOCKING_TYPES_MOST; i++) {
            figures->met[i] += own->met[i];
            figures->net[i] += own->net[i];
        }
    }
    figures->spilled = pool_spilled(pool);
    figures->took[RESOLVER_PAIRS] = clock_us() - start;
    return pool_intact(pool, err);
}
