/*
 * Check digit: does an identifier agree with the digit that guards it against slips?
 *
 * vin: ISO 3779, 17 of A-Z and 0-9 without I, O and Q; the ninth is the check digit of 49 CFR 565.15, which is
 * demanded only where it must be there: in vehicles of North America (1 to 5) and China (L).  luhn:
 * ISO/IEC 7812-1 annex B.  mod11, mod97: ISO/IEC 7064 MOD 11-2 and MOD 97-10.  ean: GTIN of 8, 12, 13 or
 * 14 digits, GS1 General Specifications 7.9.
 */
#pragma once

#include <stdbool.h>

/* `text` is letters and digits in capitals; `check` names the algorithm. */
bool check_digit_agrees(const char *check, const char *text);
/* Is there an algorithm of this name? */
bool check_digit_knows(const char *check);
