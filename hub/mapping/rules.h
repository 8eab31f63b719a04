/* Rules: a mapping as it is applied; made by mapping.c, followed by apply.c. */
#pragma once

#include "hub/mapping/date.h"
#include "hub/mapping/mapping.h"
#include "hub/mapping/template.h"
#include "hub/mapping/transform.h"

#define MAPPING_VALUES_MOST 1000  /* of a record */
#define MAPPING_RECORDS_MOST 1000 /* of a source record */
#define MAPPING_KEY_MOST 500      /* bytes */
#define MAPPING_VALUE_MOST 10000  /* code points */

struct value_rule {
    const struct value_rule *next;
    const struct element *element;
    const char *constant;            /* or: */
    const struct template *template; /* `from` is a template of one field */
    const char *each;                /* NULL: no list */
    const char *only_if, *unless;    /* fields of the record; NULL: always */
    const struct date_form *date;    /* NULL: no date */
    const struct transform *transforms;
    const struct template *scheme, *kind, *group, *country; /* NULL: "" */
    bool verified;
};

struct record_rule {
    const struct record_rule *next;
    const char *class_name;
    const struct template *key;
    const struct template *part; /* NULL: "" */
    const char *each;            /* NULL: one record */
    const struct value_rule *values;
};
