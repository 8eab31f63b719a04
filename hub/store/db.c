#include "hub/store/db.h"

#include <arpa/inet.h>
#include <assert.h>
#include <endian.h>
#include <poll.h>

#include "hub/base/clock.h"
#include "hub/base/map.h"
#include "hub/store/db_conn.h"

#define PARAMS_MOST 32
#define WAKE_MS 5 /* between two calls of db_wake() that speak */

struct db {
    PGconn *conn;
    struct map prepared; /* statements this connection knows, by name */
    bool listening;
    int64_t woke; /* when db_wake last spoke, in milliseconds */
    int patience; /* milliseconds to wait for an answer at most; 0: as long as it takes */
    const struct stmt *asked; /* by db_send(), and not answered yet */
    bool given_up;            /* it did not come: nobody knows what became of the statement */
};

struct tx {
    struct db *db;
    bool done;
};

/* Type numbers of PostgreSQL's catalogue, needed in the head of a binary array. */
enum type_oid { TYPE_BYTEA = 17, TYPE_INT8 = 20, TYPE_INT4 = 23, TYPE_TEXT = 25, TYPE_UUID = 2950 };

/* What a caller can do about an error follows from its SQLSTATE class. */
static enum error_kind kind_of(const char *sqlstate)
{
    static const struct {
        const char *class;
        enum error_kind kind;
    } kinds[] = {
        {"08", ERROR_RETRY},  /* connection exception */
        {"22", ERROR_REJECT}, /* data exception */
        {"23", ERROR_REJECT}, /* integrity constraint violation */
        {"40", ERROR_RETRY},  /* serialization failure, deadlock */
        {"53", ERROR_RETRY},  /* insufficient resources */
        {"54", ERROR_REJECT}, /* a limit of the server, say of an index */
        {"55", ERROR_RETRY},  /* lock not available, object in use */
        {"57", ERROR_RETRY},  /* operator intervention, server shutting down */
    };
    if (!sqlstate)
        return ERROR_RETRY; /* the connection broke before the server could answer */
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (text_starts(sqlstate, kinds[i].class))
            return kinds[i].kind;
    return ERROR_FATAL;
}

bool db_fail(const PGconn *conn, const PGresult *result, const char *what, struct error *err)
{
    const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!message)
        message = PQerrorMessage(conn);
    return error_set(err, kind_of(sqlstate), "%s: %.*s", what, (int)strcspn(message, "\n"),
                     message);
}

static bool fail_answer(const struct db *db, const PGresult *result, const char *what,
                        struct error *err)
{
    if (!result && db->given_up)
        return error_set(err, ERROR_RETRY, "%s: PostgreSQL does not answer", what);
    return db_fail(db->conn, result, what, err);
}

PGconn *db_conn(const struct db *db)
{
    return db->conn;
}

static void close_conn(void *conn)
{
    PQfinish(conn);
}

static void clear_result(void *result)
{
    PQclear(result);
}

static void ignore_notice(void *to, const char *message)
{
    (void)to;
    (void)message;
}

struct db *db_open(struct arena *arena, const char *conninfo, const char *program,
                   struct error *err)
{
    static const char options[] = "-c search_path= -c jit=off -c timezone=UTC -c datestyle=ISO "
                                  "-c client_min_messages=warning "
                                  "-c default_transaction_isolation=read\\ committed";
    const char *keys[] = {"dbname",          "application_name", "options",
                          "connect_timeout", "client_encoding",  NULL};
    const char *values[] = {conninfo, program, options, "10", "UTF8", NULL};
    PGconn *conn = PQconnectdbParams(keys, values, 1);
    arena_defer(arena, close_conn, conn);
    if (PQstatus(conn) != CONNECTION_OK) {
        (void)db_fail(conn, NULL, "cannot connect to PostgreSQL", err);
        return NULL;
    }
    (void)PQsetNoticeProcessor(conn, ignore_notice, NULL);
    struct db *db = NEW(arena, struct db);
    db->conn = conn;
    db->prepared.arena = arena;
    return db;
}

const char *db_setting(struct arena *arena, const char *conninfo, const char *keyword)
{
    const char *value = NULL;
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    for (const PQconninfoOption *option = options; option && option->keyword; option++)
        if (option->val && *option->val && text_equal(option->keyword, keyword))
            value = arena_strdup(arena, option->val);
    PQconninfoFree(options);
    return value;
}

bool db_broken(const struct db *db)
{
    return db->given_up || PQstatus(db->conn) != CONNECTION_OK;
}

void db_limit(struct db *db, int milliseconds)
{
    db->patience = milliseconds;
    /* A server that has stopped reading would hold up whoever sends to it, too. */
    (void)PQsetnonblocking(db->conn, milliseconds > 0);
}

/* Until all is sent, and something has come that ends the wait for an answer. */
static bool await(struct db *db, int64_t until)
{
    struct pollfd server = {.fd = PQsocket(db->conn)};
    for (int unsent; (unsent = PQflush(db->conn)) > 0 || PQisBusy(db->conn);) {
        int64_t left = until - clock_ms();
        if (left <= 0) {
            db->given_up = true;
            return false;
        }
        server.events = unsent > 0 ? POLLIN | POLLOUT : POLLIN;
        if (poll(&server, 1, (int)left) > 0 && (server.revents & ~POLLOUT) &&
            !PQconsumeInput(db->conn))
            return false;
    }
    return true;
}

/* The last answer to what was sent; NULL when the connection broke, or nothing came in time. */
static PGresult *receive(struct db *db, int sent)
{
    PGresult *last = NULL;
    int64_t until = clock_ms() + db->patience;
    while (sent && (!db->patience || await(db, until))) {
        PGresult *next = PQgetResult(db->conn);
        if (!next)
            return last;
        PQclear(last);
        last = next;
    }
    PQclear(last);
    return NULL;
}

bool db_prepare(struct db *db, const struct stmt *stmt, struct error *err)
{
    if (map_get_text(&db->prepared, stmt->name))
        return true;
    ARENA(scratch);
    PGresult *result = db->patience
                           ? receive(db, PQsendPrepare(db->conn, stmt->name, stmt->text, 0, NULL))
                           : PQprepare(db->conn, stmt->name, stmt->text, 0, NULL);
    arena_defer(scratch, clear_result, result);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return fail_answer(db, result, stmt->name, err);
    map_put_text(&db->prepared, stmt->name, db);
    return true;
}

bool db_send(struct db *db, const struct stmt *stmt, struct params params, struct error *err)
{
    assert(params.count == stmt->params && params.count <= PARAMS_MOST && !db->asked);
    if (!db_prepare(db, stmt, err))
        return false;

    const char *values[PARAMS_MOST];
    int sizes[PARAMS_MOST], formats[PARAMS_MOST];
    for (int i = 0; i < params.count; i++) {
        values[i] = params.list[i].bytes;
        sizes[i] = params.list[i].size;
        formats[i] = params.list[i].binary;
    }
    if (!PQsendQueryPrepared(db->conn, stmt->name, params.count, values, sizes, formats, 1))
        return fail_answer(db, NULL, stmt->name, err);
    db->asked = stmt;
    return true;
}

bool db_answer(struct arena *arena, struct db *db, struct rows *rows, struct error *err)
{
    assert(db->asked);
    const char *name = db->asked->name;
    PGresult *result = receive(db, 1);
    db->asked = NULL;
    arena_defer(arena, clear_result, result);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return fail_answer(db, result, name, err);
    if (rows)
        *rows = (struct rows){.count = (size_t)PQntuples(result), .result = result};
    return true;
}

bool db_run(struct arena *arena, struct db *db, const struct stmt *stmt, struct params params,
            struct rows *rows, struct error *err)
{
    return db_send(db, stmt, params, err) && db_answer(arena, db, rows, err);
}

bool db_script(struct db *db, const char *sql, struct error *err)
{
    ARENA(scratch);
    PGresult *result =
        db->patience ? receive(db, PQsendQuery(db->conn, sql)) : PQexec(db->conn, sql);
    arena_defer(scratch, clear_result, result);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return fail_answer(db, result, "SQL", err);
    return true;
}

static void end_tx(void *arg)
{
    struct tx *tx = arg;
    struct error ignored;
    if (tx->done)
        return;
    if (tx->db->asked)
        PQclear(receive(tx->db, 1));
    tx->db->asked = NULL;
    (void)!db_script(tx->db, "rollback", &ignored); /* a broken connection rolls back itself */
}

struct tx *tx_begin(struct arena *arena, struct db *db, struct error *err)
{
    if (!db_script(db, "begin", err))
        return NULL;
    struct tx *tx = NEW(arena, struct tx);
    tx->db = db;
    arena_defer(arena, end_tx, tx);
    return tx;
}

bool tx_commit(struct tx *tx, struct error *err)
{
    tx->done = db_script(tx->db, "commit", err);
    return tx->done;
}

struct param db_text(const char *text)
{
    return (struct param){.bytes = text};
}

struct param db_int(struct arena *arena, int64_t number)
{
    return db_text(arena_printf(arena, "%lld", (long long)number));
}

struct param db_bytes(struct slice bytes)
{
    return (struct param){
        .bytes = bytes.bytes ? bytes.bytes : "", .size = (int)bytes.size, .binary = 1};
}

struct param db_uuid(struct arena *arena, struct uuid uuid)
{
    return db_bytes((struct slice){arena_strndup(arena, (const char *)uuid.bytes, 16), 16});
}

/* A one-dimensional array in PostgreSQL's binary form (array_recv): head, then size and bytes each. */
struct array {
    struct buffer out;
};

static void add_int4(struct buffer *out, int32_t number)
{
    uint32_t wire = htonl((uint32_t)number);
    buffer_add(out, (const char *)&wire, sizeof(wire));
}

static void array_begin(struct array *array, enum type_oid type, size_t count)
{
    add_int4(&array->out, count ? 1 : 0);
    add_int4(&array->out, 1); /* there may be nulls */
    add_int4(&array->out, (int32_t)type);
    if (count) {
        add_int4(&array->out, (int32_t)count);
        add_int4(&array->out, 1); /* lower bound */
    }
}

static void array_add(struct array *array, const void *bytes, size_t size)
{
    add_int4(&array->out, bytes ? (int32_t)size : -1);
    if (bytes)
        buffer_add(&array->out, bytes, size);
}

static struct param array_end(const struct array *array)
{
    assert(array->out.length < INT32_MAX);
    return (struct param){.bytes = array->out.data, .size = (int)array->out.length, .binary = 1};
}

static void array_add_value(struct array *array, enum db_column column, const void *value)
{
    switch (column) {
    case DB_INT8S: {
        uint64_t wire = htobe64(*(const uint64_t *)value);
        array_add(array, &wire, sizeof(wire));
        break;
    }
    case DB_INT4S: {
        uint32_t wire = htonl(*(const uint32_t *)value);
        array_add(array, &wire, sizeof(wire));
        break;
    }
    case DB_TEXTS: {
        const char *text = *(const char *const *)value;
        array_add(array, text, text ? strlen(text) : 0);
        break;
    }
    case DB_BYTEAS: {
        const struct slice *slice = value;
        array_add(array, slice->bytes ? slice->bytes : "", slice->size);
        break;
    }
    case DB_UUIDS:
        array_add(array, ((const struct uuid *)value)->bytes, sizeof(struct uuid));
        break;
    }
}

struct param db_column(struct arena *arena, enum db_column column, const void *list, size_t count,
                       size_t stride, size_t offset)
{
    static const enum type_oid types[] = {[DB_INT8S] = TYPE_INT8,
                                          [DB_INT4S] = TYPE_INT4,
                                          [DB_TEXTS] = TYPE_TEXT,
                                          [DB_BYTEAS] = TYPE_BYTEA,
                                          [DB_UUIDS] = TYPE_UUID};
    struct array array = {.out = {.arena = arena}};
    array_begin(&array, types[column], count);
    for (size_t i = 0; i < count; i++)
        array_add_value(&array, column, (const char *)list + i * stride + offset);
    return array_end(&array);
}

struct param db_int8s(struct arena *arena, const int64_t *numbers, size_t count)
{
    return db_column(arena, DB_INT8S, numbers, count, sizeof(*numbers), 0);
}

struct param db_int4s(struct arena *arena, const int32_t *numbers, size_t count)
{
    return db_column(arena, DB_INT4S, numbers, count, sizeof(*numbers), 0);
}

struct param db_texts(struct arena *arena, const char *const *texts, size_t count)
{
    return db_column(arena, DB_TEXTS, texts, count, sizeof(*texts), 0);
}

struct param db_byteas(struct arena *arena, const struct slice *slices, size_t count)
{
    return db_column(arena, DB_BYTEAS, slices, count, sizeof(*slices), 0);
}

struct param db_uuids(struct arena *arena, const struct uuid *uuids, size_t count)
{
    return db_column(arena, DB_UUIDS, uuids, count, sizeof(*uuids), 0);
}

bool rows_is_null(const struct rows *rows, size_t row, int column)
{
    assert(row < rows->count);
    return PQgetisnull(rows->result, (int)row, column) != 0;
}

const char *rows_text(const struct rows *rows, size_t row, int column)
{
    return rows_is_null(rows, row, column) ? NULL : PQgetvalue(rows->result, (int)row, column);
}

struct slice rows_bytes(const struct rows *rows, size_t row, int column)
{
    if (rows_is_null(rows, row, column))
        return (struct slice){0};
    return (struct slice){PQgetvalue(rows->result, (int)row, column),
                          (size_t)PQgetlength(rows->result, (int)row, column)};
}

int64_t db_read_int(const char *bytes, size_t size)
{
    assert(size == 2 || size == 4 || size == 8);
    uint64_t number = (unsigned char)bytes[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < size; i++)
        number = number << 8 | (unsigned char)bytes[i];
    return (int64_t)number;
}

int64_t rows_int(const struct rows *rows, size_t row, int column)
{
    struct slice bytes = rows_bytes(rows, row, column);
    return bytes.bytes ? db_read_int(bytes.bytes, bytes.size) : 0;
}

bool rows_bool(const struct rows *rows, size_t row, int column)
{
    struct slice bytes = rows_bytes(rows, row, column);
    return bytes.bytes && *bytes.bytes;
}

struct uuid rows_uuid(const struct rows *rows, size_t row, int column)
{
    struct uuid uuid = {0};
    struct slice bytes = rows_bytes(rows, row, column);
    if (bytes.bytes) {
        assert(bytes.size == sizeof(uuid.bytes));
        memcpy(uuid.bytes, bytes.bytes, sizeof(uuid.bytes));
    }
    return uuid;
}

/* The items of a binary array: each a slice of it, at least its four bytes of size; NULL items have no
 * bytes. */
static const struct slice *read_array(struct arena *arena, struct slice array, size_t *count)
{
    struct slice *items = NEW_ARRAY(arena, struct slice, array.size / 4 + 1);
    *count = 0;
    if (!array.bytes || db_read_int(array.bytes, 4) == 0)
        return items;
    *count = (size_t)db_read_int(array.bytes + 12, 4);
    const char *at = array.bytes + 20;
    for (size_t i = 0; i < *count; i++) {
        int64_t size = db_read_int(at, 4);
        at += 4;
        if (size < 0)
            continue;
        items[i] = (struct slice){at, (size_t)size};
        at += size;
    }
    return items;
}

const int64_t *rows_int8s(struct arena *arena, const struct rows *rows, size_t row, int column,
                          size_t *count)
{
    const struct slice *items = read_array(arena, rows_bytes(rows, row, column), count);
    int64_t *numbers = NEW_ARRAY(arena, int64_t, *count + 1);
    for (size_t i = 0; i < *count; i++)
        numbers[i] = items[i].bytes ? db_read_int(items[i].bytes, items[i].size) : 0;
    return numbers;
}

const char *const *rows_texts(struct arena *arena, const struct rows *rows, size_t row, int column,
                              size_t *count)
{
    const struct slice *items = read_array(arena, rows_bytes(rows, row, column), count);
    const char **texts = NEW_ARRAY(arena, const char *, *count + 1);
    for (size_t i = 0; i < *count; i++)
        texts[i] = items[i].bytes ? arena_strndup(arena, items[i].bytes, items[i].size) : NULL;
    return texts;
}

void db_wake(struct db *db)
{
    struct error ignored;
    if (clock_ms() - db->woke < WAKE_MS)
        return; /* who was just woken looks again soon: nothing is lost, only a little late */
    db->woke = clock_ms();
    (void)!db_script(db, "notify axle_work", &ignored);
}

bool db_wait(struct db *db, int milliseconds, struct error *err)
{
    if (!db->listening && !db_script(db, "listen axle_work", err))
        return false;
    db->listening = true;
    struct pollfd fd = {.fd = PQsocket(db->conn), .events = POLLIN};
    (void)poll(&fd, 1, milliseconds);
    if (!PQconsumeInput(db->conn))
        return db_fail(db->conn, NULL, "waiting", err);
    for (PGnotify *notify; (notify = PQnotifies(db->conn));)
        PQfreemem(notify);
    return true;
}
