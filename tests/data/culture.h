/*
 * Culture: where a family's names come from: the common ones, and what the rare ones are built of.
 *
 * Lists are words between blanks, the most frequent first.  A rare name is a stem, a link (often
 * none: "-") and an ending.
 */
#pragma once

#include <stddef.h>

enum culture {
    CULTURE_ENGLISH,
    CULTURE_GERMAN,
    CULTURE_ITALIAN,
    CULTURE_SLAVIC,
    CULTURE_GREEK,
    CULTURE_VIETNAMESE,
    CULTURE_INDIAN,
    CULTURE_ARABIC,
    CULTURE_CHINESE,
    CULTURE_COUNT
};

struct rare {
    const char *stems, *links, *ends;
    const char *joint; /* between stem and ending, as in "Minh Anh" */
    size_t most;       /* how many names there are, common ones included */
};

struct culture_row {
    unsigned share; /* of the families, per mille */
    const char *family, *male, *female;
    struct rare rare_family, rare_male, rare_female;
};

extern const struct culture_row culture_rows[CULTURE_COUNT];

/* "Formal Short Short ...": the short forms of given names. */
extern const char *const nickname_rows[];
extern const size_t nickname_count;
