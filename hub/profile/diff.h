/*
 * Diff: what two mappings make of one file, compared record by record.
 *
 * Streams through the file once with each; keeps counts and some examples, not the records.
 */
#pragma once

#include "hub/mapping/mapping.h"

#define DIFF_EXAMPLES 3

/* One place where they differ; NULL: nothing on that side. */
struct diff_example {
    unsigned line;
    const char *key, *part;
    const char *left, *right;
};

struct diff_count {
    const char *name;            /* an element, a class, or the code of a reject */
    size_t left, right, changed; /* only there, only here, another text */
    struct diff_example examples[DIFF_EXAMPLES];
    size_t example_count;
};

struct diff_counts {
    struct diff_count *list;
    size_t count, room;
};

struct diff {
    size_t compared;            /* source records */
    size_t same;                /* of which both make the same */
    struct diff_counts records; /* by class: what only one of them makes */
    struct diff_counts values;  /* by element, of records that both make */
    struct diff_counts rejects; /* by code */
};

/* Both read `content`, each by its own format. */
const struct diff *diff_mappings(struct arena *arena, const struct dictionary *dictionary,
                                 const struct mapping *left, const struct mapping *right,
                                 struct slice content);
