/*
 * Secret: passwords, keys and tokens, each in a file of its own.
 *
 * A mapping names the file; a relative name counts from the site's directory.  What stands in it is never
 * logged, nor does it become part of an error.
 */
#pragma once

#include "connectors/connector.h"

/* The first line of a secret file, without blanks around it.  FATAL, naming the file, when it cannot be read
 * or holds nothing.  That others than its owner may read it is logged, once. */
bool secret_read(struct arena *arena, const struct pull *pull, const char *file,
                 const char **secret, struct error *err) MUST_CHECK;
/* The absolute path of a file that a mapping names. */
const char *secret_path(struct arena *arena, const struct pull *pull, const char *file);
