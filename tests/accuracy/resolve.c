#include "tests/accuracy/resolve.h"

#include "hub/base/clock.h"
#include "hub/base/list.h"
#include "hub/resolver/resolver.h"

struct gathering {
    struct arena *arena;
    const struct samples *samples;
    struct {
        struct scored *list;
        size_t count, room;
    } pairs;
};

double seconds(void)
{
    return (double)clock_us() / 1e6;
}

static unsigned sample_of(const struct samples *samples, int64_t record)
{
    size_t from = 0, to = samples->count;
    while (to - from > 1) {
        size_t middle = (from + to) / 2;
        if (samples->list[middle].record->id <= record)
            from = middle;
        else
            to = middle;
    }
    return (unsigned)from;
}

/* One thread: they come by left, then right. */
static void gather(void *context, unsigned thread, const struct resolver_pair *pair,
                   const struct generic_keys *generic)
{
    struct gathering *gathering = context;
    struct scored scored = {
        .left = sample_of(gathering->samples, features_record(pair->left)),
        .right = sample_of(gathering->samples, features_record(pair->right)),
    };
    (void)thread;
    (void)generic;
    LIST_ADD(gathering->arena, &gathering->pairs, scored);
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
    cluster_records(
        scratch, model,
        &(struct match_graph){
            .nodes = nodes, .node_count = samples->count, .edges = edges, .edge_count = count},
        weight, clusters);
}

static void score_pairs(const struct model *model, const struct samples *samples,
                        struct resolution *resolution)
{
    double start = seconds();
    for (size_t i = 0; i < resolution->pair_count; i++) {
        struct scored *pair = &resolution->pairs[i];
        struct judgement judgement =
            compare_records(model, &resolution->generic, samples->list[pair->left].features,
                            samples->list[pair->right].features);
        pair->weight = judgement.weight;
        pair->veto = judgement.veto;
    }
    resolution->comparing = seconds() - start;
}

static void take_result(struct arena *arena, const struct resolved *resolved,
                        struct resolution *resolution)
{
    resolution->match = resolved->match_weight;
    resolution->review = resolved->review_weight;
    resolution->clusters = NEW_ARRAY(arena, int64_t, resolved->count + 1);
    for (size_t i = 0; i < resolved->count; i++)
        resolution->clusters[i] = resolved->records[resolved->clusters[i]];
    resolution->generic.keys.arena = arena;
    for (size_t i = 0; i < resolved->generic_count; i++)
        if (!resolved->generic[i].refine)
            map_put(&resolution->generic.keys, (uint64_t)resolved->generic[i].key, resolution);
}

static void must(bool done, const struct error *err)
{
    if (done)
        return;
    fprintf(stderr, "%s\n", err->text);
    exit(2);
}

void resolve(struct arena *arena, const struct model *model, const struct samples *samples,
             struct resolution *resolution)
{
    ARENA(scratch);
    struct error err;
    struct resolved resolved;
    struct gathering gathering = {.arena = arena, .samples = samples};
    struct resolver *resolver =
        resolver_new(scratch, model, &(struct resolver_settings){.threads = 1});
    for (size_t i = 0; i < samples->count; i++) {
        const struct features *features = samples->list[i].features;
        must(resolver_add(resolver, features_record(features), features_pack(scratch, features),
                          &err),
             &err);
    }
    must(resolver_pairs(resolver, gather, &gathering, &err), &err);
    must(resolver_run(resolver, &resolved, &err), &err);
    *resolution = (struct resolution){
        .pairs = gathering.pairs.list,
        .pair_count = gathering.pairs.count,
    };
    take_result(arena, &resolved, resolution);
    score_pairs(model, samples, resolution);
}
