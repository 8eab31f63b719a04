/*
 * Outline, inside: how its fields are cut, as outline.c fills them in and outline_bound.c reads them.
 */
#pragma once

#include "hub/match/outline.h"

enum outlined {
    OUTLINED_NAME,
    OUTLINED_ORGANIZATION,
    OUTLINED_EMPLOYER,
    OUTLINED_BIRTH,
    OUTLINED_ADDRESS,
    OUTLINED_PHONE,
    OUTLINED_EMAIL,
    OUTLINED_IDENTIFIER
};

enum outlined_state {
    STATE_ABSENT,
    STATE_KNOWN, /* one value, and of the plain kind that the fields describe */
    STATE_OPEN   /* nothing but the best that the comparison can give is known */
};

/* Of name_letters: a bit for each letter that occurs; then the first letter's number, 0 when it is no letter;
 * then whether the name is another's short or pet form. */
#define LETTERS 26
#define LETTER_BITS ((UINT32_C(1) << LETTERS) - 1)
#define FIRST_LETTER (UINT32_C(31) << LETTERS)
#define OUTLINE_PET_NAME (UINT32_C(1) << 31)

/* Of middle: whether there is one; whether it is an initial; six bits of the first letter; eight of the hash. */
#define MIDDLE_THERE 0x8000
#define MIDDLE_LETTER 0x4000
#define MIDDLE_FIRST 0x3f00
#define MIDDLE_HASH 0xff

/* Rarities are kept rounded up to so many thousandths of a bit; 255 of them: as rare as can be. */
#define RARITY_UNIT 128
