#include "hub/resolver/inside.h"
#include "hub/resolver/sort.h"

/* Records that a thread takes at a time. */
#define SLICE ((size_t)256)
/* Of a key these first bits are told by its bag; its type takes their place. */
#define TYPE_BITS 8

struct making {
    struct resolver *resolver;
    struct postings *postings;
    atomic_size_t next;
};

/* Signed order as that of unsigned numbers. */
static uint64_t rank_of(int64_t key)
{
    return (uint64_t)key ^ (uint64_t)1 << 63;
}

static void add_keys(const struct making *making, unsigned thread, uint32_t record)
{
    _Alignas(max_align_t) char room[FEATURES_ROOM_MOST];
    struct blocking_key keys[BLOCKING_KEYS_MOST];
    const struct features *features = vectors_place(making->resolver, record, room);
    size_t count = blocking_keys_list(making->resolver->model, features, keys);
    outline_make(making->resolver->model, features, &making->resolver->outlines[record]);
    for (size_t i = 0; i < count; i++) {
        uint64_t rank = rank_of(keys[i].key);
        struct item *item =
            bags_add(making->postings->bags, thread, rank >> making->postings->shift);
        item->high = rank << TYPE_BITS | keys[i].type;
        item->low = (uint64_t)((uint32_t)keys[i].refine ^ (uint32_t)1 << 31) << 32 | record;
    }
}

static void make_keys(void *context, unsigned thread)
{
    struct making *making = context;
    size_t count = making->resolver->count;
    for (size_t slice; (slice = threads_next(&making->next)) * SLICE < count;) {
        size_t end = (slice + 1) * SLICE < count ? (slice + 1) * SLICE : count;
        for (size_t i = slice * SLICE; i < end; i++) {
            if (i + 4 < count)
                vectors_fetch(making->resolver, i + 4);
            add_keys(making, thread, (uint32_t)i);
        }
    }
}

/* As many bags as make each fit the processor's cache, and no fewer than the bits of a type take. */
static unsigned bits_for(size_t records)
{
    return records < (size_t)2 << 20 ? TYPE_BITS : TYPE_BITS + 1;
}

void postings_make(struct resolver *resolver, struct arena *arena, struct pool *pool,
                   struct postings *postings)
{
    struct making making = {.resolver = resolver, .postings = postings};
    unsigned bits = bits_for(resolver->count);
    postings->shift = 64 - bits;
    postings->bags = bags_new(arena, pool, (size_t)1 << bits, sizeof(struct item));
    threads_run(resolver->settings.threads, make_keys, &making);
}

struct item *postings_take(const struct postings *postings, unsigned thread, size_t bag,
                           struct item *items, struct item *scratch)
{
    size_t count = bags_size(postings->bags, bag);
    bags_take(postings->bags, thread, bag, items);
    sort_items(items, scratch, count);
    return items;
}

struct resolver_posting posting_read(const struct postings *postings, size_t bag,
                                     const struct item *item)
{
    uint64_t first = (uint64_t)bag << postings->shift >> (64 - TYPE_BITS) << (64 - TYPE_BITS);
    return (struct resolver_posting){
        .key = (int64_t)rank_of((int64_t)(first | item->high >> TYPE_BITS)),
        .refine = (int32_t)((uint32_t)(item->low >> 32) ^ (uint32_t)1 << 31),
        .type = (uint8_t)item->high,
        .record = (uint32_t)item->low,
    };
}

bool resolver_postings(struct resolver *resolver,
                       bool (*take)(void *context, const struct resolver_posting *run, size_t count,
                                    struct error *err),
                       void *context, struct error *err)
{
    ARENA(scratch);
    struct postings postings;
    vectors_settle(resolver);
    struct pool *pool = vectors_pool(resolver, scratch);
    postings_make(resolver, scratch, pool, &postings);
    size_t most = bags_most(postings.bags);
    struct item *items = NEW_ARRAY(scratch, struct item, most + 1);
    struct item *other = NEW_ARRAY(scratch, struct item, most + 1);
    struct resolver_posting *run = NEW_ARRAY(scratch, struct resolver_posting, most + 1);
    for (size_t bag = 0; bag < postings.bags->count; bag++) {
        size_t count = bags_size(postings.bags, bag);
        (void)postings_take(&postings, 0, bag, items, other);
        for (size_t i = 0; i < count; i++)
            run[i] = posting_read(&postings, bag, &items[i]);
        if (!pool_intact(pool, err) || (count && !take(context, run, count, err)))
            return false;
    }
    return true;
}
