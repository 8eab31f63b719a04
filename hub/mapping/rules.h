/* Rules: a mapping as it is applied; made by the read_*.c, followed by apply*.c. */
#pragma once

#include "hub/mapping/date.h"
#include "hub/mapping/mapping.h"
#include "hub/mapping/template.h"
#include "hub/mapping/transform.h"

#define MAPPING_VALUES_MOST 1000  /* of a record */
#define MAPPING_RECORDS_MOST 1000 /* of a source record */
#define MAPPING_KEY_MOST 500      /* bytes */
#define MAPPING_VALUE_MOST 10000  /* code points */

/* A field that is there, or has one of some texts. */
struct condition {
    const char *field;
    const char *const *is; /* as transform_lower() makes them, ends with NULL; NULL: any text */
};

struct conditions {
    const struct condition *only_if, *unless; /* NULL: always */
};

struct value_rule {
    const struct value_rule *next;
    const struct element *element;
    const char *constant;            /* or: */
    const struct template *template; /* `from` is a template of one field */
    const char *each;                /* NULL: no list */
    struct conditions when;
    const struct date_form *date; /* NULL: no date */
    const char *date_text;        /* the same as it was written */
    const struct template *plus;  /* how much later: "24 months"; NULL: nothing is added */
    const struct transform *transforms;
    const struct template *scheme, *kind, *group, *country; /* NULL: "" */
    bool verified, evidence, trusted;
    const struct condition *verified_if; /* only where this is met; NULL: as `verified` says */
    unsigned trust;
};

struct relation_rule {
    const struct relation_rule *next;
    const char *role;
    const struct template *part; /* NULL: "" */
    bool is_far;                 /* it may be of another delivery: */
    const char *source;          /* NULL: this one */
    const struct template *key;  /* NULL: this record's */
};

/* What orders the versions of a record, or says since when one holds. */
struct moment_rule {
    const struct template *from;  /* NULL: nothing does */
    const struct date_form *date; /* ISO 8601 where the mapping declares none */
    bool is_declared;
};

struct record_rule {
    const struct record_rule *next;
    const char *class_name;
    const struct template *key;
    const struct template *part; /* NULL: "" */
    const char *each;            /* NULL: one record */
    struct conditions when;
    const struct element *needs; /* NULL: nothing */
    const char *region;          /* or: */
    const struct template *region_from;
    struct moment_rule version, effective;
    const struct relation_rule *relations;
    bool has_owner; /* a relation says whose it is */
    const struct value_rule *values;
};

struct delete_rule {
    const struct delete_rule *next;
    struct conditions when;
};
