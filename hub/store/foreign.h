/*
 * Foreign: another system's PostgreSQL, from which a source reads its records.
 *
 * Nothing is changed there: every transaction is read only, sees one state, and every statement has its
 * time.  All values travel as text, times in UTC and as ISO 8601.  No error holds a value of a row, nor
 * anything of the connection string.  REJECT where the server fails on a value that it reads.
 */
#pragma once

#include "hub/store/db.h"

struct foreign;

/* Asked about once a second by whoever waits for the server; false: give up, with a RETRY error. */
struct foreign_watch {
    bool (*goes_on)(const void *context);
    const void *context;
};

/* Connect; closed with the arena.  RETRY when the server cannot be reached, FATAL when it refuses us. */
struct foreign *foreign_open(struct arena *arena, const char *dsn,
                             const struct foreign_watch *watch, struct error *err);
/* "DATABASE/STATE": which one it is, and another state after each start, failover or restore. */
const char *foreign_place(const struct foreign *foreign);

struct foreign_column {
    const char *name;
    int64_t type; /* its number in the catalogue of types */
};

struct foreign_columns {
    struct foreign_column *list;
    size_t count, room;
};

/* What a query gives, without running it.  FATAL when it is none, or several. */
bool foreign_describe(struct arena *arena, struct foreign *foreign, const char *query,
                      struct foreign_columns *columns, struct error *err) MUST_CHECK;

struct foreign_values {
    const char *list[6]; /* NULL: SQL null */
    int count;
};

/* From here on everything sees the database as it is now. */
bool foreign_begin(struct foreign *foreign, struct error *err) MUST_CHECK;
/* A statement with a small answer. */
bool foreign_ask(struct arena *arena, struct foreign *foreign, const char *sql,
                 struct foreign_values values, struct rows *rows, struct error *err) MUST_CHECK;
/* A query whose answer may be larger than memory; `page` rows are asked for at once. */
bool foreign_read(struct foreign *foreign, const char *query, struct foreign_values values,
                  unsigned page, struct error *err) MUST_CHECK;
/* Its next row, until the next call; row->count is 0 behind the last one. */
bool foreign_next(struct foreign *foreign, struct rows *row, struct error *err) MUST_CHECK;
/* The end of what foreign_begin() began, however it went. */
bool foreign_end(struct foreign *foreign, struct error *err) MUST_CHECK;

/* A name as it stands in a statement. */
const char *foreign_name(struct arena *arena, const char *name);
