/* Noise: how people and machines miswrite: one slip at a time. */
#pragma once

#include "tests/data/dice.h"

enum slip {
    SLIP_KEY,
    SLIP_OCR,
    SLIP_SOUND,
    SLIP_SWAP,
    SLIP_CUT,
    SLIP_DROP,
    SLIP_DOUBLE,
    SLIP_COUNT
};

/* The text with one slip, of a kind drawn by these weights.  Short texts and such that are not ASCII
 * come back as they are. */
const char *noise_slip(struct arena *work, struct dice *dice, const char *text,
                       const unsigned weights[SLIP_COUNT]);
/* Another digit in place of one of the last few. */
const char *noise_digit(struct arena *work, struct dice *dice, const char *text);
/* Umlauts as two letters, or as one without its dots. */
const char *noise_fold(struct arena *work, struct dice *dice, const char *text);
const char *noise_upper(struct arena *work, const char *text);
