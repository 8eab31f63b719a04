/*
 * Truth: which records belong together, as somebody knows who made or labelled them.
 *
 * Read from CSV `source,source_key,entity` or `id,entity`, where an id is SOURCE:key or a key; further
 * columns are passed over.  Names of sources are compared without regard to case.
 */
#pragma once

#include "hub/base/error.h"
#include "hub/base/map.h"
#include "hub/base/text.h"
#include "hub/match/evaluate.h"

struct truth {
    struct arena *arena;
    const char *const *sources; /* the hub's, ending with NULL: which SOURCE: is one */
    const char *only; /* plain ids are keys of this source, others are left out; or NULL */
    struct subject *first, *last;
    size_t count;
    size_t found;    /* in the hub, so far */
    size_t left_out; /* lines about other sources than `only` */
    struct map by_name;
};

/* Start from {.arena, .sources, .only}.  FATAL with the place of what cannot be read. */
bool truth_read(struct truth *truth, struct slice content, const char *file,
                struct error *err) MUST_CHECK;
/*
 * Where a record of the hub is; those that the truth does not name are passed over, and of the parts
 * of one record the first one counts.  FATAL when a plain id fits records of two sources.
 */
bool truth_place(struct truth *truth, const char *source, const char *key, const char *part,
                 uint64_t cluster, struct error *err) MUST_CHECK;
/* What was placed, for evaluate_clusters(); a record that was not is alone. */
const struct assignment *truth_assignments(struct arena *arena, const struct truth *truth);
