#include "hub/load/places.h"

#define BITS_MOST 30

/* Ids are hashes: so many leading bits leave one or two ids each. */
static uint64_t leading(const struct places *places, int64_t id)
{
    return ((uint64_t)id ^ (uint64_t)INT64_MIN) >> places->shift; /* as they ascend */
}

struct places places_of(struct arena *arena, const int64_t *ids, size_t count)
{
    unsigned bits = 1;
    while (bits < BITS_MOST && ((size_t)1 << bits) < count)
        bits++;
    struct places places = {.ids = ids, .count = count, .shift = 64 - bits};
    size_t room = (size_t)1 << bits;
    places.first = NEW_ARRAY(arena, uint32_t, room + 1);
    for (size_t i = 0, next = 0; i <= count; i++)
        for (size_t to = i < count ? leading(&places, ids[i]) : room; next <= to; next++)
            places.first[next] = (uint32_t)i;
    return places;
}

uint32_t place_of(const struct places *places, int64_t id)
{
    uint64_t at = leading(places, id);
    for (uint32_t i = places->first[at]; i < places->first[at + 1]; i++)
        if (places->ids[i] == id)
            return i;
    return NO_PLACE;
}
