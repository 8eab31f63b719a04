#include "hub/load/known.h"

#include "hub/base/crew.h"

#define LEAST 65536

struct known {
    uint64_t *slots; /* 0: free */
    size_t room;     /* a power of two */
    size_t *count;   /* shared, too */
};

struct known *known_new(struct arena *arena, size_t count)
{
    struct known *known = NEW(arena, struct known);
    known->room = LEAST;
    while (known->room < count * 2)
        known->room *= 2;
    known->slots = crew_share(arena, known->room * sizeof(*known->slots));
    known->count = crew_share(arena, sizeof(*known->count));
    return known;
}

bool known_add(struct known *known, int64_t id)
{
    uint64_t want = (uint64_t)id; /* never 0, and a hash already */
    if (*known->count >= known->room - known->room / 8)
        return false;
    for (size_t at = want & (known->room - 1);; at = (at + 1) & (known->room - 1)) {
        if (known->slots[at] == want)
            return false;
        if (known->slots[at])
            continue;
        known->slots[at] = want;
        ++*known->count;
        return true;
    }
}
