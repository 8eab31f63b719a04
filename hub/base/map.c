#include "hub/base/map.h"

#include <assert.h>

#include "hub/base/hash.h"
#include "hub/base/text.h"

static struct map_slot *find(const struct map *map, uint64_t id, const char *text)
{
    /* Ids may be small and dense: spread them. */
    for (uint64_t at = id * UINT64_C(0x9e3779b97f4a7c15);; at++) {
        struct map_slot *slot = &map->slots[(at ^ at >> 32) & (map->room - 1)];
        if (!slot->value)
            return slot;
        if (slot->id == id && (!text || text_equal(slot->text, text)))
            return slot;
    }
}

static void grow(struct map *map)
{
    struct map bigger = {
        .arena = map->arena, .count = map->count, .room = map->room ? map->room * 2 : 16};
    bigger.slots = NEW_ARRAY(map->arena, struct map_slot, bigger.room);
    for (size_t i = 0; i < map->room; i++)
        if (map->slots[i].value)
            *find(&bigger, map->slots[i].id, map->slots[i].text) = map->slots[i];
    *map = bigger;
}

static void *get(const struct map *map, uint64_t id, const char *text)
{
    return map->room ? find(map, id, text)->value : NULL;
}

static void put(struct map *map, uint64_t id, const char *text, void *value)
{
    assert(value);
    if (map->count * 2 >= map->room)
        grow(map);
    struct map_slot *slot = find(map, id, text);
    if (!slot->value)
        map->count++;
    *slot = (struct map_slot){.id = id, .text = text, .value = value};
}

void *map_get(const struct map *map, uint64_t id)
{
    return get(map, id, NULL);
}

void map_put(struct map *map, uint64_t id, void *value)
{
    put(map, id, NULL, value);
}

void *map_get_text(const struct map *map, const char *text)
{
    return get(map, hash64_text(text), text);
}

void map_put_text(struct map *map, const char *text, void *value)
{
    put(map, hash64_text(text), text, value);
}
