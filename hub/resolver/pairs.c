#include "hub/base/clock.h"
#include "hub/resolver/inside.h"
#include "hub/resolver/pages.h"

struct figures {
    uint64_t pairs, met[BLOCKING_TYPES_MOST], net[BLOCKING_TYPES_MOST];
};

/* What one thread works with. */
struct desk {
    uint64_t *pairs, *scratch;
    uint32_t *starts; /* of each value of a digit */
    struct figures figures;
};

/* Some bits of a pair. */
struct digit {
    unsigned shift, bits;
};

struct visiting {
    const struct blocking *blocking;
    struct digit digits[3]; /* in which pairs of one bag differ, but for the type; the last first */
    void (*visit)(void *context, const struct pairs *pairs);
    void *context;
    atomic_size_t next;
    struct desk *desks;
};

static void sort_by(struct desk *desk, struct digit digit, size_t count)
{
    size_t values = (size_t)1 << digit.bits;
    uint32_t *starts = desk->starts;
    const uint64_t *from = desk->pairs, mask = values - 1;
    uint64_t *to = desk->scratch;
    memset(starts, 0, (values + 1) * sizeof(*starts));
    for (size_t i = 0; i < count; i++)
        starts[(from[i] >> digit.shift & mask) + 1]++;
    for (size_t i = 0; i < values; i++)
        starts[i + 1] += starts[i];
    for (size_t i = 0; i < count; i++)
        to[starts[from[i] >> digit.shift & mask]++] = from[i];
    desk->scratch = desk->pairs;
    desk->pairs = to;
}

/* Of each pair one stays, with its first type. */
static size_t unite(struct desk *desk, size_t count)
{
    uint64_t *pairs = desk->pairs;
    struct figures *figures = &desk->figures;
    size_t kept = 0;
    for (size_t i = 0, end; i < count; i = end) {
        uint32_t types = 0;
        for (end = i; end < count && pairs[end] >> 8 == pairs[i] >> 8; end++)
            types |= (uint32_t)1 << (uint8_t)pairs[end];
        unsigned first = (unsigned)__builtin_ctz(types);
        figures->net[first]++;
        for (; types; types &= types - 1)
            figures->met[__builtin_ctz(types)]++;
        pairs[kept++] = pairs[i] >> 8 << 8 | first;
    }
    figures->pairs += kept;
    return kept;
}

static void visit_bag(struct visiting *visiting, unsigned thread, size_t bag)
{
    struct desk *desk = &visiting->desks[thread];
    size_t count = bags_size(visiting->blocking->pairs, bag);
    bags_take(visiting->blocking->pairs, thread, bag, desk->pairs);
    for (size_t i = 0; i < COUNT_OF(visiting->digits); i++)
        sort_by(desk, visiting->digits[i], count);
    struct pairs pairs = {
        .thread = thread,
        .bag = bag,
        .count = unite(desk, count),
        .list = desk->pairs,
    };
    visiting->visit(visiting->context, &pairs);
}

static void visit_bags(void *context, unsigned thread)
{
    struct visiting *visiting = context;
    for (size_t bag; (bag = threads_next(&visiting->next)) < visiting->blocking->pairs->count;)
        visit_bag(visiting, thread, bag);
}

static unsigned bits_of(size_t count)
{
    return count > 1 ? 64U - (unsigned)__builtin_clzll(count - 1) : 1;
}

bool pairs_visit(struct resolver *resolver, struct pool *pool, struct blocking *blocking,
                 void (*visit)(void *context, const struct pairs *pairs), void *context,
                 struct error *err)
{
    ARENA(scratch);
    unsigned threads = resolver->settings.threads;
    size_t most = bags_most(blocking->pairs);
    unsigned half = (bits_of(resolver->count) + 1) / 2;
    struct visiting visiting = {
        .blocking = blocking,
        .digits = {{8, half}, {8 + half, half}, {36, blocking->shift}},
        .visit = visit,
        .context = context,
    };
    unsigned widest = half > blocking->shift ? half : blocking->shift;
    visiting.desks = NEW_ARRAY(scratch, struct desk, threads);
    for (unsigned t = 0; t < threads; t++) {
        struct desk *desk = &visiting.desks[t];
        desk->pairs = PAGES_ARRAY(scratch, uint64_t, most + 1);
        desk->scratch = PAGES_ARRAY(scratch, uint64_t, most + 1);
        desk->starts = NEW_ARRAY(scratch, uint32_t, ((size_t)1 << widest) + 1);
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
