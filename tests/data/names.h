/*
 * Names: some forty thousand surnames and twenty thousand given names, the common ones common.
 *
 * The lists are the same whatever the seed; only the drawing is random.
 */
#pragma once

#include "hub/base/map.h"
#include "tests/data/culture.h"
#include "tests/data/dice.h"

struct names {
    struct words family[CULTURE_COUNT], male[CULTURE_COUNT], female[CULTURE_COUNT];
    struct map nicknames; /* by formal name: struct words */
};

/* Build the lists; they live in the arena, and so does every name drawn. */
const struct names *names_new(struct arena *process);
enum culture names_culture(struct dice *dice);
const char *names_family(const struct names *names, struct dice *dice, enum culture culture);
/* Half of the given names of other cultures are English ones. */
const char *names_given(const struct names *names, struct dice *dice, enum culture culture,
                        bool female);
/* A given name that looks like this one, but is another. */
const char *names_like(const struct names *names, struct dice *dice, enum culture culture,
                       bool female, const char *given);
/* A short form, or NULL where there is none. */
const char *names_nickname(const struct names *names, struct dice *dice, const char *given);
