/*
 * Couple: two people whom a source writes as one name.
 *
 * Reads "John & Mary Smith", "Mr and Mrs J Smith", "Smith, John & Mary", "John Smith / Mary Jones", also
 * with "and", "und", "et", "y", "e", "en", "og", "och", "i" or "+" between them, and gives each a full
 * name of their own.  What is one person, an organisation ("Smith & Sons Pty Ltd", "Johnson & Johnson")
 * or more than two people is left as it is.
 */
#pragma once

#include "hub/base/text.h"

struct couple {
    const char *first;  /* the text itself where it is no couple */
    const char *second; /* NULL: there is one name only */
};

struct couple couple_read(struct arena *arena, const char *text);
