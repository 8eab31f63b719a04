/*
 * Resolution: the second half of a record's life, for a batch of jobs (steps 5 to 7 of the
 * tour in the top README).
 *
 * Private to the pipeline.  In order: candidates_find() looks for candidates and scores them,
 * component_close() gathers and locks everything that the outcome can depend on, outcome_write()
 * clusters and publishes.  Nothing is written before the locks are held.
 */
#pragma once

#include "hub/pipeline/hub.h"

/* A record that plays a part. */
struct node {
    int64_t id;
    int version;
    bool gone;     /* deleted, or not a customer */
    bool job;      /* to be resolved: all its edges are found anew */
    bool member;   /* of the component */
    bool expanded; /* its edges have been asked for */
    const struct features *features;
    struct slice keys;    /* packed; empty where they were not asked for */
    struct slice dropped; /* of a job: packed keys that it no longer holds */
    const char *skipped;  /* of a job: names of keys that were left out, or NULL */
};

struct nodes {
    struct node **list;
    size_t count, room;
};

struct edges {
    struct match_edge *list;
    size_t count, room;
};

/* Keys that turn generic or cease to be. */
struct turn {
    int64_t key;
    int32_t refine; /* 0: the key itself */
    int32_t type;
    bool generic;
};

struct turns {
    struct turn *list;
    size_t count, room;
};

struct resolution {
    struct arena *work;
    const struct hub *hub;
    unsigned step;
    int32_t match_weight, review_weight;
    struct map by_id; /* struct node */
    struct nodes jobs;
    struct nodes members; /* the component, jobs included */
    struct edges found;   /* of the jobs, by scoring */
    struct edges before;  /* of the jobs, as stored */
    struct edges kept;    /* stored, between members that are no jobs */
    struct turns turns;
    /* Holders of the jobs' keys, and of those with a refine; which were noted as generic before they
     * were counted, and which count as generic now. */
    struct blocks *blocks, *refined;
    struct map notes;
    struct generic_keys generic;
};

/* The node of a record, made if need be; its features are not loaded. */
struct node *resolution_node(struct resolution *resolution, int64_t id);
/* Load version and features of nodes that have none yet, and their keys, too, if so wanted. */
bool resolution_load(struct resolution *resolution, const struct nodes *nodes, bool keys,
                     struct error *err) MUST_CHECK;
/* Load the keys of nodes that were loaded without them. */
bool resolution_load_keys(struct resolution *resolution, const struct nodes *nodes,
                          struct error *err) MUST_CHECK;
void edges_add(struct arena *arena, struct edges *edges, int64_t one, int64_t other,
               int32_t weight);

/* For qsort: by their ends. */
int edge_order(const void *left, const void *right);
void edges_sort(const struct edges *edges);

bool candidates_find(struct resolution *resolution, struct error *err) MUST_CHECK;
/*
 * Under the locks: what was read before may have changed since.  Pairs that others found meanwhile are
 * added, pairs that no longer meet are dropped; *stable is set to false when a key turned generic or
 * ceased to be.
 */
bool candidates_confirm(struct resolution *resolution, bool *stable, struct error *err) MUST_CHECK;
/* *stable is false when the component changed before it could be locked: start again. */
bool component_close(struct resolution *resolution, bool *stable, struct error *err) MUST_CHECK;
bool outcome_write(struct resolution *resolution, struct error *err) MUST_CHECK;
