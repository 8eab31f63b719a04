#include "tests/accuracy/resolve.h"

#include "hub/base/clock.h"
#include "hub/base/list.h"

struct holder {
    int64_t key;
    int32_t refine;
    uint8_t type;
    unsigned sample;
};

struct holders {
    struct holder *list;
    size_t count, room;
};

struct pairs {
    uint64_t *list; /* left << 32 | right */
    size_t count, room;
};

double seconds(void)
{
    return (double)clock_us() / 1e6;
}

static int by_key(const void *left, const void *right)
{
    const struct holder *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->refine != b->refine)
        return a->refine < b->refine ? -1 : 1;
    return (a->sample > b->sample) - (a->sample < b->sample);
}

static int by_number(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void pair_up(struct arena *arena, const struct holder *from, size_t count,
                    struct pairs *pairs)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            uint64_t a = from[i].sample, b = from[j].sample;
            LIST_ADD(arena, pairs, a < b ? a << 32 | b : b << 32 | a);
        }
}

static bool is_too_common(const struct model *model, const struct holder *from, size_t count)
{
    unsigned refines = 1;
    for (size_t i = 1; i < count; i++)
        refines += from[i].refine != from[i - 1].refine;
    return refines > blocking_limit(model, from->type) ||
           count > blocking_holders(model, from->type, false);
}

static void pair_same_refine(struct arena *arena, const struct model *model,
                             const struct holder *from, size_t count, struct pairs *pairs)
{
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start; end < count && from[end].refine == from[start].refine;)
            end++;
        if (from[start].refine && end - start <= blocking_holders(model, from->type, true))
            pair_up(arena, from + start, end - start, pairs);
    }
}

static void find_pairs(struct arena *arena, const struct model *model,
                       const struct holders *holders, struct generic_keys *generic,
                       struct pairs *pairs)
{
    if (!holders->count)
        return;
    qsort(holders->list, holders->count, sizeof(*holders->list), by_key);
    for (size_t start = 0, end; start < holders->count; start = end) {
        const struct holder *from = &holders->list[start];
        for (end = start; end < holders->count && holders->list[end].key == from->key;)
            end++;
        if (end - start < 2)
            continue;
        if (is_too_common(model, from, end - start)) {
            map_put(&generic->keys, (uint64_t)from->key, generic);
            pair_same_refine(arena, model, from, end - start, pairs);
        } else
            pair_up(arena, from, end - start, pairs);
    }
    if (!pairs->count)
        return;
    qsort(pairs->list, pairs->count, sizeof(*pairs->list), by_number);
    size_t kept = 0;
    for (size_t i = 0; i < pairs->count; i++)
        if (!i || pairs->list[i] != pairs->list[i - 1])
            pairs->list[kept++] = pairs->list[i];
    pairs->count = kept;
}

void resolve_at(const struct model *model, const struct samples *samples,
                const struct resolution *resolution, int32_t weight, int64_t *clusters)
{
    ARENA(scratch);
    const struct features **nodes = NEW_ARRAY(scratch, const struct features *, samples->count + 1);
    struct match_edge *edges = NEW_ARRAY(scratch, struct match_edge, resolution->pair_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < samples->count; i++)
        nodes[i] = samples->list[i].features;
    for (size_t i = 0; i < resolution->pair_count; i++) {
        const struct scored *pair = &resolution->pairs[i];
        if (!pair->veto && pair->weight >= weight)
            edges[count++] = (struct match_edge){
                samples->list[pair->left].record->id,
                samples->list[pair->right].record->id,
                pair->weight,
            };
    }
    cluster_records(scratch, model, &(struct match_graph){nodes, samples->count, edges, count},
                    weight, clusters);
}

static void collect_holders(struct arena *arena, const struct model *model,
                            const struct samples *samples, struct holders *holders)
{
    for (unsigned i = 0; i < samples->count; i++) {
        const struct blocking_key *keys;
        size_t count = blocking_keys(arena, model, samples->list[i].features, &keys);
        for (size_t k = 0; k < count; k++)
            LIST_ADD(arena, holders,
                     ((struct holder){keys[k].key, keys[k].refine, keys[k].type, i}));
    }
}

void resolve(struct arena *arena, const struct model *model, const struct samples *samples,
             struct resolution *resolution)
{
    struct holders holders = {.list = NULL};
    struct pairs pairs = {.list = NULL};
    *resolution = (struct resolution){.generic.keys.arena = arena};
    collect_holders(arena, model, samples, &holders);
    find_pairs(arena, model, &holders, &resolution->generic, &pairs);
    resolution->pairs = NEW_ARRAY(arena, struct scored, pairs.count + 1);
    resolution->pair_count = pairs.count;
    double start = seconds();
    for (size_t i = 0; i < pairs.count; i++) {
        unsigned left = (unsigned)(pairs.list[i] >> 32), right = (unsigned)pairs.list[i];
        struct judgement judgement =
            compare_records(model, &resolution->generic, samples->list[left].features,
                            samples->list[right].features);
        resolution->pairs[i] = (struct scored){left, right, judgement.weight, judgement.veto};
    }
    resolution->comparing = seconds() - start;
    unsigned step = model_step(model, (int64_t)samples->count);
    resolution->match = model_match_weight(model, step);
    resolution->review = model_review_weight(model, step);
    resolution->clusters = NEW_ARRAY(arena, int64_t, samples->count + 1);
    resolve_at(model, samples, resolution, resolution->match, resolution->clusters);
}
