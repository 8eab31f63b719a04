/* Duration: how long something took, in whole seconds. */
#pragma once

#include "hub/base/text.h"

/*
 * "90", "1:30" (minutes and seconds), "00:01:30", "PT1M30S" (ISO 8601), "1m30s" and "1.5 min" are all "90"; "P1D"
 * is a day.  Halves of a second are rounded up.  NULL when it is no duration: months and years have no
 * length in seconds.
 */
const char *duration_read(struct arena *arena, const char *text);
