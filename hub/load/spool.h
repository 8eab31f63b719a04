/*
 * Spool: rows that come in one order and are wanted in another, sorted into bins that lie on disk.
 *
 * The files have no names: they are gone with the processes that have them open.
 */
#pragma once

#include "hub/store/copy.h"

struct spool;

/* So many bins in a directory. */
struct spool *spool_new(struct arena *arena, const char *directory, size_t bins, struct error *err);
/* Add a row to a bin; the tag is the caller's. */
bool spool_add(struct spool *spool, size_t bin, uint32_t tag, const struct copied *row,
               struct error *err) MUST_CHECK;
/* All rows have been added; from now on bins can be read, also by processes forked since. */
bool spool_end(struct spool *spool, struct error *err) MUST_CHECK;

/* The rows of a bin, in the order in which they came; they live as long as the arena. */
struct spooled {
    char *at, *end;
};
bool spool_open(struct arena *arena, const struct spool *spool, size_t bin, struct spooled *rows,
                struct error *err) MUST_CHECK;
bool spool_next(struct spooled *rows, uint32_t *tag, struct copied *row);
