/*
 * Kernels: how alike two folded texts are.
 *
 * They work on bytes and never allocate.  Texts longer than KERNEL_MOST bytes are compared by their
 * first KERNEL_MOST.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/base/text.h"

#define KERNEL_MOST 63

/* Jaro-Winkler (Winkler 1990: prefix of at most four, scale 0.1, boosted from a Jaro of 0.7 on), in
 * thousandths: 1000 is equal, 0 nothing in common. */
unsigned jaro_winkler(struct slice left, struct slice right);

/* Damerau's distance, as optimal string alignment: a swap of neighbours is one edit, and nothing is edited
 * twice; `most` + 1 when it is more than that. */
unsigned damerau(struct slice left, struct slice right, unsigned most);
/* The same without swaps. */
unsigned levenshtein(struct slice left, struct slice right, unsigned most);

/*
 * How a name sounds, for English and German ears and near them for others: a first letter ('A' for any
 * vowel) and the classes of the consonants behind it, doubled ones once, at most eight.  "Meyer",
 * "Maier" and "Mayr" sound alike.  Only names that start with an ASCII letter have a sound: others give "".
 */
struct sound {
    char code[9];
};
struct sound sound_of(struct slice name);
