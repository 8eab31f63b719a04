#include "hub/base/clock.h"
#include "hub/base/list.h"
#include "hub/resolver/inside.h"
#include "hub/resolver/pages.h"
#include "hub/resolver/sort.h"

struct found {
    struct arena *arena;
    struct {
        struct resolver_generic *list;
        size_t count, room;
    } generics;
    uint32_t largest[BLOCKING_TYPES_MOST];
    struct item *items, *scratch;
};

struct search {
    const struct resolver *resolver;
    const struct postings *postings;
    struct blocking *blocking;
    atomic_size_t next;
    struct found *found; /* of each thread */
};

/* The holders of one key, or of one key with one refine. */
struct block {
    const struct item *items;
    size_t count;
    int64_t key;
    uint8_t type;
};

static uint32_t record_of(const struct item *item)
{
    return (uint32_t)item->low;
}

static int32_t refine_of(const struct item *item)
{
    return (int32_t)((uint32_t)(item->low >> 32) ^ (uint32_t)1 << 31);
}

static void pair_up(struct search *search, unsigned thread, const struct block *block)
{
    struct blocking *blocking = search->blocking;
    struct found *found = &search->found[thread];
    for (size_t i = 0; i < block->count; i++)
        for (size_t j = i + 1; j < block->count; j++) {
            uint64_t pair =
                pair_of(record_of(&block->items[i]), record_of(&block->items[j]), block->type);
            uint64_t *to = bags_add(blocking->pairs, thread, pair_left(pair) >> blocking->shift);
            *to = pair;
        }
    if (found->largest[block->type] < block->count)
        found->largest[block->type] = (uint32_t)block->count;
}

static void skip(struct search *search, const struct block *block)
{
    for (size_t i = 0; i < block->count; i++)
        (void)__atomic_fetch_or(&search->blocking->skipped[record_of(&block->items[i])],
                                (uint32_t)1 << block->type, __ATOMIC_RELAXED);
}

static void note_generic(struct found *found, const struct block *block, int32_t refine)
{
    LIST_ADD(found->arena, &found->generics,
             ((struct resolver_generic){block->key, refine, block->type}));
}

static bool is_generic(const struct model *model, const struct block *block)
{
    unsigned refines = 1;
    for (size_t i = 1; i < block->count; i++)
        refines += refine_of(&block->items[i]) != refine_of(&block->items[i - 1]);
    return refines > blocking_limit(model, block->type) ||
           block->count > blocking_holders(model, block->type, false);
}

/* Under a generic key, those who hold it with the same refine still meet. */
static void refined(struct search *search, unsigned thread, const struct block *block)
{
    const struct item *items = block->items;
    for (size_t start = 0, end; start < block->count; start = end) {
        int32_t refine = refine_of(&items[start]);
        for (end = start; end < block->count && refine_of(&items[end]) == refine;)
            end++;
        struct block same = {items + start, end - start, block->key, block->type};
        bool many = same.count > blocking_holders(search->resolver->model, block->type, true);
        if (refine && !many) {
            pair_up(search, thread, &same);
            continue;
        }
        if (refine)
            note_generic(&search->found[thread], &same, refine);
        skip(search, &same);
    }
}

static void take_block(struct search *search, unsigned thread, const struct block *block)
{
    if (!is_generic(search->resolver->model, block)) {
        pair_up(search, thread, block);
        return;
    }
    note_generic(&search->found[thread], block, 0);
    refined(search, thread, block);
}

static void search_bags(void *context, unsigned thread)
{
    struct search *search = context;
    const struct postings *postings = search->postings;
    struct found *found = &search->found[thread];
    for (size_t bag; (bag = threads_next(&search->next)) < postings->bags->count;) {
        size_t count = bags_size(postings->bags, bag);
        struct item *items = postings_take(postings, thread, bag, found->items, found->scratch);
        for (size_t start = 0, end; start < count; start = end) {
            for (end = start + 1; end < count && items[end].high == items[start].high;)
                end++;
            if (end - start < 2)
                continue;
            struct resolver_posting first = posting_read(postings, bag, &items[start]);
            take_block(search, thread,
                       &(struct block){items + start, end - start, first.key, first.type});
        }
    }
}

static int by_key(const void *left, const void *right)
{
    const struct resolver_generic *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->refine > b->refine) - (a->refine < b->refine);
}

static void gather(struct arena *arena, const struct search *search, unsigned threads)
{
    struct blocking *blocking = search->blocking;
    size_t count = 0;
    for (unsigned t = 0; t < threads; t++)
        count += search->found[t].generics.count;
    blocking->generics = NEW_ARRAY(arena, struct resolver_generic, count + 1);
    for (unsigned t = 0; t < threads; t++) {
        const struct found *found = &search->found[t];
        for (size_t i = 0; i < found->generics.count; i++)
            blocking->generics[blocking->generic_count++] = found->generics.list[i];
        for (size_t i = 0; i < BLOCKING_TYPES_MOST; i++)
            if (blocking->figures.largest[i] < found->largest[i])
                blocking->figures.largest[i] = found->largest[i];
    }
    qsort(blocking->generics, count, sizeof(*blocking->generics), by_key);
    blocking->generic.keys.arena = arena;
    for (size_t i = 0; i < count; i++)
        if (!blocking->generics[i].refine && blocking_is_value(blocking->generics[i].type))
            map_put(&blocking->generic.keys, (uint64_t)blocking->generics[i].key, blocking);
}

/* Bags of pairs: few enough to have a chunk open of each, many enough to sort one at a time. */
static unsigned shift_for(size_t records)
{
    unsigned shift = 6;
    while (records >> shift >= 512)
        shift++;
    return shift;
}

static void free_arena(void *arg)
{
    arena_free(arg);
}

bool blocks_find(struct resolver *resolver, struct arena *arena, struct pool *pool,
                 struct blocking *blocking, struct error *err)
{
    ARENA(scratch);
    unsigned threads = resolver->settings.threads;
    struct postings postings;
    int64_t start = clock_us();
    postings_make(resolver, scratch, pool, &postings);
    int64_t made = clock_us();
    *blocking = (struct blocking){
        .shift = shift_for(resolver->count),
        .skipped = PAGES_ARRAY(arena, uint32_t, resolver->count + 1),
    };
    blocking->pairs =
        bags_new(arena, pool, (resolver->count >> blocking->shift) + 1, sizeof(uint64_t));
    struct search search = {
        .resolver = resolver,
        .postings = &postings,
        .blocking = blocking,
        .found = NEW_ARRAY(scratch, struct found, threads),
    };
    size_t most = bags_most(postings.bags);
    for (size_t i = 0; i < postings.bags->count; i++)
        blocking->figures.keys += bags_size(postings.bags, i);
    for (unsigned t = 0; t < threads; t++) {
        struct found *found = &search.found[t];
        found->arena = arena_new();
        arena_defer(scratch, free_arena, found->arena);
        found->items = PAGES_ARRAY(scratch, struct item, most + 1);
        found->scratch = PAGES_ARRAY(scratch, struct item, most + 1);
    }
    threads_run(threads, search_bags, &search);
    gather(arena, &search, threads);
    blocking->figures.took[RESOLVER_KEYS] = made - start;
    blocking->figures.took[RESOLVER_BLOCKS] = clock_us() - made;
    return pool_intact(pool, err);
}
