/* Places: suburbs with the postcodes of their state, and streets. */
#pragma once

#include "tests/data/dice.h"

struct suburb {
    const char *name, *state;
    unsigned postcode;
    char area_code; /* of landlines: the digit behind the 0 */
};

struct places {
    struct suburb *suburb;
    struct words rank; /* suburbs by size; the word is the name */
    size_t count;
    struct words street;
};

struct street_type {
    const char *full, *shortened;
};
extern const struct street_type street_types[];
extern const size_t street_type_count;

struct address {
    unsigned unit, number; /* unit 0: none */
    const char *street;
    const struct street_type *type;
    const struct suburb *suburb;
};

const struct places *places_new(struct arena *process);
struct address places_address(const struct places *places, struct dice *dice);
/* Another street in the same suburb. */
struct address places_nearby(const struct places *places, struct dice *dice,
                             const struct address *address);
