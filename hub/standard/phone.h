/*
 * Phone: telephone numbers as E.164 where it can be told which country's they are.
 *
 * No number is refused for not being in a numbering plan: plans change faster than software.
 */
#pragma once

#include "hub/base/text.h"

/*
 * The standard form of a number as written in `region` (ISO 3166-1 alpha-2, "" when unknown): E.164
 * ("+61255501234"), or digits alone where the country or the area code is not known.  Extensions and
 * labels ("mob:", "(home)") are dropped.  NULL when the text holds no number of 5 to 15 digits.
 */
const char *phone_read(struct arena *arena, const char *text, const char *region);

/* The same by our own rules alone, as where libphonenumber is not built in. */
const char *phone_read_by_rules(struct arena *arena, const char *text, const char *region);
