/* Applying: what the apply*.c share.  For this directory only. */
#pragma once

#include "hub/mapping/rules.h"
#include "hub/mapping/trace.h"

/* A dictionary record, and what it was made by and of. */
struct made {
    struct record *record;
    const struct record_rule *rule;
    const struct fields *fields; /* of the item, where the rule has `each` */
};

/* What one source record becomes, while it grows. */
struct applying {
    struct arena *arena;
    const struct mapping *mapping;
    const struct fields *fields; /* of the whole source record */
    struct reject *reject;
    struct trace *trace; /* NULL: nobody watches */
    struct made *made;
    size_t count, room;
};

/* One dictionary record of it. */
struct building {
    struct applying *applying;
    struct value *values;
    size_t count, room;
    bool stated; /* something in it comes from the source, not from the mapping */
};

/* Set it aside: always false. */
bool apply_refuse(struct applying *applying, const char *stage, const char *code,
                  const char *message);
bool apply_refuse_too_many(struct applying *applying, const char *code, const char *what,
                           size_t most);

/* The values of one rule.  False when the record is set aside. */
bool apply_value(struct building *building, const struct value_rule *rule,
                 const struct fields *fields) MUST_CHECK;

/* What the records that were made are to each other and to records of other deliveries. */
void apply_relations(struct applying *applying);

/* Version, effective time and region of a record that was made. */
void apply_heading(struct applying *applying, const struct made *made);
