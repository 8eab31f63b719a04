/*
 * Pages: large zeroed memory that is read and written all over, in large pages where the system has them: most
 * of the time of a random access is finding out where its page lies.
 */
#pragma once

#include <stddef.h>

#include "hub/base/arena.h"

/* Until the arena ends; aligned to a line of the processor's cache.  What nobody touches costs nothing. */
void *pages_alloc(struct arena *arena, size_t size) RETURNS_NONNULL;
#define PAGES_ARRAY(arena, type, count) ((type *)pages_alloc((arena), sizeof(type) * (count)))
