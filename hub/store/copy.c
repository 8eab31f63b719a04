#include "hub/store/copy.h"

#include <arpa/inet.h>
#include <assert.h>
#include <endian.h>

#include "hub/store/db_conn.h"

#define FLUSH 65536              /* bytes that are gathered before they are sent */
#define EPOCH_US 946684800000000 /* PostgreSQL counts from 2000 */
static const char signature[] =
    "PGCOPY\n\377\r\n"; /* and its NUL; then flags and an extension, none */
#define HEAD (sizeof(signature) + 8)

struct copy {
    PGconn *conn;
    const char *name;
    struct buffer out;
    int columns; /* of the row that are still to come */
    bool done;
};

static void clear_result(void *result)
{
    PQclear(result);
}

/* Take the answers up to the last; false when any is a failure. */
static bool finish(PGconn *conn, const char *name, struct error *err)
{
    bool good = true;
    for (PGresult *result; (result = PQgetResult(conn)); PQclear(result))
        if (PQresultStatus(result) != PGRES_COMMAND_OK && good)
            good = db_fail(conn, result, name, err);
    if (good && PQstatus(conn) != CONNECTION_OK)
        good = db_fail(conn, NULL, name, err);
    return good;
}

static bool begin(struct db *db, const struct stmt *stmt, ExecStatusType wanted, struct error *err)
{
    ARENA(scratch);
    PGconn *conn = db_conn(db);
    PGresult *result = PQexec(conn, stmt->text);
    arena_defer(scratch, clear_result, result);
    return PQresultStatus(result) == wanted || db_fail(conn, result, stmt->name, err);
}

static void give_up(void *arg)
{
    struct copy *copy = arg;
    struct error ignored;
    if (!copy->done && PQputCopyEnd(copy->conn, "given up") > 0)
        (void)!finish(copy->conn, copy->name, &ignored);
}

struct copy *copy_in(struct arena *arena, struct db *db, const struct stmt *stmt, struct error *err)
{
    static const char none[8];
    if (!begin(db, stmt, PGRES_COPY_IN, err))
        return NULL;
    struct copy *copy = NEW(arena, struct copy);
    *copy = (struct copy){.conn = db_conn(db), .name = stmt->name, .out = {.arena = arena}};
    arena_defer(arena, give_up, copy);
    buffer_add(&copy->out, signature, sizeof(signature));
    buffer_add(&copy->out, none, sizeof(none));
    return copy;
}

static bool flush(struct copy *copy, struct error *err)
{
    int sent = PQputCopyData(copy->conn, copy->out.data, (int)copy->out.length);
    copy->out.length = 0;
    return sent > 0 || db_fail(copy->conn, NULL, copy->name, err);
}

static void add(struct copy *copy, const void *bytes, size_t size)
{
    buffer_add(&copy->out, bytes, size);
}

static void add_int2(struct copy *copy, int number)
{
    uint16_t wire = htons((uint16_t)number);
    add(copy, &wire, sizeof(wire));
}

static void add_int4(struct copy *copy, int32_t number)
{
    uint32_t wire = htonl((uint32_t)number);
    add(copy, &wire, sizeof(wire));
}

bool copy_row(struct copy *copy, int columns, struct error *err)
{
    assert(!copy->columns && !copy->done);
    if (copy->out.length >= FLUSH && !flush(copy, err))
        return false;
    copy->columns = columns;
    add_int2(copy, columns);
    return true;
}

static void column(struct copy *copy, size_t size)
{
    assert(copy->columns && size < INT32_MAX);
    copy->columns--;
    add_int4(copy, (int32_t)size);
}

void copy_int8(struct copy *copy, int64_t number)
{
    uint64_t wire = htobe64((uint64_t)number);
    column(copy, sizeof(wire));
    add(copy, &wire, sizeof(wire));
}

void copy_int4(struct copy *copy, int32_t number)
{
    column(copy, sizeof(number));
    add_int4(copy, number);
}

void copy_int2(struct copy *copy, int16_t number)
{
    column(copy, sizeof(number));
    add_int2(copy, number);
}

void copy_bool(struct copy *copy, bool truth)
{
    column(copy, 1);
    buffer_char(&copy->out, truth ? 1 : 0);
}

void copy_null(struct copy *copy)
{
    assert(copy->columns);
    copy->columns--;
    add_int4(copy, -1);
}

void copy_bytes(struct copy *copy, struct slice bytes)
{
    column(copy, bytes.size);
    if (bytes.size)
        add(copy, bytes.bytes, bytes.size);
}

void copy_text(struct copy *copy, const char *text)
{
    if (text)
        copy_bytes(copy, (struct slice){text, strlen(text)});
    else
        copy_null(copy);
}

void copy_jsonb(struct copy *copy, const char *json)
{
    size_t size = json ? strlen(json) : 0;
    if (!json) {
        copy_null(copy);
        return;
    }
    column(copy, size + 1);
    buffer_char(&copy->out, 1); /* the version of the format: text */
    add(copy, json, size);
}

void copy_uuid(struct copy *copy, struct uuid uuid)
{
    column(copy, sizeof(uuid.bytes));
    add(copy, uuid.bytes, sizeof(uuid.bytes));
}

void copy_time(struct copy *copy, int64_t unix_us)
{
    copy_int8(copy, unix_us - EPOCH_US);
}

bool copy_end(struct copy *copy, struct error *err)
{
    assert(!copy->columns && !copy->done);
    add_int2(copy, -1);
    if (!flush(copy, err))
        return false;
    copy->done = true;
    if (PQputCopyEnd(copy->conn, NULL) <= 0)
        return db_fail(copy->conn, NULL, copy->name, err);
    return finish(copy->conn, copy->name, err);
}

/* A row is its number of columns, then size and bytes of each.  Every field gets a NUL behind it, in place of
 * the size of the next one, which has been read by then. */
static bool cut(char *row, size_t size, struct copied *copied)
{
    size_t at = 2;
    copied->count = (size_t)db_read_int(row, 2);
    assert(copied->count <= COPIED_MOST);
    for (size_t i = 0; i < copied->count; i++) {
        if (at + 4 > size)
            return false;
        int64_t length = db_read_int(row + at, 4);
        at += 4;
        copied->fields[i] =
            length < 0 ? (struct slice){0} : (struct slice){row + at, (size_t)length};
        at += length < 0 ? 0 : (size_t)length;
        if (at > size)
            return false;
    }
    for (size_t i = 0; i < copied->count; i++)
        if (copied->fields[i].bytes)
            row[(size_t)(copied->fields[i].bytes - row) + copied->fields[i].size] = '\0';
    return true;
}

/* What is left of the rows is not wanted. */
static void cancel(PGconn *conn, const char *name)
{
    char why[256];
    char *row;
    struct error ignored;
    PGcancel *handle = PQgetCancel(conn);
    if (handle)
        (void)PQcancel(handle, why, sizeof(why));
    PQfreeCancel(handle);
    while (PQgetCopyData(conn, &row, 0) > 0)
        PQfreemem(row);
    (void)!finish(conn, name, &ignored);
}

/* The head stands before the first row, in the same message. */
static bool take_row(char *row, size_t size, bool *headed,
                     bool (*take)(void *context, const struct copied *row, struct error *err),
                     void *context, struct error *err)
{
    struct copied copied;
    if (!*headed) {
        if (size < HEAD || memcmp(row, signature, sizeof(signature)) != 0)
            return error_set(err, ERROR_FATAL, "PostgreSQL copies in a form that is not known");
        *headed = true;
        row += HEAD;
        size -= HEAD;
    }
    if (size == 0 || db_read_int(row, 2) < 0)
        return true; /* the head alone, or the end */
    return cut(row, size, &copied) ? take(context, &copied, err)
                                   : error_set(err, ERROR_FATAL, "PostgreSQL sent half a row");
}

bool copy_out(struct db *db, const struct stmt *stmt,
              bool (*take)(void *context, const struct copied *row, struct error *err),
              void *context, struct error *err)
{
    PGconn *conn = db_conn(db);
    char *row;
    bool headed = false;
    if (!begin(db, stmt, PGRES_COPY_OUT, err))
        return false;
    for (int size; (size = PQgetCopyData(conn, &row, 0)) > 0;) {
        bool taken = take_row(row, (size_t)size, &headed, take, context, err);
        PQfreemem(row);
        if (!taken) {
            cancel(conn, stmt->name);
            return false;
        }
    }
    return finish(conn, stmt->name, err);
}

int64_t copied_int(const struct copied *row, size_t column)
{
    assert(column < row->count);
    const struct slice *field = &row->fields[column];
    return field->bytes ? db_read_int(field->bytes, field->size) : 0;
}

const char *copied_text(const struct copied *row, size_t column)
{
    assert(column < row->count);
    return row->fields[column].bytes;
}

struct slice copied_bytes(const struct copied *row, size_t column)
{
    assert(column < row->count);
    return row->fields[column];
}

struct uuid copied_uuid(const struct copied *row, size_t column)
{
    struct uuid uuid = {0};
    assert(column < row->count);
    if (row->fields[column].bytes) {
        assert(row->fields[column].size == sizeof(uuid.bytes));
        memcpy(uuid.bytes, row->fields[column].bytes, sizeof(uuid.bytes));
    }
    return uuid;
}
