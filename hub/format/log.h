/*
 * Log: lines of a web server's access log, by a pattern that names their fields; nobody outside hub/format
 * includes this.
 */
#pragma once

#include "hub/format/decode.h"

/* What stands before a field, and the field. */
struct log_part {
    struct slice before;
    const char *name; /* "-": nobody wants it */
    bool quoted; /* it ends at a quote, and what a backslash stands before is meant otherwise */
};

struct log_pattern {
    struct log_part *parts;
    size_t count;
    struct slice tail;
    bool request, url, cookies; /* it has the field of that name */
};

/* Read format->pattern into format->log; false with *fault when it is none. */
bool log_open(struct arena *arena, struct format *format, const char **fault);
/* NULL, or why no field is called so. */
const char *log_field_fault(struct arena *arena, const struct format *format, const char *from);
/* NULL, or why it cannot be dropped: only what the pattern itself names can be found in a line. */
const char *log_drop_fault(struct arena *arena, const struct format *format, const char *field);

/* Where the fields of a line lie, in step with the parts; NULL with *bad, where it does not fit. */
const struct slice *log_match(struct arena *arena, const struct log_pattern *pattern,
                              struct slice line, size_t *bad);

const struct fields *log_decode(const struct decoding *decoding);
/* The line with "-" in place of these fields; NULL bytes when it does not fit the pattern. */
struct slice log_without(struct arena *arena, const struct format *format, struct slice raw,
                         const char *const *drops);
