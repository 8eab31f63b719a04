/*
 * Compare, inside: what each comparison found, for weighing and for explaining alike.
 */
#pragma once

#include "hub/match/features.h"
#include "hub/match/model.h"

#define LEVEL_MISSING (-1)

struct comparison_found {
    int level;         /* of its comparison, or LEVEL_MISSING */
    int32_t frequency; /* the term-frequency part */
    bool generic;      /* the value is shared by too many people to say much */
    bool evidence;     /* it is only where a call came from: says as little, and nothing against */
    bool weak;         /* by a reading of another script: counts half */
    uint8_t left, right; /* which terms of the slot were compared */
};

struct comparing {
    const struct model *model;
    const struct generic_keys *generic;
    const struct features *left, *right;
    struct comparison_found found[COMPARISONS];
    const char *veto; /* why the two can never be one, or NULL */
};

/* Each fills in found[] of its comparisons. */
void compare_names(struct comparing *pair);     /* given, middle, family, order */
void compare_companies(struct comparing *pair); /* organization, employer */
void compare_birth_dates(struct comparing *pair);
/* A date's digits, four bits each; and the level of two that are known to the day. */
uint32_t birth_digits(const struct term *date);
int birth_level(uint32_t left, uint32_t right);
void compare_addresses(struct comparing *pair);
void compare_contacts(struct comparing *pair); /* phone, email, identifier */

/*
 * All of them, and the vetoes.  The pair stands in the order of its record ids, so that a tie between two
 * equally good values falls the same way: pair.left may be `right`.
 */
struct comparing compare_all(const struct model *model, const struct generic_keys *generic,
                             const struct features *left, const struct features *right);
/* What can veto, without weighing: kind, suffix, verified identifiers. */
const char *compare_veto(const struct features *left, const struct features *right);
/* Readings of another script: agreement counts half, and disagreement may be the reading's fault. */
static inline int32_t weigh_reading(int32_t weight)
{
    return weight > 0 ? weight / 2 : weight / 8;
}
int32_t finding_weight(const struct comparing *pair, enum comparison comparison);

/* Is the value behind a blocking key generic? */
bool is_generic(const struct generic_keys *generic, enum blocking type, struct slice value);
/* What of a telephone number is a key: the last seven digits. */
static inline struct slice phone_tail(const struct term *phone)
{
    size_t skip = phone->size > 7 ? phone->size - (size_t)7 : 0;
    return (struct slice){phone->text + skip, phone->size - skip};
}
/* The street without the type at its end ("mill rd" is "mill"); "st" alone stays. */
struct slice street_core(const struct term *street);
/* The key of a value. */
int64_t blocking_key_of(enum blocking type, struct slice value);
/* The most that a pair weighs whose odds against the household are these. */
int32_t household_hold(const struct model *model, int32_t household);
struct judgement comparing_judge(const struct comparing *pair);
