/*
 * Amount: reads numbers and amounts as a mapping declares that they are written, and gives decimal text.
 *
 * Nothing is guessed: "1.234" is 1234 where the point groups digits, and 1.234 where it is the decimal sign.
 */
#pragma once

#include "hub/base/text.h"

struct amount_form {
    char decimal; /* '.' or ',' */
    char group;   /* '.', ',', '\'', ' ' (any blank), or 0: none */
};

/* "-1234.50", or NULL when the whole text is not such a number.  A sign stands before or behind it, or
 * brackets around it. */
const char *amount_number(struct arena *arena, const struct amount_form *form, const char *text);

/*
 * The same of an amount that may have its currency beside it, as a code or a sign.  `currency` is the one
 * that it must be in, or NULL: any.  *other (may not be NULL) tells that it names another one.
 */
const char *amount_money(struct arena *arena, const struct amount_form *form, const char *text,
                         const char *currency, bool *other);
