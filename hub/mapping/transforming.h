/* Transforming: what the transform*.c share.  For this directory only. */
#pragma once

#include "hub/base/map.h"
#include "hub/base/regex.h"
#include "hub/mapping/check.h"
#include "hub/mapping/transform.h"

struct amount_form;

struct transform {
    const struct transform *next;
    const struct transform_row *row;
    /* What its attributes say; each row knows which it has. */
    const char *first, *second;
    int64_t number;
    const struct regex *regex;
    const struct amount_form *form;
    const struct map *entries; /* of const char, by transform_lower() text */
};

struct transform_row {
    const char *name;
    const char *(*apply)(struct arena *arena, const struct transform *transform, const char *text,
                         const char **flag);
    void (*compile)(const struct checking *checking, const struct xml_node *node,
                    struct transform *transform); /* NULL: it has no attributes */
    bool takes_absent;
};

/* transform_text.c: some rows of its own; the last one has no name. */
extern const struct transform_row transform_text_rows[];
/* transform_value.c: the same of those that know what a text means. */
extern const struct transform_row transform_value_rows[];
