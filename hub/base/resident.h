/*
 * Resident: a large file that is mapped keeps little of it in our memory.
 *
 * What was looked at is let go of some hundred times a second; what is looked at again comes from the
 * system's cache.  For what is only read.
 */
#pragma once

#include <stddef.h>

#include "hub/base/arena.h"

/* From now on, until the arena ends; defer what unmaps it before.  What is small stays. */
void resident_bound(struct arena *arena, void *address, size_t size);
