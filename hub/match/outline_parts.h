/*
 * Outline, inside: how its fields are cut, as outline.c fills them in and outline_bound.c reads them.
 */
#pragma once

#include "hub/match/outline.h"

enum outlined {
    OUTLINED_IDENTIFIER,
    OUTLINED_ORGANIZATION,
    OUTLINED_EMPLOYER,
    OUTLINED_BIRTH,
    OUTLINED_PHONE,
    OUTLINED_EMAIL,
    OUTLINED_NAME,
    OUTLINED_ADDRESS,
    OUTLINED_ELEMENTS
};

struct model;
/* What outlines need to know of a model that is otherwise complete. */
void outline_prepare(struct model *model);

/* Bits of `present` and `open`.  What is open is not described by the fields: it may be as good as it gets. */
#define OUTLINED(element) (1U << (element))

/* Of letters: a bit for each that occurs; of a name and a street then the first letter's number, 0 when it is no
 * letter; of a name then whether it is another's short or pet form. */
#define LETTERS 26
#define LETTER_BITS ((UINT32_C(1) << LETTERS) - 1)
#define FIRST_LETTER (UINT32_C(31) << LETTERS)
#define OUTLINE_PET_NAME (UINT32_C(1) << 31)

/* Of the size of a part of a name: it has several words.  Its hash is then that of the first, its sound a bit for
 * each; its letters and size are those of all, without blanks. */
#define SEVERAL_WORDS 0x80

static inline uint8_t word_bit(uint16_t hash)
{
    return (uint8_t)(1U << (hash & 7));
}

/* Of middle: whether there is one; whether it is an initial; six bits of the first letter; eight of the hash. */
#define MIDDLE_THERE 0x8000
#define MIDDLE_LETTER 0x4000
#define MIDDLE_FIRST 0x3f00
#define MIDDLE_HASH 0xff

/* Of number: up to four digits, four bits each, or a hash from here on. */
#define NUMBER_HASHED 0xf000

/* Of flags. */
#define OUTLINE_EVIDENCE 1   /* there is a telephone that a call came from */
#define OUTLINE_ROLE 2       /* the mailbox is an office's */
#define OUTLINE_GIVEN_NAME 4 /* the tables know the given name as one */

/* Rarities are kept rounded up to so many thousandths of a bit; 255 of them: as rare as can be. */
#define RARITY_UNIT 128

_Static_assert(sizeof(struct outline) == 64, "an outline is one cache line");
