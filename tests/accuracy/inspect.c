#include "tests/accuracy/inspect.h"

#include <stdio.h>

#define TYPES_MOST 32
#define BINS 16
#define BIN 2000 /* thousandths of a bit */

struct count {
    size_t pairs, true_pairs;
};

struct key_counts {
    size_t held;
    struct count all, net, only;
};

static void add(struct count *count, bool is_true)
{
    count->pairs++;
    count->true_pairs += is_true;
}

static bool is_true(const struct samples *samples, const struct scored *pair)
{
    return samples->list[pair->left].entity == samples->list[pair->right].entity;
}

struct held {
    const struct blocking_key *keys;
    size_t count;
};

/* A bit for each type of key that brings the two together. */
static uint32_t shared_types(const struct generic_keys *generic, const struct held *left,
                             const struct held *right)
{
    uint32_t types = 0;
    for (size_t i = 0; i < left->count; i++)
        for (size_t j = 0; j < right->count; j++) {
            const struct blocking_key *a = &left->keys[i], *b = &right->keys[j];
            if (a->key == b->key &&
                (a->refine == b->refine || !map_get(&generic->keys, (uint64_t)a->key)))
                types |= UINT32_C(1) << a->type;
        }
    return types;
}

static void count_pair(struct key_counts counts[TYPES_MOST], uint32_t types, bool true_pair)
{
    uint32_t lowest = types & (~types + 1);
    for (unsigned t = 0; t < TYPES_MOST; t++) {
        uint32_t bit = UINT32_C(1) << t;
        if (types & bit)
            add(&counts[t].all, true_pair);
        if (lowest == bit)
            add(&counts[t].net, true_pair);
        if (types == bit)
            add(&counts[t].only, true_pair);
    }
}

void inspect_keys(const struct model *model, const struct samples *samples,
                  const struct resolution *resolution)
{
    ARENA(scratch);
    struct key_counts counts[TYPES_MOST] = {{0}};
    struct held *held = NEW_ARRAY(scratch, struct held, samples->count + 1);
    for (size_t i = 0; i < samples->count; i++) {
        held[i].count = blocking_keys(scratch, model, samples->list[i].features, &held[i].keys);
        for (size_t k = 0; k < held[i].count; k++)
            counts[held[i].keys[k].type].held++;
    }
    for (size_t i = 0; i < resolution->pair_count; i++) {
        const struct scored *pair = &resolution->pairs[i];
        count_pair(counts,
                   shared_types(&resolution->generic, &held[pair->left], &held[pair->right]),
                   is_true(samples, pair));
    }
    printf("  %-14s %8s  %18s  %18s  %18s\n", "key", "held", "pairs (true)", "net of above",
           "by no other");
    for (unsigned t = 0; t < TYPES_MOST; t++)
        if (counts[t].held)
            printf("  %-14s %8.2f  %9zu %8zu  %9zu %8zu  %9zu %8zu\n",
                   blocking_name(model, (uint8_t)t),
                   (double)counts[t].held / (double)samples->count, counts[t].all.pairs,
                   counts[t].all.true_pairs, counts[t].net.pairs, counts[t].net.true_pairs,
                   counts[t].only.pairs, counts[t].only.true_pairs);
}

void inspect_weights(const struct samples *samples, const struct resolution *resolution)
{
    struct count bins[2 * BINS] = {{0}};
    for (size_t i = 0; i < resolution->pair_count; i++) {
        const struct scored *pair = &resolution->pairs[i];
        int32_t at = (pair->weight - resolution->match + BINS * BIN) / BIN;
        at = at < 0 ? 0 : at >= 2 * BINS ? 2 * BINS - 1 : at;
        if (!pair->veto)
            add(&bins[at], is_true(samples, pair));
    }
    printf("  %-6s %9s %9s\n", "bits", "pairs", "true");
    for (int i = 0; i < 2 * BINS; i++)
        if (bins[i].pairs)
            printf("  %+6d %9zu %9zu\n", (i - BINS) * BIN / 1000, bins[i].pairs,
                   bins[i].true_pairs);
}
