/*
 * Train: a model version for the records of a site, without labels (formulas and sources in hub/match/README.md).
 *
 * From a sample of the records, chosen by hashes of their values and ids: u from random pairs; m by
 * expectation-maximisation over pairs that share one value each, pass by pass; household levels from those who
 * share a home and nothing else; frequencies of names; duplicates per record; and the threshold that reaches
 * the wanted precision.  What the site shows little of stays near the model that it starts from.  The result
 * does not depend on the order in which records were added.
 *
 *     struct trainer *trainer = trainer_new(work, model, records);
 *     while (...)
 *         if (!trainer_add(trainer, record_id, packed, err))
 *             return false;
 *     struct training training;
 *     trainer_run(trainer, &training);
 */
#pragma once

#include "hub/match/match.h"

struct trainer;

/* Starts from `model`; `records` is about how many will come (how much to sample: no more than that). */
struct trainer *trainer_new(struct arena *arena, const struct model *model, int64_t records);
/* A record by its vector, which is copied as far as it is needed.  FATAL when it is none. */
bool trainer_add(struct trainer *trainer, int64_t record_id, struct slice packed,
                 struct error *err) MUST_CHECK;

#define TRAIN_PASSES 7
struct training_pass {
    const char *element; /* that its pairs share */
    double pairs;        /* compared */
    double same;         /* of them, of one customer as far as can be told */
    double household;    /* of them, of two people of one household */
};

/* One level before and after.  A pass that says nothing of it has m < 0. */
struct training_level {
    const char *element, *level;
    double m, u, household;
    double old_m, old_u, old_household;
    int32_t weight, old_weight; /* thousandths of a bit */
    double pass_m[TRAIN_PASSES];
};

/* Pairs of a weight, estimated for the whole set from the sample. */
#define TRAIN_BINS 80
struct training_bin {
    double same, other;
};

struct training {
    const struct model *model; /* the version; in the trainer's arena */
    size_t records, random_pairs;
    struct training_pass passes[TRAIN_PASSES];
    const struct training_level *levels;
    size_t level_count;
    struct training_bin bins[TRAIN_BINS]; /* a bit each, from bins_from on */
    int bins_from;
    unsigned step;
    double duplicates, old_duplicates;
    double match, old_match;          /* the probability from which a pair is a match */
    double precision, recall;         /* expected of pairs at the new threshold */
    size_t given_names, family_names; /* of the site's own in the version */
};
void trainer_run(struct trainer *trainer, struct training *training);
