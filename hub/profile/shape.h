/*
 * Shape: what a single text looks like, whatever its column is called.
 *
 * A shape is the text with 9 for each digit, a or A for a letter alone, "a+", "A+" and "Aa+" for words,
 * and all other signs as they are: "Aa+ A. Aa+", "99/99/9999".
 */
#pragma once

#include "hub/match/match.h"

#define SHAPE_MOST 48 /* bytes; what is longer ends in '~' */

void shape_of(const char *text, char shape[SHAPE_MOST]);

/* What a text can be; mostly several things at once. */
enum trait {
    TRAIT_INTEGER,
    TRAIT_NUMBER,
    TRAIT_DATE,
    TRAIT_TIME, /* of a day, or a date with one */
    TRAIT_EMAIL,
    TRAIT_PHONE,
    TRAIT_POSTCODE,
    TRAIT_URL,
    TRAIT_BOOLEAN,
    TRAIT_PREFIX,       /* Mrs, Dr */
    TRAIT_GIVEN,        /* the first word is a given name */
    TRAIT_FAMILY,       /* a word is a family name, and the first one no commoner given name */
    TRAIT_PERSON,       /* the whole name of somebody */
    TRAIT_COUPLE,       /* of two people */
    TRAIT_ORGANIZATION, /* a legal form, or a word of organizations */
    TRAIT_STREET,       /* a street, with or without number */
    TRAIT_UNIT,
    TRAIT_ADDRESS, /* a whole address */
    TRAIT_REGION,  /* a state or territory, by code or name */
    TRAIT_WORDS,   /* letters alone, at most five words */
    TRAIT_CODE,    /* digits, or digits and letters without a blank */
    TRAITS
};
extern const char *const trait_names[TRAITS];

/* What judging needs: the tables of names, and where telephones are likely to be ("" if unknown). */
struct witness {
    const struct dictionary *dictionary;
    const struct model *model;
    const char *region;
};

/* The traits of a trimmed text that is not blank: a bit each. */
uint32_t traits_of(struct arena *arena, const struct witness *witness, const char *text);
static inline bool trait_in(uint32_t traits, enum trait trait)
{
    return traits >> trait & 1;
}

/* The date forms that are known here, as a mapping says them, likelier ones first; ends with NULL. */
extern const char *const date_forms[];
/* Which of them read the text: a bit each. */
uint32_t date_forms_of(struct arena *arena, const char *text);
