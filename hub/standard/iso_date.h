/* Iso date: calendar dates as ISO 8601, whole or partial: 1978, 1978-11, 1978-11-12. */
#pragma once

#include "hub/base/text.h"

/*
 * Read YYYY-MM-DD, YYYYMMDD, YYYY-MM or YYYY (a time of day behind a whole date is dropped); NULL for
 * anything else, for days that no calendar has, and for years before 1850 or later than the next one.
 */
const char *iso_date_read(struct arena *arena, const char *text);
/* The same of what may be still to come: until 2200. */
const char *iso_date_read_planned(struct arena *arena, const char *text);
