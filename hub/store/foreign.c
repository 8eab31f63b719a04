#include "hub/store/foreign.h"

#include <assert.h>
#include <libpq-fe.h>
#include <poll.h>

#include "hub/base/clock.h"
#include "hub/base/list.h"

#define CONNECT_MS 15000
#define SILENT_MS 150000 /* longer than a statement may take */

struct foreign {
    PGconn *conn;
    struct foreign_watch watch;
    const char *place;
    PGresult *row;      /* what foreign_next() gave last */
    unsigned page, got; /* of the page that is being read */
    bool reading, asked;
};

/* What the caller does about an error follows from its SQLSTATE. */
static const struct {
    const char *class;
    enum error_kind kind;
    bool tells_values; /* its message may quote them */
} classes[] = {
    {"08", ERROR_RETRY, false},    /* connection exception */
    {"0A", ERROR_FATAL, false},    /* not supported */
    {"22", ERROR_REJECT, true},    /* data exception */
    {"25006", ERROR_FATAL, false}, /* the query would change something */
    {"25", ERROR_RETRY, false},    /* the transaction was ended for us */
    {"28", ERROR_FATAL, false},    /* login refused */
    {"3D", ERROR_FATAL, false},    /* no such database */
    {"40", ERROR_RETRY, false},    /* serialization failure, conflict with recovery */
    {"42", ERROR_FATAL, false},    /* the query is wrong, or may not read that */
    {"53", ERROR_RETRY, false},    /* insufficient resources */
    {"55", ERROR_RETRY, false},    /* lock not available */
    {"57", ERROR_RETRY, false},    /* shutting down, or it took too long */
    {"58", ERROR_RETRY, false},    /* trouble of the machine */
};

static bool fail_by(const char *state, const char *message, const char *what, struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(classes); i++)
        if (text_starts(state, classes[i].class) && !classes[i].tells_values)
            return error_set(err, classes[i].kind, "%s: %.*s", what, (int)strcspn(message, "\n"),
                             message);
    return error_set(err, ERROR_REJECT, "%s: the other database fails on a value (SQLSTATE %s)",
                     what, state);
}

static bool fail(struct foreign *foreign, const PGresult *result, const char *what,
                 struct error *err)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (state && message)
        return fail_by(state, message, what, err);
    message = PQerrorMessage(foreign->conn);
    return error_set(err, ERROR_RETRY, "%s: %.*s", what, (int)strcspn(message, "\n"), message);
}

static void close_conn(void *arg)
{
    struct foreign *foreign = arg;
    PQclear(foreign->row);
    PQfinish(foreign->conn);
}

static void clear_result(void *result)
{
    PQclear(result);
}

static void ignore_notice(void *to, const PGresult *result)
{
    (void)to;
    (void)result;
}

/* Wait for the socket, `since` being when something came last. */
static bool wait_for(struct foreign *foreign, short events, int64_t since, int most_ms,
                     struct error *err)
{
    struct pollfd fd = {.fd = PQsocket(foreign->conn), .events = events};
    if (fd.fd < 0)
        return fail(foreign, NULL, "the other database is gone", err);
    int ready = poll(&fd, 1, 1000);
    if (foreign->watch.goes_on && !foreign->watch.goes_on(foreign->watch.context))
        return error_set(err, ERROR_RETRY, "it was asked to end");
    return ready > 0 || clock_ms() - since < most_ms ||
           error_set(err, ERROR_RETRY, "the other database does not answer");
}

/* The SQLSTATE in what libpq says of a failed connection ("...: FATAL:  28P01: ..."), or NULL. */
static const char *state_in(const char *message)
{
    for (const char *at = message; (at = strstr(at, ":  ")); at += 3)
        if (strspn(at + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && at[8] == ':')
            return at + 3;
    return NULL;
}

static bool fail_to_connect(struct foreign *foreign, struct error *err)
{
    const char *message = PQerrorMessage(foreign->conn), *state = state_in(message);
    const char *said = state ? state + strcspn(state, " ") : message;
    said += strspn(said, " ");
    bool refused =
        state && (text_starts(state, "28") || text_starts(state, "3D") || text_starts(state, "42"));
    return error_set(err, refused ? ERROR_FATAL : ERROR_RETRY, "cannot connect: %.*s",
                     (int)strcspn(said, "\n"), said);
}

static bool connect_to(struct foreign *foreign, struct error *err)
{
    int64_t began = clock_ms();
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    /* Verbose messages hold the SQLSTATE, which says whether trying again can help. */
    (void)PQsetErrorVerbosity(foreign->conn, PQERRORS_VERBOSE);
    while (PQstatus(foreign->conn) != CONNECTION_BAD && status != PGRES_POLLING_OK &&
           status != PGRES_POLLING_FAILED) {
        short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!wait_for(foreign, events, began, CONNECT_MS, err))
            return false;
        status = PQconnectPoll(foreign->conn);
    }
    if (status != PGRES_POLLING_OK)
        return fail_to_connect(foreign, err);
    (void)PQsetErrorVerbosity(foreign->conn, PQERRORS_DEFAULT);
    return true;
}

/* What libpq would say of a string that it cannot read may quote a password. */
static bool check_dsn(const char *dsn, struct error *err)
{
    bool is_one =
        strchr(dsn, '=') || text_starts(dsn, "postgresql://") || text_starts(dsn, "postgres://");
    PQconninfoOption *options = is_one ? PQconninfoParse(dsn, NULL) : NULL;
    bool fine = options != NULL;
    PQconninfoFree(options);
    return fine || error_set(err, ERROR_FATAL,
                             "the connection string cannot be read; it is such as host=db.example "
                             "dbname=shop user=axle, or postgresql://axle@db.example/shop");
}

/* The next result of what was sent; NULL with a fine err when there is none. */
static PGresult *next_result(struct foreign *foreign, struct error *err)
{
    int64_t since = clock_ms();
    err->kind = ERROR_NONE;
    while (PQflush(foreign->conn) > 0 || PQisBusy(foreign->conn)) {
        if (!wait_for(foreign, POLLIN, since, SILENT_MS, err))
            return NULL;
        if (!PQconsumeInput(foreign->conn)) {
            (void)fail(foreign, NULL, "the connection broke", err);
            return NULL;
        }
    }
    return PQgetResult(foreign->conn);
}

/* Take all results of what was sent; the last one that is not NULL is in *last. */
static bool finish(struct arena *arena, struct foreign *foreign, const char *what,
                   const PGresult **last, struct error *err)
{
    struct error each;
    bool fine = true;
    for (PGresult *result; (result = next_result(foreign, &each));) {
        ExecStatusType status = PQresultStatus(result);
        arena_defer(arena, clear_result, result);
        if (fine && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            fine = fail(foreign, result, what, err);
        *last = result;
        if (PQstatus(foreign->conn) == CONNECTION_BAD)
            break;
    }
    if (fine && each.kind != ERROR_NONE) {
        *err = each;
        return false;
    }
    return fine;
}

static bool send_failed(struct foreign *foreign, struct error *err)
{
    return fail(foreign, NULL, "the connection broke", err);
}

/* Several statements without values. */
static bool command(struct foreign *foreign, const char *sql, const char *what, struct error *err)
{
    ARENA(scratch);
    const PGresult *last = NULL;
    return (PQsendQuery(foreign->conn, sql) || send_failed(foreign, err)) &&
           finish(scratch, foreign, what, &last, err);
}

static const char *ask_text(struct arena *arena, struct foreign *foreign, const char *sql,
                            struct error *err)
{
    struct rows rows = {0};
    if (foreign_ask(arena, foreign, sql, (struct foreign_values){0}, &rows, err))
        return rows.count ? text_or_empty(rows_text(&rows, 0, 0)) : "";
    return err->kind == ERROR_FATAL || err->kind == ERROR_REJECT
               ? ""
               : NULL; /* some servers do not say that to everybody */
}

/* A physical copy that took over is on another timeline; and no state is restored without a start. */
static const char *find_place(struct arena *arena, struct foreign *foreign, struct error *err)
{
    const char *cluster = ask_text(
        arena, foreign, "select system_identifier::text from pg_catalog.pg_control_system()", err);
    const char *timeline =
        cluster ? ask_text(arena, foreign,
                           "select timeline_id::text from pg_catalog.pg_control_checkpoint()", err)
                : NULL;
    const char *start =
        timeline
            ? ask_text(arena, foreign,
                       "select extract(epoch from pg_catalog.pg_postmaster_start_time())::text",
                       err)
            : NULL;
    const char *database =
        start ? ask_text(arena, foreign,
                         "select oid::text from pg_catalog.pg_database where datname = "
                         "pg_catalog.current_database()",
                         err)
              : NULL;
    return database ? arena_printf(arena, "%s.%s/%s.%s", cluster, database, timeline, start) : NULL;
}

struct foreign *foreign_open(struct arena *arena, const char *dsn,
                             const struct foreign_watch *watch, struct error *err)
{
    const char *keys[] = {"dbname",           "fallback_application_name", "client_encoding",
                          "tcp_user_timeout", "keepalives_idle",           NULL};
    const char *values[] = {dsn, "axle", "UTF8", "30000", "10", NULL};
    if (!check_dsn(dsn, err))
        return NULL;
    struct foreign *foreign = NEW(arena, struct foreign);
    *foreign = (struct foreign){.conn = PQconnectStartParams(keys, values, 1), .watch = *watch};
    arena_defer(arena, close_conn, foreign);
    if (!connect_to(foreign, err))
        return NULL;
    (void)PQsetNoticeReceiver(foreign->conn, ignore_notice, NULL);
    foreign->place = find_place(arena, foreign, err);
    return foreign->place ? foreign : NULL;
}

const char *foreign_place(const struct foreign *foreign)
{
    return foreign->place;
}

bool foreign_describe(struct arena *arena, struct foreign *foreign, const char *query,
                      struct foreign_columns *columns, struct error *err)
{
    ARENA(scratch);
    const PGresult *result = NULL;
    if (!PQsendPrepare(foreign->conn, "", query, 0, NULL))
        return send_failed(foreign, err);
    if (!finish(scratch, foreign, "the query cannot be read", &result, err))
        return false;
    if (!PQsendDescribePrepared(foreign->conn, ""))
        return send_failed(foreign, err);
    if (!finish(scratch, foreign, "the query cannot be read", &result, err))
        return false;
    for (int i = 0; i < PQnfields(result); i++)
        LIST_ADD(
            arena, columns,
            ((struct foreign_column){arena_strdup(arena, PQfname(result, i)), PQftype(result, i)}));
    return columns->count > 0 ||
           error_set(err, ERROR_FATAL, "the query gives no columns; it is a SELECT");
}

bool foreign_begin(struct foreign *foreign, struct error *err)
{
    /* Within the transaction alone, so that it holds behind a pooler of connections too. */
    return command(foreign,
                   "begin transaction isolation level repeatable read, read only;"
                   "set local statement_timeout = '120s';"
                   "set local lock_timeout = '30s';"
                   "set local timezone = 'UTC';"
                   "set local datestyle = 'ISO';"
                   "set local intervalstyle = 'iso_8601';"
                   "set local bytea_output = 'hex';"
                   "set local extra_float_digits = 1",
                   "cannot read", err);
}

bool foreign_ask(struct arena *arena, struct foreign *foreign, const char *sql,
                 struct foreign_values values, struct rows *rows, struct error *err)
{
    const PGresult *result = NULL;
    if (!PQsendQueryParams(foreign->conn, sql, values.count, NULL, values.list, NULL, NULL, 0))
        return send_failed(foreign, err);
    if (!finish(arena, foreign, "the query fails", &result, err))
        return false;
    *rows = (struct rows){.count = (size_t)PQntuples(result), .result = result};
    return true;
}

static bool ask_page(struct foreign *foreign, struct error *err)
{
    ARENA(scratch);
    const char *fetch = arena_printf(scratch, "fetch forward %u from axle_reader", foreign->page);
    foreign->got = 0;
    foreign->asked = true;
    return (PQsendQueryParams(foreign->conn, fetch, 0, NULL, NULL, NULL, NULL, 0) &&
            PQsetSingleRowMode(foreign->conn)) ||
           send_failed(foreign, err);
}

bool foreign_read(struct foreign *foreign, const char *query, struct foreign_values values,
                  unsigned page, struct error *err)
{
    ARENA(scratch);
    struct rows none;
    const char *declare =
        arena_printf(scratch, "declare axle_reader no scroll cursor for %s", query);
    foreign->page = page;
    foreign->reading = foreign_ask(scratch, foreign, declare, values, &none, err);
    return foreign->reading && ask_page(foreign, err);
}

/* The results behind a page's last row, and then the next page at once: the server reads it while we store
 * this one.  Where a page was not full there is no more. */
static bool end_page(struct foreign *foreign, struct error *err)
{
    ARENA(scratch);
    const PGresult *last = NULL;
    foreign->asked = false;
    if (!finish(scratch, foreign, "the query fails", &last, err))
        return false;
    return foreign->got < foreign->page || ask_page(foreign, err);
}

bool foreign_next(struct foreign *foreign, struct rows *row, struct error *err)
{
    assert(foreign->reading);
    *row = (struct rows){0};
    PQclear(foreign->row);
    foreign->row = NULL;
    if (!foreign->asked)
        return true;
    PGresult *result = next_result(foreign, err);
    foreign->row = result;
    if (!result)
        return err->kind == ERROR_NONE && end_page(foreign, err);
    if (PQresultStatus(result) == PGRES_TUPLES_OK) /* what stands behind the rows */
        return end_page(foreign, err);
    if (PQresultStatus(result) != PGRES_SINGLE_TUPLE)
        return fail(foreign, result, "the query fails", err);
    *row = (struct rows){.count = 1, .result = result};
    foreign->got++;
    return foreign->got < foreign->page || end_page(foreign, err);
}

bool foreign_end(struct foreign *foreign, struct error *err)
{
    ARENA(scratch);
    struct error known;
    const PGresult *last = NULL;
    PQclear(foreign->row);
    foreign->row = NULL;
    if (foreign->asked)
        (void)!finish(scratch, foreign, "the query fails", &last, &known);
    foreign->reading = foreign->asked = false;
    return command(foreign, "rollback", "cannot end", err);
}

const char *foreign_name(struct arena *arena, const char *name)
{
    struct buffer quoted = {.arena = arena};
    buffer_char(&quoted, '"');
    for (; *name; name++) {
        if (*name == '"')
            buffer_char(&quoted, '"');
        buffer_char(&quoted, *name);
    }
    buffer_char(&quoted, '"');
    return buffer_string(&quoted);
}
