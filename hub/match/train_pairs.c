#include <stdlib.h>

#include "hub/base/list.h"
#include "hub/match/trainer.h"

#define HOLDERS_MOST 100 /* a value that more share is nobody's own */
#define NEIGHBOURS 8     /* of a holder, by hash, it is compared with: in small blocks with all */
#define RANDOM_PAIRS 200000 /* at most */
#define OFTEN 50            /* seen so often, a level's u is known */
#define ROUND 25000         /* random pairs between looks whether all levels were seen often */

/* By which levels a pair is of a pass. */
static const struct {
    enum comparison comparison;
    int most;
} shares[PASSES] = {
    [PASS_NAME] = {COMPARE_GIVEN, GIVEN_EXACT},
    [PASS_BIRTH] = {COMPARE_BIRTH_DATE, BIRTH_EXACT},
    [PASS_EMAIL] = {COMPARE_EMAIL, EMAIL_EXACT},
    [PASS_PHONE] = {COMPARE_PHONE, PHONE_EXACT},
    [PASS_ADDRESS] = {COMPARE_ADDRESS, ADDRESS_BUILDING},
    [PASS_IDENTIFIER] = {COMPARE_IDENTIFIER, IDENTIFIER_ACCOUNT},
    [PASS_COMPANY] = {COMPARE_ORGANIZATION, COMPANY_EXACT},
};

static bool is_of_pass(uint64_t levels, enum train_pass pass)
{
    int level = pattern_level(levels, (int)shares[pass].comparison);
    return level >= 0 && level <= shares[pass].most &&
           (pass != PASS_NAME || pattern_level(levels, COMPARE_FAMILY) == FAMILY_EXACT);
}

static uint64_t pattern_of(const struct comparing *pair)
{
    uint64_t levels = 0;
    for (int c = 0; c < COMPARISONS; c++) {
        const struct comparison_found *found = &pair->found[c];
        if (!found->weak && !found->evidence)
            levels |= (uint64_t)(found->level + 1) << (c * PATTERN_BITS);
    }
    bool company = pair->left->kind == KIND_ORGANIZATION || pair->right->kind == KIND_ORGANIZATION;
    return company ? levels | PATTERN_COMPANY : levels;
}

static int by_entry(const void *left, const void *right)
{
    const struct train_entry *a = left, *b = right;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return (a->record > b->record) - (a->record < b->record);
}

static int by_levels(const void *left, const void *right)
{
    const struct pattern *a = left, *b = right;
    if (a->levels != b->levels)
        return a->levels < b->levels ? -1 : 1;
    return (a->weight > b->weight) - (a->weight < b->weight);
}

/* Equal patterns become one. */
static void gather(struct patterns *patterns)
{
    size_t kept = 0;
    if (patterns->count)
        qsort(patterns->list, patterns->count, sizeof(*patterns->list), by_levels);
    for (size_t i = 0; i < patterns->count; i++)
        if (kept && patterns->list[kept - 1].levels == patterns->list[i].levels)
            patterns->list[kept - 1].weight += patterns->list[i].weight;
        else
            patterns->list[kept++] = patterns->list[i];
    patterns->count = kept;
}

/* Two people who share a home and a name, and are not the same. */
static bool is_household(uint64_t levels)
{
    int given = pattern_level(levels, COMPARE_GIVEN);
    int birth = pattern_level(levels, COMPARE_BIRTH_DATE);
    return !(levels & PATTERN_COMPANY) && given == GIVEN_DIFFERENT &&
           (birth < 0 || birth == BIRTH_DIFFERENT) &&
           pattern_level(levels, COMPARE_FAMILY) == FAMILY_EXACT;
}

static void take_pair(struct trainer *trainer, unsigned left, unsigned right, enum train_pass pass,
                      double weight)
{
    struct comparing pair = compare_all(trainer->model, NULL, trainer->kept.list[left].features,
                                        trainer->kept.list[right].features);
    uint64_t levels = pattern_of(&pair);
    unsigned passes = 0;
    if (pair.veto || !is_of_pass(levels, pass))
        return;
    for (int p = 0; p < PASSES; p++)
        passes += is_of_pass(levels, (enum train_pass)p);
    LIST_ADD(trainer->arena, &trainer->pass[pass], ((struct pattern){levels, weight}));
    if (is_household(levels) && passes)
        LIST_ADD(trainer->arena, &trainer->household, ((struct pattern){levels, weight / passes}));
    LIST_ADD(trainer->arena, &trainer->pairs, ((struct train_pair){left, right, weight / passes}));
}

static void take_block(struct trainer *trainer, const struct train_entry *from, size_t count)
{
    size_t near = count <= NEIGHBOURS ? count : NEIGHBOURS, taken = 0;
    for (size_t step = 1; step <= near; step++)
        taken += count > step ? count - step : 0;
    double weight = taken ? (double)(count * (count - 1)) / 2 / (double)taken : 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count && j - i <= near; j++)
            if (from[i].record != from[j].record)
                take_pair(trainer, from[i].record, from[j].record, from[i].pass, weight);
}

static void take_blocks(struct trainer *trainer)
{
    const struct train_entry *list = trainer->entries.list;
    size_t count = trainer->entries.count;
    if (count)
        qsort(trainer->entries.list, count, sizeof(*list), by_entry);
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start; end < count && list[end].value == list[start].value;)
            end++;
        if (end - start <= HOLDERS_MOST)
            take_block(trainer, list + start, end - start);
    }
}

static bool seen_often(const struct patterns *patterns)
{
    size_t seen[COMPARISONS][LEVELS_MOST] = {0};
    for (size_t i = 0; i < patterns->count; i++)
        for (int c = 0; c < COMPARISONS; c++) {
            int level = pattern_level(patterns->list[i].levels, c);
            if (level >= 0)
                seen[c][level]++;
        }
    for (int c = 0; c < COMPARISONS; c++)
        for (int l = 0; comparisons[c].levels[l]; l++)
            if (train_cell(c, l) >= 0 && train_learns_u(c) && seen[c][l] < OFTEN)
                return false;
    return true;
}

static int by_order(const void *left, const void *right)
{
    const struct sampled *a = left, *b = right;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* A random pair is seldom one customer; where it looks so it counts as little as it is likely not. */
static void take_random(struct trainer *trainer, const struct features *left,
                        const struct features *right, unsigned step)
{
    struct comparing pair = compare_all(trainer->model, NULL, left, right);
    uint64_t levels = pattern_of(&pair);
    double same = 0;
    trainer->random_pairs++;
    if (is_household(levels) && (pattern_level(levels, COMPARE_ADDRESS) == ADDRESS_EXACT ||
                                 pattern_level(levels, COMPARE_PHONE) == PHONE_EXACT))
        return;
    if (!pair.veto)
        same = model_probability(trainer->model, step, comparing_judge(&pair).weight);
    LIST_ADD(trainer->arena, &trainer->random, ((struct pattern){levels, 1 - same}));
}

/* Pairs at growing distances in the order of the hashes. */
static void take_randoms(struct trainer *trainer)
{
    size_t count = trainer->randoms.count;
    unsigned step = model_step(trainer->model, (int64_t)trainer->added);
    struct sampled *list = NEW_ARRAY(trainer->arena, struct sampled, count + 1);
    for (size_t i = 0; i < count; i++)
        list[i] = trainer->kept.list[trainer->randoms.list[i]];
    qsort(list, count, sizeof(*list), by_order);
    for (size_t distance = 1; distance < count; distance++) {
        for (size_t i = 0; i + distance < count; i++)
            take_random(trainer, list[i].features, list[i + distance].features, step);
        size_t done = trainer->random_pairs;
        if (done >= RANDOM_PAIRS || (done % ROUND < count && seen_often(&trainer->random)))
            break;
    }
}

void train_compare(struct trainer *trainer)
{
    take_blocks(trainer);
    take_randoms(trainer);
    gather(&trainer->random);
    gather(&trainer->household);
    for (int p = 0; p < PASSES; p++)
        gather(&trainer->pass[p]);
}
