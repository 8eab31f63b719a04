/*
 * Finding: what is wrong with a configuration file, and where.
 *
 * Readers of configuration do not stop at the first mistake: they add findings and go on, so that one
 * `axle check` shows them all.  The message says what is wrong and what to do, without the place.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "hub/base/arena.h"

struct finding {
    const struct finding *next;
    const char *file;
    unsigned line, column; /* from 1; 0: the file as a whole */
    bool warning;          /* does not make the file unusable */
    const char *message;
};

struct findings {
    struct arena *arena;
    const struct finding *first;
    struct finding *last;
    size_t errors, warnings;
};

void finding_add(struct findings *findings, const char *file, unsigned line, unsigned column,
                 const char *format, ...) PRINTF_LIKE(5, 6);
void finding_warn(struct findings *findings, const char *file, unsigned line, unsigned column,
                  const char *format, ...) PRINTF_LIKE(5, 6);
/* "file:line:column: message". */
const char *finding_text(struct arena *arena, const struct finding *finding);
/* The same of the first error, for callers that can only say one thing. */
const char *finding_first(struct arena *arena, const struct findings *findings);
