/* What a worker knows of the fields of its sources.  Only for drift.c. */
#pragma once

#include "hub/pipeline/drift.h"

#define SEEN_MOST 20 /* counted no further */

/* A field that the mapping reads. */
struct input {
    const char *name;
    const struct loss *losses;
    size_t loss_count;
    int32_t kinds, seen, readable; /* as hub.field has them */
    bool optional, gone;
};

/* Records whose fields have the same names. */
struct shape {
    const char *const *unknown, *const *ignored; /* by the mapping; each ends with NULL */
    int32_t records;                             /* of the batch that is looked at */
};

struct known {
    struct known *next;
    struct arena *arena;
    const struct source *source;
    bool stale; /* something was learned since: read it again */
    struct input *inputs;
    size_t count;
    const char *const *paths; /* that the mapping reads, within lists too */
    struct map shapes;        /* by fields_shape() */
    struct map named;         /* fields that are in drift */
};

/* Forget all when the sources are others than before. */
void drift_follow(struct drift *drift, const struct sources *sources);
/* What is known of a source, read anew where it may have changed or `again` asks for it. */
struct known *drift_known(struct drift *drift, struct db *db, const struct source *source,
                          bool again, struct error *err);
struct shape *drift_shape(struct known *known, const struct fields *fields);
