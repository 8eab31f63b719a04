/*
 * Clean: text in order, before anybody looks into it: no blanks at the ends, one between words, no
 * control or invisible characters, Unicode NFC.
 */
#pragma once

#include "hub/base/text.h"

/* "" when nothing is left. */
const char *clean_text(struct arena *arena, const char *text) RETURNS_NONNULL;
/* The same without surrounding quotes and stray punctuation; NULL when no letter or digit is left. */
const char *clean_name(struct arena *arena, const char *text);
/* Letters and digits alone, in capitals; NULL when there are none. */
const char *clean_identifier(struct arena *arena, const char *text);
