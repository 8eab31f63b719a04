/*
 * Model, inside: what a model version holds, as compare, keys and cluster read it.  Only hub/match
 * includes this; others see hub/match/match.h.
 */
#pragma once

#include "hub/match/fixed.h"
#include "hub/match/match.h"
#include "hub/match/tables.h"

enum comparison {
    COMPARE_GIVEN,
    COMPARE_MIDDLE,
    COMPARE_FAMILY,
    COMPARE_ORDER,
    COMPARE_NAMESAKE,
    COMPARE_ORGANIZATION,
    COMPARE_EMPLOYER,
    COMPARE_BIRTH_DATE,
    COMPARE_SEX,
    COMPARE_ADDRESS,
    COMPARE_PHONE,
    COMPARE_EMAIL,
    COMPARE_IDENTIFIER,
    COMPARISONS
};

/* The levels of each comparison, best first; their names stand in comparisons[] in the same order. */
enum {
    GIVEN_EXACT,
    GIVEN_NICKNAME,
    GIVEN_CLOSE,
    GIVEN_PART,
    GIVEN_NEAR,
    GIVEN_INITIAL,
    GIVEN_DAMAGED,
    GIVEN_ANOTHER,
    GIVEN_DIFFERENT
};
enum { MIDDLE_EXACT, MIDDLE_INITIAL, MIDDLE_CLOSE, MIDDLE_DIFFERENT };
enum {
    FAMILY_EXACT,
    FAMILY_CLOSE,
    FAMILY_FORMER,
    FAMILY_PART,
    FAMILY_NEAR,
    FAMILY_INITIAL,
    FAMILY_DIFFERENT
};
enum { ORDER_SWAPPED };
enum { NAMESAKE_ALONE };
enum { COMPANY_EXACT, COMPANY_CLOSE, COMPANY_PART, COMPANY_NEAR, COMPANY_DIFFERENT };
enum {
    BIRTH_EXACT,
    BIRTH_SWAPPED,
    BIRTH_DIGIT,
    BIRTH_TO_MONTH,
    BIRTH_TO_YEAR,
    BIRTH_YEAR_MONTH,
    BIRTH_DAY_MONTH,
    BIRTH_NEAR,
    BIRTH_DIFFERENT
};
enum { SEX_SAME, SEX_DIFFERENT };
enum {
    ADDRESS_EXACT,
    ADDRESS_CLOSE,
    ADDRESS_BUILDING,
    ADDRESS_STREET,
    ADDRESS_NEIGHBOUR,
    ADDRESS_ELSEWHERE,
    ADDRESS_AREA,
    ADDRESS_POSTCODE,
    ADDRESS_CITY,
    ADDRESS_DIFFERENT
};
enum { PHONE_MOBILE, PHONE_EXACT, PHONE_TAIL, PHONE_CLOSE, PHONE_NEIGHBOUR, PHONE_DIFFERENT };
enum {
    EMAIL_PERSONAL,
    EMAIL_EXACT,
    EMAIL_ROLE,
    EMAIL_CLOSE,
    EMAIL_LOCAL,
    EMAIL_SPELLED,
    EMAIL_DIFFERENT
};
enum {
    IDENTIFIER_EXACT,
    IDENTIFIER_ACCOUNT,
    IDENTIFIER_CLOSE,
    IDENTIFIER_NEAR,
    IDENTIFIER_ANOTHER,
    IDENTIFIER_DIFFERENT
};
#define LEVELS_MOST 10

struct comparison_names {
    const char *name;
    const char *levels[LEVELS_MOST + 1]; /* ends with NULL */
};
extern const struct comparison_names comparisons[COMPARISONS];

/* All in thousandths of a bit. */
struct level {
    int32_t weight;    /* log2 (m / u): same against any two different customers */
    int32_t household; /* log2 (m / h): same against two different people of one household */
    int32_t damping;   /* of the term-frequency part, in thousandths; 0: none */
};

enum blocking {
    BLOCK_EMAIL,
    BLOCK_EMAIL_FRONT,
    BLOCK_PHONE,
    BLOCK_IDENTIFIER,
    BLOCK_BIRTH,
    BLOCK_NAME,
    BLOCK_NAME_YEAR,
    BLOCK_NAME_PLACE,
    BLOCK_ADDRESS,
    BLOCK_FRAGMENT,
    BLOCK_COMPANY,
    BLOCKINGS
};
extern const char *const blocking_names[BLOCKINGS];

struct blocking_rule {
    bool on;
    unsigned limit, holders;
};

/* How rare the values of an element are: -log2 of the share of people who have it. */
struct rarities {
    struct map
        by_hash; /* of int32_t, by hash64 of the folded text: the table that names are read by */
    struct map seen; /* the same as the site's own records have them, from training */
    int32_t exact; /* of agreement by chance, averaged over people: what u of `exact` counts with */
    int32_t unknown; /* of a value that no table has */
    int32_t most;    /* tf_min */
    int32_t rest;    /* more rare than its table says, where the site has not seen a value */
};

/* A version as its text says it: what model_text() writes, and what training starts from.  A numerator
 * of 0: it says nothing. */
struct level_stated {
    struct ratio m, u, household, frequency;
};
struct names_stated {
    struct ratio unknown, least, rest;
    struct slice table, seen; /* as tables.h has them */
};
struct stated {
    struct level_stated levels[COMPARISONS][LEVELS_MOST];
    struct ratio duplicates, match, review, precision;
    struct ratio household_prior, household_match, generic, conflict;
    unsigned least;
    struct names_stated given, family;
    struct slice nicknames;
    struct blocking_rule blocking[BLOCKINGS];
    struct {
        const char **list;
        size_t count, room;
    } schemes;
};

/* What is known of a name, whatever its use: one look instead of several. */
struct name_use {
    uint64_t id;    /* hash64 of the folded text; 0: free */
    int32_t rarity; /* as the commoner of its uses has it; INT32_MAX: it has none */
    bool given;     /* it is a given name or a form of one */
};

struct model {
    const char *hash, *form;
    struct level levels[COMPARISONS][LEVELS_MOST];
    struct rarities given, family;
    struct map nicknames;  /* pairs of names, by nickname_pair() */
    struct map formal;     /* of a pet form its name, as struct slice, by hash64 */
    struct name_use *uses; /* by id; uses_room, a power of two, of them */
    size_t uses_room;
    uint64_t sieve[NICKNAME_SIEVE]; /* of the pairs, as tables.h says */
    struct level best[COMPARISONS]; /* the most that any level can add; 0 when all speak against */
    int32_t best_of_all[256];       /* the same of elements together: outline_parts.h */
    struct map schemes;             /* of identifiers of which a customer has only one, by text */
    struct blocking_rule blocking[BLOCKINGS];
    unsigned step_least;     /* steps below count as this one */
    int32_t prior;           /* log2 of the duplicates expected per record */
    int32_t match, review;   /* log2 odds of the two thresholds */
    int32_t household_prior; /* log2 of (same customer / same household), of random pairs */
    int32_t household_match; /* log2 odds against the household from which a pair can match */
    int32_t generic;         /* the most that evidence may add: what only points to somebody */
    int32_t conflict;        /* the weight at and below which a pair plainly contradicts */
    struct stated stated;
};

/* Rarity of a folded name, in thousandths of a bit.  Names stray: of one that is common as a given name
 * and as a family name the commoner use counts. */
int32_t model_rarity(const struct model *model, const struct rarities *rarities, const char *text,
                     size_t size);
/* The name that a pet form most likely stands for; a name that is none stands for itself. */
struct slice model_formal(const struct model *model, struct slice given);
/* Does any table know the word as a given name? */
bool model_is_given(const struct model *model, struct slice name);
/* Is the one a short or pet form of the other, or of the same name? */
bool model_nickname(const struct model *model, struct slice left, struct slice right);

/* The model that a whole version makes, which the arena must have room for and outlive.  What weighs is
 * worked out here, by integers alone. */
const struct model *model_make(struct arena *arena, const struct stated *stated);
