/*
 * Evaluate: how well predicted clusters agree with the true entities, in the usual measures.
 *
 * Pairs: of all pairs of records, those put together and those that belong together.  B-cubed (Bagga &
 * Baldwin 1998): the mean over records of how much of a record's cluster is of its entity, and the
 * reverse.  Cluster: predicted clusters that are exactly an entity.  What divides nothing by nothing
 * (no pair predicted, say) is 1: nothing was wrong.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "hub/base/arena.h"

/* One record: any numbers, as long as equal ones mean the same cluster, or the same entity. */
struct assignment {
    uint64_t cluster; /* where it was put */
    uint64_t entity;  /* where it belongs */
};

struct measure {
    double precision, recall, f1; /* 0 to 1 */
};

struct evaluation {
    size_t n, entities, clusters;
    size_t largest_cluster; /* in records */
    struct measure pair, b3, cluster;
};

void evaluate_clusters(const struct assignment *records, size_t count,
                       struct evaluation *evaluation);
