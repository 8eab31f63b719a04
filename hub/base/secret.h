/*
 * Secret: what stands in the first line of a file: a password, a key, a token.
 *
 * It is never logged, nor does it become part of an error.
 */
#pragma once

#include "hub/base/error.h"
#include "hub/base/text.h"

/* Where a file lies that a mapping names: a relative name counts from the site's directory. */
const char *secret_file(struct arena *arena, const char *site, const char *file);
/* Its first line, without blanks around it.  FATAL, naming the file, when it cannot be read, holds nothing
 * or no text. */
bool secret_file_read(struct arena *arena, const char *path, const char **secret,
                      struct error *err) MUST_CHECK;
