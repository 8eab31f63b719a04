/*
 * Names: what a column's name says that it holds, in the dictionary's terms.
 *
 * A name is cut into words (camelCase, snake_case, "dateofbirth"), abbreviations are written out, and
 * what remains is compared with the labels, paths and synonyms of all elements.  Of a path the last step
 * counts; the steps around it say at most home or work, or of whom it speaks.  Prefixes say nothing.
 */
#pragma once

#include "hub/dictionary/dictionary.h"

#define NAMED_MOST 4
#define CLASSES_MOST 24 /* that names are read for */

/* An element that the name may mean. */
struct named {
    const struct element *element;
    const char *scheme; /* of identifiers and accounts: "passport"; otherwise NULL */
    const char *kind;   /* home, work, mobile, native, ...; NULL: none is said */
    unsigned score;     /* 1 to 100 */
    unsigned index;     /* "address 2": 2; 0: none is said */
    unsigned classes;   /* that call something so: the fewer, the more it tells */
};

/* What a name says, apart from elements. */
struct reading {
    struct named best[NAMED_MOST]; /* best first; score 0: no more */
    struct named other;            /* the best of a class other than customer; score 0: none */
    struct named of[CLASSES_MOST]; /* the best of each class, by its place in the dictionary */
    /* It qualifies another column: "passport country", "phone type"; `qualified` says what. */
    bool is_type, is_country;
    struct named qualified;
    bool meaningless; /* a number, "column 3", "x": tells nothing */
    bool identifies;  /* "id", "customer number" */
    bool of_customer; /* it has a word for the customer, */
    bool foreign;     /* for somebody else */
};

struct namer;
struct namer *namer_new(struct arena *arena, const struct dictionary *dictionary);
void namer_read(struct namer *namer, const char *column, struct reading *reading);

/* The words of a name, folded, abbreviations written out; ends with NULL. */
const char *const *namer_words(struct arena *arena, const struct namer *namer, const char *name);
