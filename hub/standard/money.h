/* Money: an amount as decimal text, without its currency. */
#pragma once

#include "hub/base/text.h"

/* "$1,234.50" and "1.234,50 EUR" are "1234.50", "(5)" is "-5"; NULL when it is no amount.  A single
 * comma before exactly three digits separates thousands; a single dot is always decimal. */
const char *money_read(struct arena *arena, const char *text);
