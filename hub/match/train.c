#include "hub/match/train.h"

#include <math.h>
#include <stdlib.h>

#include "hub/match/trainer.h"

#define PASS_FULL 2000.0 /* pairs of one customer from which a pass counts as much as any */
#define RECORDS_PRIOR 1000.0
#define PAIRS_LINE 50.0 /* the threshold of that many is halfway to what they ask for */
#define MATCH_LEAST 0.7 /* below, a pair is likelier wrong than right, whatever the others are */
#define MATCH_MOST 0.999
#define ROUNDS 10
#define SHARING \
    0.7 /* of the pairs of one customer, taken to share a whole value: only those are seen */
#define SPREAD 0.7 /* of the logarithm of a ratio: a bit */

static const char *const pass_names[PASSES] = {
    [PASS_NAME] = "name",
    [PASS_BIRTH] = "birth_date",
    [PASS_EMAIL] = "email",
    [PASS_PHONE] = "phone",
    [PASS_ADDRESS] = "address",
    [PASS_IDENTIFIER] = "identifier",
    [PASS_COMPANY] = "organization",
};

static struct chances chances_of(const struct stated *stated)
{
    struct chances chances = {.m = {{0}}};
    for (int c = 0; c < COMPARISONS; c++)
        for (int l = 0; comparisons[c].levels[l]; l++) {
            const struct level_stated *level = &stated->levels[c][l];
            chances.m[c][l] = ratio_double(level->m);
            chances.u[c][l] = ratio_double(level->u);
            chances.h[c][l] =
                ratio_double(level->household.numerator ? level->household : level->u);
        }
    return chances;
}

/* The mean of the logarithms: one pass that took others for one customer must not spoil it.  Each counts by
 * the pairs that it saw of one customer, up to a number. */
static double combine(const struct pass_result *results, int c, int l, double otherwise)
{
    double sum = 0, all = 0;
    for (int p = 0; p < PASSES; p++) {
        double weight = fmin(results[p].same[c], PASS_FULL);
        sum += weight > 0 ? weight * log2(results[p].m[c][l]) : 0;
        all += weight;
    }
    return all > 0 ? exp2(sum / all) : otherwise;
}

/* Of each level, how far what was counted can be trusted, from 0 to 1: its m, and its weight. */
struct trust {
    double same[COMPARISONS][LEVELS_MOST], weight[COMPARISONS][LEVELS_MOST];
};

/* A count of n pairs knows a logarithm with a variance of about 1 / n; sites differ from the model that
 * training starts from by about SPREAD. */
static double trust_of(double variance)
{
    return SPREAD * SPREAD / (SPREAD * SPREAD + variance);
}

/* Pairs of each cell among random ones. */
static void count_random(const struct trainer *trainer, double counts[COMPARISONS][LEVELS_MOST])
{
    for (size_t i = 0; i < trainer->random.count; i++)
        for (int c = 0; c < COMPARISONS; c++) {
            int level = pattern_level(trainer->random.list[i].levels, c);
            int cell = level < 0 ? -1 : train_cell(c, level);
            if (cell >= 0)
                counts[c][cell] += trainer->random.list[i].weight;
        }
}

static void trust_level(const struct pass_result *results, int c, int l, double random,
                        struct trust *trust)
{
    int cell = train_cell(c, l);
    double same = 0;
    for (int p = 0; p < PASSES && cell >= 0; p++)
        same = fmax(same, results[p].seen[c][cell]);
    double of_u = train_learns_u(c) ? 1 / (random + 0.5) : 0;
    trust->same[c][l] = trust_of(1 / (same + 0.5));
    trust->weight[c][l] = trust_of(1 / (same + 0.5) + of_u);
}

static void trust_counts(const struct trainer *trainer, const struct pass_result *results,
                         struct trust *trust)
{
    double random[COMPARISONS][LEVELS_MOST] = {{0}};
    count_random(trainer, random);
    for (int c = 0; c < COMPARISONS; c++)
        for (int l = 0; comparisons[c].levels[l]; l++)
            trust_level(results, c, l, train_cell(c, l) < 0 ? 0 : random[c][train_cell(c, l)],
                        trust);
}

/* A ratio between what it was and what was counted. */
static double between(double old, double counted, double trust)
{
    return exp2(log2(old) + (log2(counted) - log2(old)) * trust);
}

/* What was hardly seen keeps its weights: m is as counted, and u and h stand to it as far as is known. */
static void weigh_evidence(const struct chances *old, const struct trust *trust, int c,
                           struct chances *learnt)
{
    for (int l = 0; comparisons[c].levels[l]; l++) {
        double m = learnt->m[c][l];
        double same = between(1, m / old->m[c][l], trust->same[c][l]);
        learnt->u[c][l] =
            m / between(old->m[c][l] / old->u[c][l], m / learnt->u[c][l], trust->weight[c][l]);
        if (!train_is_of_home(c))
            learnt->h[c][l] = m / (old->m[c][l] / old->h[c][l] * same);
    }
}

/* Which level comes behind which, by the model that training starts from: best weight first. */
static size_t rank_levels(const struct model *model, int c, int order[LEVELS_MOST])
{
    size_t count = 0;
    for (int l = 0; comparisons[c].levels[l]; l++) {
        if (train_cell(c, l) < 0)
            continue;
        size_t at = count++;
        for (; at && model->levels[c][order[at - 1]].weight < model->levels[c][l].weight; at--)
            order[at] = order[at - 1];
        order[at] = l;
    }
    return count;
}

/*
 * A level that is better stays at least as good: neighbours in the wrong order get one weight, each by how
 * far it can be trusted (pool adjacent violators).
 */
static void keep_order(const struct model *model, const struct trust *trust, int c,
                       struct chances *chances)
{
    struct {
        double bits, trust;
        size_t levels;
    } pools[LEVELS_MOST];
    int order[LEVELS_MOST];
    size_t count = rank_levels(model, c, order), n = 0;
    for (size_t i = 0; i < count; i++) {
        int l = order[i];
        pools[n].bits = log2(chances->m[c][l] / chances->u[c][l]);
        pools[n].trust = trust->weight[c][l];
        pools[n++].levels = 1;
        for (; n > 1 && pools[n - 1].bits > pools[n - 2].bits; n--) {
            double both = pools[n - 2].trust + pools[n - 1].trust;
            pools[n - 2].bits =
                (pools[n - 2].bits * pools[n - 2].trust + pools[n - 1].bits * pools[n - 1].trust) /
                both;
            pools[n - 2].trust = both;
            pools[n - 2].levels += pools[n - 1].levels;
        }
    }
    for (size_t p = 0, i = 0; p < n; i += pools[p++].levels)
        for (size_t k = 0; pools[p].levels > 1 && k < pools[p].levels; k++)
            chances->u[c][order[i + k]] = chances->m[c][order[i + k]] / exp2(pools[p].bits);
}

/* Decimals again; a household level that was not stated stays unsaid. */
static void state_levels(const struct chances *chances, struct stated *stated)
{
    for (int c = 0; c < COMPARISONS; c++)
        for (int l = 0; comparisons[c].levels[l]; l++) {
            struct level_stated *level = &stated->levels[c][l];
            if (train_cell(c, l) < 0)
                continue;
            level->m = ratio_of(chances->m[c][l]);
            level->u = ratio_of(chances->u[c][l]);
            if (level->household.numerator)
                level->household = ratio_of(chances->h[c][l]);
        }
}

/* A pair of the sample by the new weights. */
struct weighed {
    int32_t weight;
    double pairs; /* of the whole set that it stands for */
};

static int by_weight(const void *left, const void *right)
{
    const struct weighed *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return (a->pairs > b->pairs) - (a->pairs < b->pairs);
}

static struct weighed *weigh_pairs(const struct trainer *trainer, const struct model *model,
                                   size_t *count)
{
    struct weighed *list = NEW_ARRAY(trainer->arena, struct weighed, trainer->pairs.count + 1);
    double scale = exp2(64) / (double)trainer->pass_below;
    *count = 0;
    for (size_t i = 0; i < trainer->pairs.count; i++) {
        const struct train_pair *pair = &trainer->pairs.list[i];
        struct judgement judgement =
            compare_records(model, NULL, trainer->kept.list[pair->left].features,
                            trainer->kept.list[pair->right].features);
        if (!judgement.veto)
            list[(*count)++] = (struct weighed){judgement.weight, pair->weight * scale};
    }
    qsort(list, *count, sizeof(*list), by_weight);
    return list;
}

/* The probability that a pair of a weight is one customer, when there are so many duplicates a record.  By
 * the count of records itself, not by its step. */
static double probability(double duplicates, double records, int32_t weight)
{
    double lambda = fmin(2 * duplicates / records, 0.5);
    double odds = lambda / (1 - lambda) * exp2(weight / 1000.0);
    return odds / (1 + odds);
}

/* As many as the pairs themselves come to; a small set stays near what was taken for usual. */
static double find_duplicates(const struct trainer *trainer, const struct weighed *list,
                              size_t count, double usual)
{
    double duplicates = usual, records = (double)trainer->added;
    for (int round = 0; round < ROUNDS; round++) {
        double same = 0;
        for (size_t i = 0; i < count; i++)
            same += list[i].pairs * probability(duplicates, records, list[i].weight);
        duplicates = (same / SHARING + RECORDS_PRIOR * usual) / (records + RECORDS_PRIOR);
    }
    return duplicates;
}

/* Few pairs of one customer know little of where to draw the line; where there is none it stays. */
static void stay_near(double same, struct training *training)
{
    double share = same / (same + PAIRS_LINE);
    double old = log2(training->old_match / (1 - training->old_match));
    double now = log2(training->match / (1 - training->match));
    double odds = exp2(old + (now - old) * share);
    training->match = odds / (1 + odds);
}

/*
 * The lowest probability from which the pairs, taken together, are as precise as wanted: above the first that is
 * one too many.  Few pairs lie where the line is drawn, so it is not drawn through the last that is taken.
 */
static void find_threshold(const struct trainer *trainer, const struct weighed *list, size_t count,
                           double wanted, struct training *training)
{
    double same = 0, all = 0, every = 0, records = (double)trainer->added;
    for (size_t i = 0; i < count; i++)
        every += list[i].pairs * probability(training->duplicates, records, list[i].weight);
    training->match = training->old_match;
    for (size_t i = 0; i < count; i++) {
        double p = probability(training->duplicates, records, list[i].weight);
        same += p * list[i].pairs;
        all += list[i].pairs;
        if (p < MATCH_LEAST)
            break;
        if (same < wanted * all) {
            training->match = fmin(nextafter(p, 1), MATCH_MOST);
            break;
        }
        training->match = MATCH_LEAST;
        training->precision = same / all;
        training->recall = every > 0 ? same / every : 1;
    }
    stay_near(training->recall * every, training);
}

static void fill_bins(const struct trainer *trainer, const struct weighed *list, size_t count,
                      struct training *training)
{
    training->bins_from = -TRAIN_BINS / 4;
    for (size_t i = 0; i < count; i++) {
        int bit = (int)floor(list[i].weight / 1000.0) - training->bins_from;
        bit = bit < 0 ? 0 : bit >= TRAIN_BINS ? TRAIN_BINS - 1 : bit;
        double p = probability(training->duplicates, (double)trainer->added, list[i].weight);
        training->bins[bit].same += p * list[i].pairs;
        training->bins[bit].other += (1 - p) * list[i].pairs;
    }
}

/* Review begins as far below a match as before. */
static void state_threshold(const struct training *training, struct stated *stated)
{
    double old = training->old_match, review = ratio_double(stated->review);
    double apart = (old / (1 - old)) / (review / (1 - review));
    double odds = training->match / (1 - training->match) / apart;
    stated->duplicates = ratio_of(training->duplicates);
    stated->match = ratio_of(training->match);
    stated->review = ratio_of(odds / (1 + odds));
}

static void report_levels(const struct trainer *trainer, const struct pass_result *results,
                          const struct model *model, struct training *training)
{
    struct training_level *list =
        NEW_ARRAY(trainer->arena, struct training_level, (size_t)COMPARISONS * LEVELS_MOST);
    struct chances old = chances_of(&trainer->model->stated), now = chances_of(&model->stated);
    size_t count = 0;
    for (int c = 0; c < COMPARISONS; c++)
        for (int l = 0; comparisons[c].levels[l]; l++) {
            struct training_level *level = &list[count++];
            *level = (struct training_level){
                .element = comparisons[c].name,
                .level = comparisons[c].levels[l],
                .m = now.m[c][l],
                .u = now.u[c][l],
                .household = now.h[c][l],
                .old_m = old.m[c][l],
                .old_u = old.u[c][l],
                .old_household = old.h[c][l],
                .weight = model->levels[c][l].weight,
                .old_weight = trainer->model->levels[c][l].weight,
            };
            for (int p = 0; p < PASSES; p++)
                level->pass_m[p] = results[p].same[c] >= 1 ? results[p].m[c][l] : -1;
        }
    training->levels = list;
    training->level_count = count;
}

/* Names are counted in records: of those that have one, about so many beside it are the same customer's. */
static double find_own(const struct trainer *trainer, const struct training *training)
{
    size_t count;
    const struct weighed *list = weigh_pairs(trainer, trainer->model, &count);
    double sampled = exp2(-64) * (double)trainer->names_below;
    return 1 + 2 * sampled * find_duplicates(trainer, list, count, training->old_duplicates);
}

static void estimate(struct trainer *trainer, struct pass_result results[PASSES],
                     struct training *training, struct stated *stated)
{
    struct chances old = chances_of(stated), chances = old;
    struct trust trust;
    train_compare(trainer);
    train_count(trainer, &chances);
    for (int p = 0; p < PASSES; p++) {
        train_pass(trainer, (enum train_pass)p, &chances, &results[p]);
        training->passes[p] = (struct training_pass){
            pass_names[p], results[p].pairs, results[p].same_pairs, results[p].household_pairs};
    }
    trust_counts(trainer, results, &trust);
    struct chances learnt = chances;
    for (int c = 0; c < COMPARISONS; c++) {
        for (int l = 0; comparisons[c].levels[l]; l++)
            learnt.m[c][l] = combine(results, c, l, chances.m[c][l]);
    }
    train_homes(trainer, &old, &learnt);
    for (int c = 0; c < COMPARISONS; c++) {
        weigh_evidence(&old, &trust, c, &learnt);
        keep_order(trainer->model, &trust, c, &learnt);
    }
    state_levels(&learnt, stated);
    double own = find_own(trainer, training);
    training->given_names =
        train_names(trainer->arena, &trainer->model->given, &trainer->given, own, &stated->given);
    training->family_names = train_names(trainer->arena, &trainer->model->family, &trainer->family,
                                         own, &stated->family);
}

void trainer_run(struct trainer *trainer, struct training *training)
{
    struct stated stated = trainer->model->stated;
    struct pass_result *results = NEW_ARRAY(trainer->arena, struct pass_result, PASSES);
    size_t count;
    *training = (struct training){
        .records = trainer->added,
        .old_duplicates = ratio_double(stated.duplicates),
        .old_match = ratio_double(stated.match),
        .step = model_step(trainer->model, (int64_t)trainer->added),
    };
    estimate(trainer, results, training, &stated);
    const struct model *draft = model_make(trainer->arena, &stated);
    const struct weighed *list = weigh_pairs(trainer, draft, &count);
    training->random_pairs = trainer->random_pairs;
    training->duplicates = find_duplicates(trainer, list, count, training->old_duplicates);
    find_threshold(trainer, list, count, ratio_double(stated.precision), training);
    fill_bins(trainer, list, count, training);
    state_threshold(training, &stated);
    training->model = model_make(trainer->arena, &stated);
    report_levels(trainer, results, training->model, training);
}
