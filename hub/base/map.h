/*
 * Map: the one hash table, from a 64-bit id (or a text) to a pointer.
 *
 * Open addressing in an arena; no removal.  Walk it through map->slots when the order does not
 * matter; nothing that reaches a result may depend on that order.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/base/arena.h"

struct map_slot {
    uint64_t id;
    const char *text; /* only in maps by text */
    void *value;      /* NULL: the slot is free */
};

struct map {
    struct arena *arena;
    struct map_slot *slots;
    size_t count, room; /* room is a power of two, or 0 */
};

/* The value of an id, or NULL. */
void *map_get(const struct map *map, uint64_t id);
/* Set it; a value is never NULL. */
void map_put(struct map *map, uint64_t id, void *value);

void *map_get_text(const struct map *map, const char *text);
/* The text must outlive the map. */
void map_put_text(struct map *map, const char *text, void *value);
