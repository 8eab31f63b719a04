/*
 * Cursor: read a result that may be larger than memory, a page at a time, all of it as it stood at one
 * moment.
 *
 * The statement declares the server's cursor: `declare reader no scroll cursor for select ...`, without
 * parameters.  One is open at a time on a connection; it ends with its arena.
 */
#pragma once

#include "hub/store/db.h"

bool cursor_open(struct arena *arena, struct db *db, const struct stmt *declare,
                 struct error *err) MUST_CHECK;
/* The next page, in the arena given here; no rows at the end. */
bool cursor_next(struct arena *arena, struct db *db, struct rows *rows,
                 struct error *err) MUST_CHECK;
