/* File: small files read and written whole. */
#pragma once

#include "hub/base/error.h"
#include "hub/base/text.h"

/* All of a regular file of at most `most` bytes; behind its last byte stands a NUL that does not count.
 * ERROR_NOT_FOUND when there is no such file. */
bool file_read(struct arena *arena, const char *path, size_t most, struct slice *content,
               struct error *err) MUST_CHECK;

/* The paths of what a shell pattern names in a directory, sorted; ends with NULL. */
const char *const *file_list(struct arena *arena, const char *directory, const char *pattern,
                             size_t *count);

/* Put a file in place whole, with that mode: nobody ever sees half of it. */
bool file_write(const char *path, unsigned mode, const char *text, struct error *err) MUST_CHECK;
/* Make a directory, and those above it, unless it is there. */
bool file_make_directory(const char *path, unsigned mode, struct error *err) MUST_CHECK;
