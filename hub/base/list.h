/*
 * List: any `struct { T *list; size_t count, room; }` that grows in an arena.
 *
 *     struct edges edges = {0};
 *     LIST_ADD(work, &edges, ((struct edge){1, 2}));
 */
#pragma once

#include "hub/base/arena.h"

#define LIST_ADD(arena, owner, item)                                                   \
    ((owner)->list = list_grow((arena), (owner)->list, (owner)->count, &(owner)->room, \
                               sizeof(__typeof__(*(owner)->list))),                    \
     (owner)->list[(owner)->count++] = (item))

/* The list itself, or a bigger copy of it when it is full. */
static inline void *list_grow(struct arena *arena, void *list, size_t count, size_t *room,
                              size_t size)
{
    if (count < *room)
        return list;
    *room = *room ? *room * 2 : 16;
    void *bigger = arena_alloc_array(arena, size, *room);
    if (count)
        memcpy(bigger, list, count * size);
    return bigger;
}
