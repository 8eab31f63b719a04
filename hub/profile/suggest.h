/*
 * Suggest: a first mapping for a file, from the names of its columns and from what stands in them.
 *
 * High confidence needs both, or contents that are nothing else (mail addresses); a column whose name and
 * contents contradict each other is not placed but explained.
 */
#pragma once

#include "hub/profile/names.h"
#include "hub/profile/profile.h"

enum confidence { CONFIDENCE_NONE, CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };
extern const char *const confidence_names[];

enum use {
    USE_NONE, /* not placed */
    USE_VALUE,
    USE_KEY,       /* of the record, or part of it */
    USE_PART,      /* in the template of another value: the year of a date */
    USE_QUALIFIER, /* says the kind, scheme or country of other values */
};

struct suggestion {
    const struct column *column;
    enum use use;
    const struct element *element;
    enum confidence confidence;
    const char *scheme, *kind, *country, *group; /* as a mapping says them; NULL: not said */
    const char *date;                            /* forms, or NULL */
    const char *template;                        /* instead of the column alone, or NULL */
    const char
        *person; /* a company's name in some records, where this column is filled the employer's */
    bool couple; /* some are the names of two people */
    const char *note;            /* what to look at; NULL: nothing */
    const char *reason;          /* why it was not placed */
    const struct element *guess; /* the nearest element all the same, or NULL */
    struct reading reading;      /* what its name says */
};

struct suggestions {
    struct suggestion *list; /* by column */
    size_t count, placed;
    const char *key;      /* a column, or a template */
    const char *key_note; /* NULL: it is a good one */
    const char *region;   /* given, or what the values show; "" if unknown */
    bool region_found;    /* it was not given */
};

const struct suggestions *suggest(struct arena *arena, const struct dictionary *dictionary,
                                  const struct profile *profile, const char *region);

/* Does the column hold what the element is for?  -100: no; 0: nothing tells; 50: it may; 100: yes. */
int evidence_for(const struct dictionary *dictionary, const struct column *column,
                 const struct element *element);
/* The element that the contents alone show, with how sure that is; NULL when they show none.  `bold`: the
 * column's name says nothing, so that weaker signs count. */
const struct element *evidence_alone(const struct dictionary *dictionary,
                                     const struct column *column, bool bold,
                                     enum confidence *confidence);

/* hub/profile/suggest_key.c: choose the key. */
void suggest_key(struct arena *arena, const struct profile *profile, struct suggestions *all);
/* hub/profile/suggest_join.c: columns that make one value, or say something about each other. */
void suggest_joined(struct arena *arena, const struct dictionary *dictionary,
                    struct suggestions *all);
void suggest_dates(struct arena *arena, const struct dictionary *dictionary,
                   struct suggestions *all);

/* The mapping file: `name` of the source, `file` that it was suggested from, `format` as XML. */
const char *suggest_mapping(struct arena *arena, const struct suggestions *all, const char *name,
                            const char *file, const char *format, size_t records);
