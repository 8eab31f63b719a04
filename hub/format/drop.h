/* Drop: fields that must not be stored leave the raw record before it is. */
#pragma once

#include "hub/format/format.h"

/*
 * The raw record without these fields (names as a mapping writes them; ends with NULL): a column is
 * empty, a member is gone, an item of a list is null.  The record itself when it has none of them.  What
 * cannot be decoded comes back as it is: it becomes a reject, which keeps its bytes.
 */
struct slice format_drop(struct arena *arena, const struct format *format, struct slice header,
                         struct slice raw, const char *const *drops);
