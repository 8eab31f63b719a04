/* Iso time: moments as ISO 8601 in UTC (RFC 3339): 2024-03-05T14:30:00Z. */
#pragma once

#include "hub/base/text.h"

/*
 * Read YYYY-MM-DD or YYYYMMDD, then 'T' or a blank, hh:mm, hh:mm:ss or hhmmss, a fraction of the second (dropped)
 * and an offset: Z, UTC, +hh, +hhmm, +hh:mm; without one it is taken to be UTC.  A day alone stays one:
 * "2024-03-05".  NULL for anything else, and for years before 1850 or after 2200.
 */
const char *iso_time_read(struct arena *arena, const char *text);
/* Microseconds since 1970 of what iso_time_read() gave; of a day, when it begins.  False for anything else. */
bool iso_time_us(const char *standard, int64_t *unix_us) MUST_CHECK;
