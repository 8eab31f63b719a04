#include "hub/profile/distinct.h"

/* Where the hash stands, or would. */
static uint64_t *find(const struct distinct *distinct, uint64_t hash)
{
    /* The low bits are alike in all that is kept. */
    size_t at = (size_t)(hash >> 20) & (distinct->room - 1);
    while (distinct->slots[at] && distinct->slots[at] != hash)
        at = (at + 1) & (distinct->room - 1);
    return &distinct->slots[at];
}

/* Keep what still counts, in a table of that size. */
static void rebuild(struct distinct *distinct, size_t room)
{
    ARENA(scratch);
    size_t old_room = distinct->room, size = old_room * sizeof(*distinct->slots);
    uint64_t *old = arena_alloc(scratch, size + 1);
    if (old_room)
        memcpy(old, distinct->slots, size);
    if (room > old_room)
        distinct->slots = NEW_ARRAY(distinct->arena, uint64_t, room);
    else
        memset(distinct->slots, 0, size);
    distinct->room = room;
    distinct->count = 0;
    for (size_t i = 0; i < old_room; i++)
        if (old[i] && !(old[i] & (((uint64_t)1 << distinct->level) - 1))) {
            *find(distinct, old[i]) = old[i];
            distinct->count++;
        }
}

void distinct_add(struct distinct *distinct, uint64_t hash)
{
    hash = hash ? hash : (uint64_t)1 << 63;
    if (hash & (((uint64_t)1 << distinct->level) - 1))
        return;
    if (distinct->count * 2 >= distinct->room && distinct->room < (size_t)2 * DISTINCT_EXACT)
        rebuild(distinct, distinct->room ? distinct->room * 2 : 64);
    uint64_t *slot = find(distinct, hash);
    if (*slot) {
        distinct->repeats = true;
        return;
    }
    *slot = hash;
    distinct->count++;
    while (distinct->count > DISTINCT_EXACT) {
        distinct->level++;
        rebuild(distinct, distinct->room);
    }
}

size_t distinct_count(const struct distinct *distinct)
{
    return distinct->count << distinct->level;
}

bool distinct_is_exact(const struct distinct *distinct)
{
    return distinct->level == 0;
}
