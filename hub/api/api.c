#include "hub/api/api.h"

#include <assert.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>

#include "hub/api/handlers.h"
#include "hub/base/clock.h"
#include "hub/base/log.h"
#include "hub/store/migrate.h"
#include "sql.gen.h"

/* A statement that takes longer is of no use to who asked. */
#define STATEMENT_MS "5000"
#define ANSWER_MS 6000 /* longer than that no statement takes: its server does not answer */
/* After a failure to connect, requests are refused for so long without another try. */
#define RECONNECT_MS 1000
#define REGIONS_MS 10000
#define DICTIONARY_MS 1000 /* between looks whether it is another one */

struct worker {
    const struct api *api;
    struct http_server *server;
    struct arena *session; /* of the connection */
    struct db *db;
    int64_t again; /* when to try to connect again, by clock_ms() */
    char trouble[200];
    const char *const *regions;
    struct arena *remembered;   /* the regions */
    int64_t until;              /* by clock_ms() */
    struct applied_now applied; /* of this thread alone: exchanged between two requests */
    struct models_now model;    /* likewise */
    int64_t look;               /* when to look whether it is still so, by clock_ms() */
    struct sources_now sources; /* likewise */
    int64_t look_sources;
    struct inbox_gauge inbox;
    unsigned number; /* from 0, in this process */
};

/* libxml2 makes its schema types at their first use, without a lock of its own. */
static pthread_mutex_t reading = PTHREAD_MUTEX_INITIALIZER;

static void close_session(void *arg)
{
    struct worker *worker = arg;
    arena_free(worker->session);
    worker->session = NULL;
    worker->db = NULL;
}

static void forget_regions(void *arg)
{
    struct worker *worker = arg;
    arena_free(worker->remembered);
    worker->remembered = NULL;
}

static void forget_dictionary(void *arg)
{
    struct worker *worker = arg;
    arena_free(worker->applied.arena);
    worker->applied = (struct applied_now){0};
}

static void forget_model(void *arg)
{
    struct worker *worker = arg;
    arena_free(worker->model.arena);
    worker->model = (struct models_now){0};
}

static void forget_sources(void *arg)
{
    struct worker *worker = arg;
    arena_free(worker->sources.arena);
    worker->sources = (struct sources_now){0};
}

struct worker *api_begin(struct arena *thread, struct http_server *server, const struct api *api)
{
    static atomic_uint begun;
    struct worker *worker = NEW(thread, struct worker);
    worker->api = api;
    worker->number = atomic_fetch_add(&begun, 1);
    worker->inbox.most = api->inbox_most;
    worker->server = server;
    arena_defer(thread, close_session, worker);
    arena_defer(thread, forget_regions, worker);
    arena_defer(thread, forget_dictionary, worker);
    arena_defer(thread, forget_model, worker);
    arena_defer(thread, forget_sources, worker);
    return worker;
}

static bool connect_worker(struct worker *worker, struct error *err)
{
    worker->session = arena_new();
    worker->db = db_open(worker->session, worker->api->dsn, "axle-api", err);
    if (worker->db)
        db_limit(worker->db, ANSWER_MS);
    return worker->db &&
           db_run(worker->session, worker->db, &SQL_SESSION_LIMIT, PARAMS(db_text(STATEMENT_MS)),
                  NULL, err) &&
           migrate_check(worker->db, err) &&
           (!worker->api->token ||
            token_keep(worker->db, "instance", worker->api->token, "all", err));
}

static struct db *worker_db(struct worker *worker, struct error *err)
{
    assert(worker); /* routes that are answered at once have none, and ask for nothing */
    if (worker->db && !db_broken(worker->db))
        return worker->db;
    if (worker->again > clock_ms()) {
        (void)error_set(err, ERROR_RETRY, "%s", worker->trouble);
        return NULL;
    }
    close_session(worker);
    if (connect_worker(worker, err))
        return worker->db;
    close_session(worker);
    worker->again = clock_ms() + RECONNECT_MS;
    (void)snprintf(worker->trouble, sizeof(worker->trouble), "%.190s", err->text);
    log_line(LOG_ERROR, "%s", err->text);
    err->kind = ERROR_RETRY; /* also a schema that is still being migrated */
    return NULL;
}

struct db *call_db(struct call *call, struct error *err)
{
    return worker_db(call->worker, err);
}

struct http_server *call_server(const struct call *call)
{
    return call->worker->server;
}

const char *const *call_regions(struct call *call, struct error *err)
{
    struct worker *worker = call->worker;
    if (!worker->remembered || worker->until <= clock_ms()) {
        struct rows rows;
        size_t count;
        forget_regions(worker);
        if (!db_run(call->work, call->db, &SQL_REGION_LIST, NO_PARAMS, &rows, err))
            return NULL;
        worker->remembered = arena_new();
        worker->until = clock_ms() + REGIONS_MS;
        worker->regions = rows_texts(worker->remembered, &rows, 0, 0, &count);
    }
    return worker->regions;
}

/* Dictionary and model as they are now, for the whole of the call. */
static bool follow_dictionary(struct call *call, struct error *err)
{
    struct worker *worker = call->worker;
    if (!worker->applied.dictionary || !worker->model.model || worker->look <= clock_ms()) {
        (void)pthread_mutex_lock(&reading);
        bool done = applied_follow(&worker->applied, call->db, worker->api->schemas, err) &&
                    models_follow(&worker->model, call->db, worker->api->schemas, err);
        (void)pthread_mutex_unlock(&reading);
        if (!done)
            return false;
        worker->look = clock_ms() + DICTIONARY_MS;
    }
    call->dictionary = worker->applied.dictionary;
    call->model = worker->model.model;
    return true;
}

const struct sources *call_sources(struct call *call, struct error *err)
{
    struct worker *worker = call->worker;
    call->db = worker_db(worker, err);
    if (!call->db)
        return NULL;
    if (!worker->sources.sources || worker->look_sources <= clock_ms()) {
        (void)pthread_mutex_lock(&reading);
        bool done = sources_follow(&worker->sources, call->db, worker->api->schemas, err);
        (void)pthread_mutex_unlock(&reading);
        if (!done)
            return NULL;
        worker->look_sources = clock_ms() + DICTIONARY_MS;
    }
    return worker->sources.sources;
}

unsigned call_thread(const struct call *call)
{
    return call->worker->number;
}

bool call_inbox_full(struct call *call, bool *full, struct error *err)
{
    return inbox_full(call->db, &call->worker->inbox, full, err);
}

bool call_may_see(const struct call *call, const struct element *element)
{
    return element && (element->sensitivity != SENSITIVITY_SENSITIVE ||
                       principal_has(&call->principal, "read:sensitive"));
}

bool call_bad_parameter(struct call *call, const char *parameter, const char *format, ...)
{
    char text[300];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    response_problem(call->response, PROBLEM_BAD_PARAMETER, parameter, "%s", text);
    return true;
}

/* What the database says is for the log; who asked learns what to do next. */
static void answer_error(struct call *call, const struct error *err)
{
    switch (err->kind) {
    case ERROR_NOT_FOUND:
        response_problem(call->response, PROBLEM_NOT_FOUND, NULL, "%s", err->text);
        return;
    case ERROR_CONFLICT:
        response_problem(call->response, PROBLEM_CONFLICT, NULL, "%s", err->text);
        return;
    case ERROR_RETRY:
        response_problem(call->response, PROBLEM_UNAVAILABLE, NULL,
                         "the database does not answer right now");
        return;
    case ERROR_REJECT: /* its text may hold what was refused: a person's data */
        log_line(LOG_ERROR, "%s: the database refused a value", call->request->route->pattern);
        break;
    case ERROR_FATAL:
    case ERROR_NONE:
        log_line(LOG_ERROR, "%s: %s", call->request->route->pattern, err->text);
        break;
    }
    response_problem(call->response, PROBLEM_INTERNAL, NULL, "the log of the server says more");
}

/* Whoever may not is answered at once: false then, with err->kind ERROR_NONE. */
bool call_admit(struct call *call, const char *token, const char *scope, struct error *err)
{
    const char *given = request_header(call->request, "Authorization");
    err->kind = ERROR_NONE;
    if (!token && given && strncasecmp(given, "Bearer ", 7) == 0)
        token = text_trim(call->work, given + 7);
    if (!token) {
        response_problem(call->response, PROBLEM_UNAUTHORIZED, NULL,
                         "send a token as 'Authorization: Bearer TOKEN'");
        return false;
    }
    call->db = worker_db(call->worker, err);
    if (!call->db)
        return false;
    if (!token_verify(call->api->tokens, call->db, token, &call->principal, err)) {
        if (err->kind != ERROR_NOT_FOUND)
            return false;
        err->kind = ERROR_NONE;
        response_problem(call->response, PROBLEM_UNAUTHORIZED, NULL, "%s", err->text);
        return false;
    }
    if (!scope || principal_has(&call->principal, scope))
        return follow_dictionary(call, err);
    response_problem(call->response, PROBLEM_FORBIDDEN, NULL, "this needs the scope '%s'", scope);
    return false;
}

void api_answer(struct worker *worker, const struct request *request, struct response *response)
{
    /* Once more on a new connection when the server closed the one at hand: nothing was written. */
    for (int attempt = 0; attempt < 2; attempt++) {
        struct error err = {.kind = ERROR_NONE};
        struct call call = {
            .work = response->arena,
            .api = worker ? worker->api : NULL,
            .worker = worker,
            .request = request,
            .response = response,
        };
        *response = (struct response){.arena = response->arena, .state = response->state};
        const char *scope = request->route->scope;
        if ((!scope || call_admit(&call, NULL, scope, &err)) && route_check(request, response) &&
            request->route->handler(&call, &err))
            return;
        if (err.kind == ERROR_NONE)
            return;
        answer_error(&call, &err);
        if (err.kind != ERROR_RETRY || !call.db || !db_broken(call.db) || call.wrote)
            return;
    }
}

static void *begin(struct arena *thread, struct http_server *server, void *context)
{
    return api_begin(thread, server, context);
}

static void answer(void *worker, const struct request *request, struct response *response)
{
    api_answer(worker, request, response);
}

struct http_app api_app(struct api *api)
{
    return (struct http_app){
        .routes = api_routes, .context = api, .begin = begin, .answer = answer};
}
