/*
 * Trace: what happened to each value while a record was mapped, for whoever wants to see it
 * (`axle map --trace`).  Nothing is kept unless asked for.
 */
#pragma once

#include "hub/mapping/mapping.h"

/* A transform, or the reading of a date; NULL: there was no text, or none came out. */
struct trace_step {
    const char *what; /* "trim", "date D/M/YYYY" */
    const char *before, *after;
};

struct traced {
    const struct element *element;
    const char *from;       /* a field, a template, or a constant in single quotes */
    size_t record, value;   /* where it came to stand: mapped.records[record]->values[value] */
    bool stands;            /* it did: a text or a flag was left */
    const char *raw, *flag; /* NULL: absent; nothing wrong */
    struct trace_step *list;
    size_t count, room;
};

struct trace {
    struct arena *arena;
    struct traced *list;
    size_t count, room;
};

/* The same as mapping_apply(), with everything that happens told; start from {.arena = ...}. */
bool mapping_apply_traced(struct arena *arena, const struct mapping *mapping,
                          const struct fields *fields, struct mapped *mapped, struct reject *reject,
                          struct trace *trace) MUST_CHECK;

/* For hub/mapping: no trace (NULL) is none kept.  A traced value lives until the next one begins. */
struct value_rule;
struct traced *trace_value(struct trace *trace, const struct value_rule *rule, size_t record,
                           size_t value);
void trace_step(struct trace *trace, struct traced *traced, const char *what, const char *before,
                const char *after);
/* That record was not made after all. */
void trace_forget(struct trace *trace, size_t record);
