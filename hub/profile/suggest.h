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
    USE_KEY,       /* of the record, or part of it; or what tells the items of a list apart */
    USE_PART,      /* in the template of another value: the year of a date */
    USE_QUALIFIER, /* says the kind, scheme or country of other values */
};

/* A list in which each item says its type: what a type makes of the item. */
struct branch {
    const char *is;
    const struct element *element;
    const char *kind;
};

/* A record that the mapping makes of each record of the file, or of each item of a list. */
struct planned {
    const struct object_class *class;
    const char *key;  /* NULL: the file's */
    const char *part; /* NULL: none */
    const char *each; /* NULL: no list */
    const char *role; /* of its relation to the main record; NULL: no relation is said */
};

#define RECORDS_MOST 16
#define STRONG 88 /* of a name's score */
#define FAIR 60

struct suggestion {
    const struct column *column;
    size_t record; /* in which it is a value: its place among the planned ones */
    enum use use;
    const struct element *element;
    enum confidence confidence;
    const char *scheme, *kind, *country, *group; /* as a mapping says them; NULL: not said */
    const char *date;                            /* forms, or NULL */
    const char *template;                        /* instead of the column alone, or NULL */
    const char *steps;                           /* transforms, as XML; NULL: none */
    const struct branch *branches; /* in place of the element: by what the column `type` says */
    size_t branch_count;
    const struct column *type;
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
    struct planned records[RECORDS_MOST]; /* the first one is the main one */
    size_t record_count;
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

/* What a name's score and the contents' say together. */
enum confidence suggest_weigh(const struct column *column, unsigned score, int evidence);
/* hub/profile/suggest_class.c: records of other classes, where several columns are best explained so; without
 * a sign of a customer there is no customer's.  `each`: the list they stand in, or NULL. */
void suggest_classes(const struct dictionary *dictionary, struct suggestions *all);
/* The class that explains the columns best, and how well: 0 not at all. */
const struct object_class *suggest_class_of(const struct dictionary *dictionary,
                                            const struct suggestions *all, const char *each,
                                            unsigned *sum);
void suggest_take_class(const struct dictionary *dictionary, struct suggestions *all,
                        const char *each, const struct object_class *class, size_t record);
/* The planned record of a class outside of lists, planned now if need be; RECORDS_MOST: there is no room. */
size_t suggest_plan(struct suggestions *all, const struct object_class *class, const char *part);
/* hub/profile/suggest_list.c: what the items of lists are. */
void suggest_lists(struct arena *arena, const struct dictionary *dictionary,
                   struct suggestions *all);
/* hub/profile/suggest_value.c: how numbers are written, and codes that the dictionary does not know. */
void suggest_values(struct arena *arena, const struct dictionary *dictionary,
                    struct suggestions *all);
/* The forms of dates with or without a time; as column_date(). */
const char *suggest_times(struct arena *arena, const struct column *column, const char *region,
                          bool *unsure, bool *mixed);
/* The share of the column's texts, in thousandths, that are amounts, with or without a currency. */
unsigned suggest_amounts(const struct column *column);
/* hub/profile/suggest_key.c: choose the key. */
void suggest_key(struct arena *arena, const struct dictionary *dictionary,
                 const struct profile *profile, struct suggestions *all);
/* hub/profile/suggest_join.c: columns that make one value, or say something about each other. */
void suggest_joined(struct arena *arena, const struct dictionary *dictionary,
                    struct suggestions *all);
void suggest_dates(struct arena *arena, const struct dictionary *dictionary,
                   struct suggestions *all);

/* The mapping file: `name` of the source, `file` that it was suggested from, `format` as XML. */
const char *suggest_mapping(struct arena *arena, const struct suggestions *all, const char *name,
                            const char *file, const char *format, size_t records);
