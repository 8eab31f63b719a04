/* Number: plain numbers as decimal text. */
#pragma once

#include "hub/base/text.h"

/* "1,234.50", "1.234,50" and "1 234.50 kg" in the unit kg are "1234.50"; signs in order are read as in money.h.
 * NULL when it is no number, or one in another unit; `unit` may be NULL. */
const char *number_read(struct arena *arena, const char *text, const char *unit);
/* The same where nothing stands behind the point but zeros: "5.0" is "5". */
const char *integer_read(struct arena *arena, const char *text, const char *unit);
