/*
 * Doubts: what of a clustering a steward should look at.
 *
 * Pure, and local: what is doubted of a component depends on nothing outside it, so components may be
 * given one by one or many at once.  Each pair of customers is asked about once, by the best pair of their
 * records, and only as long as neither has a better question open: answers settle the others mostly.
 */
#pragma once

#include "hub/match/match.h"

/* A cluster of more records is called oversize. */
#define DOUBTS_OVERSIZE 100
/* A cluster of so many records is called loose when fewer of its pairs match, in per cent. */
#define DOUBTS_LOOSE_SIZE 8
#define DOUBTS_LOOSE_PERCENT 25

enum doubt_kind {
    DOUBT_MATCH,     /* perhaps one customer, or a match that other records contradict */
    DOUBT_AMBIGUOUS, /* a record that fits two customers almost equally well */
    DOUBT_OVERSIZE,
    DOUBT_LOOSE
};

struct doubt {
    enum doubt_kind kind;
    /* The best pair of records between two customers; of one customer its smallest and largest id. */
    int64_t left, right; /* left < right */
    int32_t weight;      /* of that pair; of one customer 0 */
    const char *words;   /* what a steward reads first */
    int32_t priority;    /* 0 to 100, the greater the sooner */
};

/* Records of whole components, ascending by id, the cluster of each, and all edges from the review weight on. */
struct clustered {
    const int64_t *records, *clusters;
    size_t count;
    const struct match_edge *edges;
    size_t edge_count;
};

/* Doubts, ascending by left, then right.  `step` is the model's, as for its thresholds. */
const struct doubt *doubts_find(struct arena *arena, const struct model *model, unsigned step,
                                const struct clustered *clustered, size_t *count);
/* What hub.review.kind calls it: "possible_match", "ambiguous", "oversize", "loose". */
const char *doubt_name(enum doubt_kind kind);
