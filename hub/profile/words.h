/* Words: the tables of words in columns' names.  Only for hub/profile. */
#pragma once

#include <stdbool.h>

struct word_meaning {
    const char *word, *means;
};

/* Abbreviations and words of other languages, as the words that the dictionary uses. */
extern const struct word_meaning word_meanings[];
/* Words that say nothing about what a column holds. */
extern const char *const word_noise[];
/* Words about a value: home, work, ...; what kind they make. */
extern const struct word_meaning word_kinds[];
/* Phrases for identifiers and accounts: their scheme. */
extern const struct word_meaning word_schemes[], word_accounts[];

/* Words for somebody or something else than the customer, and the classes that they are of: "" none.  A
 * name that has one does not speak of the customer. */
extern const struct word_meaning word_others[];
/* Words for the customer: what stands around them does not matter. */
extern const char *const word_customers[];
/* What people are to the customer; the role of their relation. */
extern const struct word_meaning word_roles[];

const char *word_meaning(const struct word_meaning *table, const char *word);
bool word_is(const char *const *table, const char *word);
