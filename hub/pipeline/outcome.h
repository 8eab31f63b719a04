/* Outcome: what a resolution came to, and the steps that write it.  Private to the pipeline and to
 * hub/load, which resolves everything at once. */
#pragma once

#include "hub/pipeline/identity.h"
#include "hub/pipeline/resolution.h"

/* The component, clustered. */
struct outcome {
    struct edges edges;         /* all that count: found and kept */
    struct membership *members; /* in step with resolution->members */
    size_t count;
    struct map cluster_of; /* struct membership, by record id */
};

/* Write all that follows from a clustering: ids, links, edges, reviews, golden records and events. */
bool outcome_put(struct resolution *resolution, struct outcome *outcome,
                 struct error *err) MUST_CHECK;
/* Edges of the jobs: those that are no more, and those that are new or weigh otherwise. */
bool outcome_write_edges(struct resolution *resolution, struct error *err) MUST_CHECK;
/* Keys that turned generic or ceased to be, and which jobs had to leave out keys. */
bool outcome_write_keys(struct resolution *resolution, struct error *err) MUST_CHECK;
/* Open a task for every two customers that may be one, close those that events have settled. */
bool outcome_write_reviews(struct resolution *resolution, const struct outcome *outcome,
                           struct error *err) MUST_CHECK;
/* Golden records of the customers touched, and the identity events. */
bool outcome_publish(struct resolution *resolution, const struct outcome *outcome,
                     const struct identity_changes *changes, struct error *err) MUST_CHECK;
