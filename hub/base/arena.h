/*
 * Arena: one owner for everything a unit of work allocates.
 *
 * A unit of work (a batch, an HTTP request, a process lifetime) opens one arena and passes it down.
 * Whatever a callee hands back lives exactly as long as the arena it was given, so nothing is freed
 * by hand and every early return is safe.  Foreign resources (PGresult, xmlDoc, CURL, file
 * descriptors) join the same rule through arena_defer().
 *
 * Running out of memory ends the process: the supervisor restarts it and the last committed cursor
 * says where to go on.  No caller ever tests an allocation.
 */
#pragma once

#include <stddef.h>

#include "hub/base/compiler.h"

struct arena;

/* A new, empty arena.  Prefer the ARENA() macro, which also closes it. */
struct arena *arena_new(void) RETURNS_NONNULL;

/* Run the deferred calls, newest first, then release all memory.  NULL is fine. */
void arena_free(struct arena *arena);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size) RETURNS_NONNULL;

char *arena_strdup(struct arena *arena, const char *text) RETURNS_NONNULL;
/* A copy of `size` bytes with a NUL behind them. */
char *arena_strndup(struct arena *arena, const char *bytes, size_t size) RETURNS_NONNULL;
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3) RETURNS_NONNULL;

/* Call fn(arg) when the arena is freed. */
void arena_defer(struct arena *arena, void (*fn)(void *arg), void *arg);

#define NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define NEW_ARRAY(arena, type, count) ((type *)arena_alloc_array((arena), sizeof(type), (count)))
void *arena_alloc_array(struct arena *arena, size_t size, size_t count) RETURNS_NONNULL;

/* Declare an arena that is freed when the enclosing block is left, however it is left. */
#define ARENA(name) __attribute__((cleanup(arena_cleanup))) struct arena *name = arena_new()

static inline void arena_cleanup(struct arena **arena)
{
    arena_free(*arena);
}
