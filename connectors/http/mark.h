/*
 * Mark: what only grows in a source, and says how far it was read: a time, or a number.
 *
 * Marks are text, compared and written as the source writes them: ISO 8601 with whatever it holds, seconds,
 * milliseconds, microseconds or nanoseconds since 1970, or numbers that merely grow.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hub/base/arena.h"

/* Does `right` lie behind `left`?  A time lies behind every number, and a number behind any other text: what
 * a source writes where it knows no time is never taken for the end. */
bool mark_behind(const char *left, const char *right);
/* When that is, in milliseconds since 1970; false where it is no time.  Without an offset it counts as UTC, and
 * *zoned (may be NULL) is false. */
bool mark_time(const char *mark, int64_t *ms, bool *zoned);
/* The same mark, earlier by at least so many milliseconds, in the source's own form; what is no time stays
 * as it is. */
const char *mark_back(struct arena *arena, const char *mark, int64_t ms);
