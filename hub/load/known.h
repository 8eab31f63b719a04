/*
 * Known: which records a load has met, in memory that its processes share.
 *
 * It may say of a record that it is known although it is not (two with one hash, or no room left): whoever relies
 * on it takes what is known the longer way, which is right for both.  One process at a time adds.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/base/arena.h"

struct known;

/* With room for about so many. */
struct known *known_new(struct arena *arena, size_t count);
/* Was it new? */
bool known_add(struct known *known, int64_t id);
