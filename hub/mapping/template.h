/*
 * Template: a text that names fields: "{by}-{bm}-{bd}".  All of its fields must be there, or the whole
 * is absent.
 */
#pragma once

#include "hub/format/format.h"

struct template
{
    const struct template *next;
    const char *text; /* a field's name, or what stands as it is */
    bool is_field;
};

/* A single field: what `from` says. */
const struct template *template_field(struct arena *arena, const char *name);
/* NULL with *fault filled in when a bracket does not close or names nothing. */
const struct template *template_read(struct arena *arena, const char *text, const char **fault);

/*
 * NULL when a field is absent or blank, *missing (may be NULL) being its name then.  *flag as in
 * fields_text(), of the first field that has one.  A single field comes as it is, the fields of a
 * composition without blanks at their ends.
 */
const char *template_fill(struct arena *arena, const struct template *template,
                          const struct fields *fields, const char **flag, const char **missing);
