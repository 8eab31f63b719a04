/* Transform: what a mapping does to a text on its way, one child element of <value> each. */
#pragma once

#include "hub/mapping/check.h"

struct transform;

/* The children of a <value>; mistakes become findings. */
const struct transform *transforms_read(const struct checking *checking,
                                        const struct xml_node *value);

struct trace;
struct traced;

/*
 * Apply them in their order.  A text that is absent (NULL, or blank) stays so unless there is a
 * default.  *flag is set when one fails: "transform", "number" or "currency".  Each step is told to
 * the trace, if there is one.
 */
struct transforming {
    const struct transform *transforms;
    struct trace *trace;
    struct traced *traced;
};
const char *transforms_apply(struct arena *arena, const struct transforming *transforming,
                             const char *text, const char **flag);

/* In small letters, without blanks at its ends: how texts are looked up without regard to case. */
const char *transform_lower(struct arena *arena, const char *text);
