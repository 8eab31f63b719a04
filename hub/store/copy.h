/*
 * Copy: many rows at once, into a table or out of a query, in binary.
 *
 * A statement of hub/sql that says `copy ... from stdin (format binary)`, or `copy (...) to stdout (format
 * binary)`, takes no parameters and is run by these alone; it goes by the transaction that is open, if any.
 *
 *     struct copy *links = copy_in(work, db, &SQL_LINK_COPY, err);
 *     for (size_t i = 0; links && i < count; i++) {
 *         if (!copy_row(links, 2, err))
 *             return false;
 *         copy_int8(links, list[i].record);
 *         copy_uuid(links, list[i].customer);
 *     }
 *     return links && copy_end(links, err);
 */
#pragma once

#include "hub/store/db.h"

struct
    copy; /* rows on their way into a table: given up with its arena unless copy_end() was called */

/* Begin; nothing else is asked on this connection before the end.  NULL when the server refuses. */
struct copy *copy_in(struct arena *arena, struct db *db, const struct stmt *stmt,
                     struct error *err);
/* A row of so many columns; each is then given by one call, in the order of the statement. */
bool copy_row(struct copy *copy, int columns, struct error *err) MUST_CHECK;
void copy_int8(struct copy *copy, int64_t number);
void copy_int4(struct copy *copy, int32_t number);
void copy_int2(struct copy *copy, int16_t number);
void copy_bool(struct copy *copy, bool truth);
void copy_text(struct copy *copy, const char *text); /* NULL is SQL null, as below */
void copy_jsonb(struct copy *copy, const char *json);
void copy_bytes(struct copy *copy, struct slice bytes); /* no bytes is empty, not null */
void copy_uuid(struct copy *copy, struct uuid uuid);
void copy_time(struct copy *copy, int64_t unix_us); /* a timestamptz: microseconds since 1970 */
void copy_null(struct copy *copy);
/* All rows have been given.  Only now does the server say what it thinks of them. */
bool copy_end(struct copy *copy, struct error *err) MUST_CHECK;

#define COPIED_MOST 16 /* columns */

/* A row that came out; it lasts until the next one. */
struct copied {
    size_t count;
    struct slice fields[COPIED_MOST]; /* without bytes: SQL null */
};

/* Give every row of a query to take(), until it fails; then copy_out() fails with its error. */
bool copy_out(struct db *db, const struct stmt *stmt,
              bool (*take)(void *context, const struct copied *row, struct error *err),
              void *context, struct error *err) MUST_CHECK;
int64_t copied_int(const struct copied *row, size_t column); /* 0 for SQL null */
const char *copied_text(const struct copied *row, size_t column);
struct slice copied_bytes(const struct copied *row, size_t column);
struct uuid copied_uuid(const struct copied *row, size_t column);
