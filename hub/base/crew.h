/*
 * Crew: the same work in several processes at once, which share nothing but what was made for it before.
 *
 * They are forked, so each sees all that there was, and what it changes is its own; only crew_share() gives
 * memory that all of them see.  Whoever has a connection, a thread or a lock makes another in the child.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "hub/base/arena.h"
#include "hub/base/error.h"

struct crew {
    size_t count;
    /* In a process of its own, i of count.  It ends with the process that started it. */
    bool (*work)(void *to, size_t i, struct error *err);
    /* Asked in the parent some ten times a second; false: no further, which is RETRY.  May be NULL. */
    bool (*tick)(void *to);
    void *to;
    size_t *died; /* which one did of a signal, or `count`; may be NULL */
};

/* Do it, and wait for all.  The first that fails ends the others, and its error is the crew's; FATAL, with
 * the signal in words, when one died of a signal. */
bool crew_run(const struct crew *crew, struct error *err) MUST_CHECK;
/* Zeroed memory that is one for the processes forked later; what nobody touches costs nothing. */
void *crew_share(struct arena *arena, size_t size) RETURNS_NONNULL;
