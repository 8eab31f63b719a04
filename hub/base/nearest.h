/*
 * Nearest: which of the known names somebody most likely meant, for "did you mean ...?".
 *
 *     struct nearest near = {.word = "custmer.email"};
 *     for (...)
 *         nearest_offer(&near, known[i]);
 *     finding_add(..., "there is no '%s'%s", near.word, nearest_hint(arena, near.best));
 */
#pragma once

#include <stddef.h>

#include "hub/base/arena.h"

struct nearest {
    const char *word;
    const char *best; /* NULL: nothing is near enough (a third of the word at most differs) */
    size_t distance;
};

void nearest_offer(struct nearest *nearest, const char *candidate);
/* "; did you mean 'x'?", to put behind a message; "" when x is NULL. */
const char *nearest_hint(struct arena *arena, const char *x);

/* Letters to insert, delete, replace or swap with their neighbour; case of ASCII letters is free.
 * Texts of more than 100 bytes are not compared: SIZE_MAX. */
size_t edit_distance(const char *left, const char *right);
