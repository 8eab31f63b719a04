/*
 * Outline: what can be told of a pair without looking at its values.
 *
 * Of each record one cache line: hashes, the letters that occur, birth date, telephone number.  Two of them bound the
 * weight of their pair from above, so most candidate pairs are ruled out by two cache lines.  Who compares many
 * records keeps an array of outlines and asks compare_reaches() about what they leave.
 */
#pragma once

#include "hub/match/match.h"

/* The parts of a name. */
enum { PART_GIVEN, PART_FAMILY, PARTS };

struct outline {
    uint64_t phone; /* a sentinel of 15 and up to 15 digits, four bits each; 0: none of its own */
    uint32_t birth; /* yyyymmdd, four bits a digit */
    uint32_t name_letters[PARTS];
    uint32_t local_letters;                /* of an e-mail address, and six bits of its domain */
    uint32_t street_letters, core_letters; /* with and without the type at the end */
    uint16_t name_hash[PARTS];
    uint16_t middle; /* hash and first letter */
    uint16_t email_hash, local_hash;
    uint16_t number, city, postcode; /* 0: missing */
    uint8_t present, open;           /* a bit an element */
    uint8_t name_size[PARTS], name_rarity[PARTS], name_sound[PARTS];
    uint8_t local_size, domain_size, street_size, core_size;
    uint8_t kind, sex, suffix, flags;
} __attribute__((aligned(64)));

void outline_make(const struct model *model, const struct features *features,
                  struct outline *outline);
/* May the pair weigh `floor`, without a veto?  false is certain, whatever is generic; for `true` ask
 * compare_reaches(). */
bool outlines_may_reach(const struct model *model, const struct outline *left,
                        const struct outline *right, int32_t floor);
