#include "hub/base/clock.h"
#include "hub/resolver/inside.h"
#include "hub/resolver/pages.h"

/* Outlines that are on their way while one is looked at. */
#define AHEAD 12
/* Pairs that are left of a sifting, at most. */
#define BATCH 64
/* Of those, whose vectors are on their way. */
#define FETCHED 6

/* An edge in its bag. */
struct found_edge {
    struct resolver_edge edge;
    uint32_t unused; /* a power of two in all */
};

struct scoring {
    const struct resolver *resolver;
    const struct generic_keys *generic;
    int32_t floor;
    struct bags *edges; /* as the pairs are: what is in a bag is one thread's, in order */
};

/* Of some pairs those whose outlines do not rule them out. */
static size_t sift(const struct scoring *scoring, const struct pairs *pairs, size_t *at,
                   uint64_t kept[BATCH])
{
    const struct resolver *resolver = scoring->resolver;
    const struct outline *outlines = resolver->outlines;
    size_t count = 0;
    for (; *at < pairs->count && count < BATCH; ++*at) {
        uint64_t pair = pairs->list[*at];
        uint32_t left = pair_left(pair), right = pair_right(pair);
        if (*at + AHEAD < pairs->count) {
            __builtin_prefetch(&outlines[pair_left(pairs->list[*at + AHEAD])]);
            __builtin_prefetch(&outlines[pair_right(pairs->list[*at + AHEAD])]);
        }
        if (!outlines_may_reach(resolver->model, &outlines[left], &outlines[right], scoring->floor))
            continue;
        __builtin_prefetch(&resolver->vectors[left]);
        __builtin_prefetch(&resolver->vectors[right]);
        kept[count++] = pair;
    }
    return count;
}

FETCHING fetch(const struct resolver *resolver, uint64_t pair)
{
    vectors_fetch(resolver, pair_left(pair));
    vectors_fetch(resolver, pair_right(pair));
}

static void compare(const struct scoring *scoring, const struct pairs *pairs, const uint64_t *list,
                    size_t count)
{
    _Alignas(max_align_t) char left_room[FEATURES_ROOM_MOST], right_room[FEATURES_ROOM_MOST];
    const struct resolver *resolver = scoring->resolver;
    const struct features *left = NULL;
    for (size_t i = 0; i < count && i < FETCHED; i++)
        fetch(resolver, list[i]);
    for (size_t i = 0; i < count; i++) {
        struct judgement judgement;
        if (i + FETCHED < count)
            fetch(resolver, list[i + FETCHED]);
        uint32_t right = pair_right(list[i]);
        if (!i || pair_left(list[i]) != pair_left(list[i - 1]))
            left = vectors_place(resolver, pair_left(list[i]), left_room);
        if (!compare_reaches(resolver->model, scoring->generic, left,
                             vectors_place(resolver, right, right_room), scoring->floor,
                             &judgement))
            continue;
        struct found_edge *found = bags_add(scoring->edges, pairs->thread, pairs->bag);
        found->edge = (struct resolver_edge){pair_left(list[i]), right, judgement.weight};
    }
}

static void score(void *context, const struct pairs *pairs)
{
    const struct scoring *scoring = context;
    uint64_t kept[BATCH];
    for (size_t at = 0, count; (count = sift(scoring, pairs, &at, kept));)
        compare(scoring, pairs, kept, count);
}

static void list_edges(const struct resolver *resolver, struct bags *found,
                       struct resolved *resolved)
{
    ARENA(scratch);
    struct found_edge *taken = PAGES_ARRAY(scratch, struct found_edge, bags_most(found) + 1);
    for (size_t bag = 0; bag < found->count; bag++)
        resolved->edge_count += bags_size(found, bag);
    struct resolver_edge *edges =
        PAGES_ARRAY(resolver->arena, struct resolver_edge, resolved->edge_count + 1);
    resolved->edges = edges;
    for (size_t bag = 0; bag < found->count; bag++) {
        size_t count = bags_size(found, bag);
        bags_take(found, 0, bag, taken);
        for (size_t i = 0; i < count; i++)
            *edges++ = taken[i].edge;
    }
}

static bool score_all(struct resolver *resolver, struct pool *pool, struct blocking *blocking,
                      struct resolved *resolved, struct error *err)
{
    ARENA(scratch);
    struct scoring scoring = {
        .resolver = resolver,
        .generic = &blocking->generic,
        .floor = resolved->review_weight,
        .edges = bags_new(scratch, pool, blocking->pairs->count, sizeof(struct found_edge)),
    };
    if (!pairs_visit(resolver, pool, blocking, score, &scoring, err))
        return false;
    list_edges(resolver, scoring.edges, resolved);
    return pool_intact(pool, err);
}

static void list_partials(const struct resolver *resolver, const struct blocking *blocking,
                          struct resolved *resolved)
{
    for (size_t i = 0; i < resolver->count; i++)
        resolved->partial_count += blocking->skipped[i] != 0;
    struct resolver_partial *partials =
        NEW_ARRAY(resolver->arena, struct resolver_partial, resolved->partial_count + 1);
    resolved->partials = partials;
    for (uint32_t i = 0; i < resolver->count; i++)
        if (blocking->skipped[i])
            *partials++ = (struct resolver_partial){i, blocking->skipped[i]};
}

static void list_generics(const struct resolver *resolver, const struct blocking *blocking,
                          struct resolved *resolved)
{
    struct resolver_generic *generics =
        NEW_ARRAY(resolver->arena, struct resolver_generic, blocking->generic_count + 1);
    memcpy(generics, blocking->generics, blocking->generic_count * sizeof(*generics));
    resolved->generic = generics;
    resolved->generic_count = blocking->generic_count;
}

bool resolver_run(struct resolver *resolver, struct resolved *resolved, struct error *err)
{
    vectors_settle(resolver);
    unsigned step = model_step(resolver->model, (int64_t)resolver->count);
    *resolved = (struct resolved){
        .step = step,
        .match_weight = model_match_weight(resolver->model, step),
        .review_weight = model_review_weight(resolver->model, step),
        .count = resolver->count,
        .records = resolver->records,
    };
    {
        ARENA(scratch);
        struct blocking blocking;
        struct pool *pool = vectors_pool(resolver, scratch);
        if (!blocks_find(resolver, scratch, pool, &blocking, err) ||
            !score_all(resolver, pool, &blocking, resolved, err))
            return false;
        list_partials(resolver, &blocking, resolved);
        list_generics(resolver, &blocking, resolved);
        resolved->figures = blocking.figures;
    }
    int64_t start = clock_us();
    components_divide(resolver, resolved);
    resolved->figures.took[RESOLVER_DIVIDE] = clock_us() - start;
    return true;
}

struct handing {
    const struct resolver *resolver;
    const struct generic_keys *generic;
    void (*take)(void *context, unsigned thread, const struct resolver_pair *pair,
                 const struct generic_keys *generic);
    void *context;
};

static void hand_out(void *context, const struct pairs *pairs)
{
    const struct handing *handing = context;
    _Alignas(max_align_t) char left_room[FEATURES_ROOM_MOST], right_room[FEATURES_ROOM_MOST];
    const struct resolver *resolver = handing->resolver;
    const struct features *left = NULL;
    for (size_t i = 0; i < pairs->count; i++) {
        uint64_t pair = pairs->list[i];
        if (!i || pair_left(pair) != pair_left(pairs->list[i - 1]))
            left = vectors_place(resolver, pair_left(pair), left_room);
        struct resolver_pair given = {
            .left = left,
            .right = vectors_place(resolver, pair_right(pair), right_room),
            .type = (uint8_t)pair,
        };
        handing->take(handing->context, pairs->thread, &given, handing->generic);
    }
}

bool resolver_pairs(struct resolver *resolver,
                    void (*take)(void *context, unsigned thread, const struct resolver_pair *pair,
                                 const struct generic_keys *generic),
                    void *context, struct error *err)
{
    ARENA(scratch);
    struct blocking blocking;
    vectors_settle(resolver);
    struct pool *pool = vectors_pool(resolver, scratch);
    return blocks_find(resolver, scratch, pool, &blocking, err) &&
           pairs_visit(resolver, pool, &blocking, hand_out,
                       &(struct handing){resolver, &blocking.generic, take, context}, err);
}
