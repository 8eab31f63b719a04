/*
 * Db: the only file that speaks libpq.
 *
 * Every statement lives in hub/sql/NOUN_VERB.sql and reaches C as SQL_NOUN_VERB (hub/sql/sql2c.awk); it
 * is prepared once a connection.  Scalars travel as text and are cast in the SQL; arrays, byte strings
 * and all results travel in binary.  Results live in the arena they were asked into.
 *
 * In SQL, a jsonb column is asked for as ::text, and a time through hub.iso().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/base/error.h"
#include "hub/base/text.h"
#include "hub/base/uuid.h"

struct db; /* one connection */
struct tx; /* an open transaction: rolled back with its arena unless tx_commit() succeeded */

struct stmt {
    const char *name, *text;
    int params;
};

struct param {
    const void *bytes; /* NULL: SQL null */
    int size;
    int binary;
};

struct params {
    const struct param *list;
    int count;
};

#define PARAMS(...)                                               \
    ((struct params){.list = (const struct param[]){__VA_ARGS__}, \
                     .count = (int)COUNT_OF(((const struct param[]){__VA_ARGS__}))})
#define NO_PARAMS ((struct params){0})

/* One parameter of each kind.  Arrays are copied into the arena. */
struct param
db_text(const char *text); /* NULL is SQL null; also for json, numeric text, timestamps */
struct param db_int(struct arena *arena, int64_t number);
struct param db_bytes(struct slice bytes);
struct param db_uuid(struct arena *arena, struct uuid uuid);
struct param db_int8s(struct arena *arena, const int64_t *numbers, size_t count);
struct param db_int4s(struct arena *arena, const int32_t *numbers, size_t count);
struct param db_texts(struct arena *arena, const char *const *texts, size_t count);
struct param db_byteas(struct arena *arena, const struct slice *slices, size_t count);
struct param db_uuids(struct arena *arena, const struct uuid *uuids, size_t count);

/*
 * The same of one member of all structs in a list, for any `struct { T *list; size_t count, room; }`:
 *
 *     PARAMS(DB_COLUMN(work, &edges, left), DB_COLUMN(work, &edges, right))
 */
#define DB_COLUMN(arena, owner, member) \
    db_column((arena), \
              _Generic((owner)->list->member, int64_t \
                       : DB_INT8S, int32_t \
                       : DB_INT4S, const char * \
                       : DB_TEXTS, struct slice \
                       : DB_BYTEAS, struct uuid \
                       : DB_UUIDS), \
              (owner)->list, (owner)->count, sizeof(*(owner)->list), \
              offsetof(__typeof__(*(owner)->list), member))
enum db_column { DB_INT8S, DB_INT4S, DB_TEXTS, DB_BYTEAS, DB_UUIDS };
struct param db_column(struct arena *arena, enum db_column column, const void *list, size_t count,
                       size_t stride, size_t offset);

struct rows {
    size_t count;
    const void *result;
};

/*
 * Connect; `program` is what pg_stat_activity shows.  The connection closes with the arena.  NULL with a
 * RETRY error when the server cannot be reached.
 */
struct db *db_open(struct arena *arena, const char *conninfo, const char *program,
                   struct error *err);
/* What a connection string says for a keyword such as "host"; NULL when it says nothing. */
const char *db_setting(struct arena *arena, const char *conninfo, const char *keyword);
/* Has the connection broken?  Then open a new one. */
bool db_broken(const struct db *db);
/* Wait no longer than that for an answer: then the statement fails with a RETRY error, the connection counts
 * as broken, and nobody knows whether it was done.  For whoever is waited for; 0: as long as it takes. */
void db_limit(struct db *db, int milliseconds);

/* Run one statement.  rows may be NULL when the answer does not matter. */
bool db_run(struct arena *arena, struct db *db, const struct stmt *stmt, struct params params,
            struct rows *rows, struct error *err) MUST_CHECK;
/* The same in two steps, for what the caller can do while the server works on it: nothing else is asked
 * on this connection before the answer is taken, or the transaction's arena freed. */
bool db_send(struct db *db, const struct stmt *stmt, struct params params,
             struct error *err) MUST_CHECK;
bool db_answer(struct arena *arena, struct db *db, struct rows *rows, struct error *err) MUST_CHECK;
/* Run a text of several statements: migrations and generated views only. */
bool db_script(struct db *db, const char *sql, struct error *err) MUST_CHECK;
/* Ask the server to parse a statement without running it. */
bool db_prepare(struct db *db, const struct stmt *stmt, struct error *err) MUST_CHECK;

struct tx *tx_begin(struct arena *arena, struct db *db, struct error *err);
bool tx_commit(struct tx *tx, struct error *err) MUST_CHECK;

bool rows_is_null(const struct rows *rows, size_t row, int column);
/* A text (or json::text) value; NULL for SQL null. */
const char *rows_text(const struct rows *rows, size_t row, int column);
/* A smallint, integer or bigint; 0 for SQL null. */
int64_t rows_int(const struct rows *rows, size_t row, int column);
bool rows_bool(const struct rows *rows, size_t row, int column);
struct slice rows_bytes(const struct rows *rows, size_t row, int column);
struct uuid rows_uuid(const struct rows *rows, size_t row, int column);
/* A bigint[] / text[]; copied into the arena. */
const int64_t *rows_int8s(struct arena *arena, const struct rows *rows, size_t row, int column,
                          size_t *count);
const char *const *rows_texts(struct arena *arena, const struct rows *rows, size_t row, int column,
                              size_t *count);

/* Wake whoever waits in db_wait(); coalesced: at most 200 a second a process. */
void db_wake(struct db *db);
/* Sleep until somebody calls db_wake() or the time is over.  RETRY when the connection broke. */
bool db_wait(struct db *db, int milliseconds, struct error *err) MUST_CHECK;
