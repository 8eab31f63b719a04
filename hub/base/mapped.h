/*
 * A whole file in memory, however large, and whatever becomes of it meanwhile.
 *
 * Its bytes come from the disk as they are looked at.  Where the file has been cut short since, or the
 * disk cannot read it, zeros are seen instead; so nothing that was made of them counts before
 * mapped_intact() has said so.  One at a time in a process.
 */
#pragma once

#include <stdbool.h>

#include "hub/base/arena.h"
#include "hub/base/error.h"
#include "hub/base/text.h"

struct mapped;

/* Map a regular file until the arena ends.  Symbolic links are not followed.  REJECT when it is no file
 * or may not be read, NOT_FOUND, or RETRY. */
const struct mapped *mapped_open(struct arena *arena, const char *path, struct slice *content,
                                 struct error *err);
/* Is it what it was when it was opened?  More at its end does no harm.  RETRY if not. */
bool mapped_intact(const struct mapped *mapped, struct error *err) MUST_CHECK;
