/* Decimal: numbers as decimal text of any length, "-12.50"; never a double. */
#pragma once

#include <stdbool.h>

/* Is it one: digits, with a sign before and a point between them at most? */
bool decimal_check(const char *text);
/* As memcmp, by their value: "1.50" equals "1.5".  Both must be decimal text. */
int decimal_compare(const char *left, const char *right);
