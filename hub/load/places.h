/* Places: records by their position among all, ascending by id, and from the id to the place. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "hub/base/arena.h"

#define NO_PLACE UINT32_MAX

struct places {
    const int64_t *ids;
    size_t count;
    uint32_t *first; /* the first place whose id begins with some bits, and the end */
    unsigned shift;  /* all bits but those */
};

/* Of ids that ascend; they are not copied. */
struct places places_of(struct arena *arena, const int64_t *ids, size_t count);
/* NO_PLACE when there is no such record. */
uint32_t place_of(const struct places *places, int64_t id);
