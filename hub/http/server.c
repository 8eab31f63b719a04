#include "hub/http/server.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hub/base/clock.h"
#include "hub/http/metrics.h"
#include "hub/http/peers.h"
#include "hub/http/pool.h"

/* What one connection may hold for a request's line and headers. */
#define HEAD_BYTES_MOST ((size_t)48 * 1024)
/* How long the body of one request may take, however steadily it trickles. */
#define BODY_US_MOST 60000000

const struct http_settings http_usual = {
    .workers = 6,
    .connections = 1000,
    .idle_seconds = 30,
    .queue = 512,
    .body_most = (size_t)1024 * 1024,
    .bodies_most = (size_t)64 * 1024 * 1024,
    .patience_ms = 2000,
    .grace_ms = 10000,
};

struct http_server {
    struct http_settings settings;
    struct http_app app;
    struct MHD_Daemon *daemon;
    struct pool_duty duty;
    struct arena *threads; /* of the pool */
    struct pool *pool;
    struct metrics *metrics;
    struct peers *peers;
    uint16_t port;
    size_t body_bytes;               /* of all bodies; of the connection thread alone */
    atomic_size_t open;              /* requests that are not over */
    atomic_size_t waiting;           /* of those, the ones set aside for a worker */
    atomic_size_t connected, closed; /* connections since the start */
    atomic_bool draining;            /* no more requests on this connection, please */
    atomic_bool stopping;            /* no more workers */
};

enum phase { PHASE_HEAD, PHASE_BODY, PHASE_WAITING, PHASE_SENT };

/* One request and its answer. */
struct exchange {
    struct arena *arena;
    struct http_server *server;
    struct MHD_Connection *connection;
    enum phase phase;
    int64_t began; /* microseconds */
    const char *target;
    const struct field **last_header;
    struct buffer body;
    bool too_large, crowded;
    struct request request;
    struct response response;
};

/* The first that is heard of a request: its target, before anything was decoded. */
static void *begin_exchange(void *context, const char *target, struct MHD_Connection *connection)
{
    struct http_server *server = context;
    struct arena *arena = arena_new();
    struct exchange *exchange = NEW(arena, struct exchange);
    *exchange = (struct exchange){
        .arena = arena,
        .server = server,
        .connection = connection,
        .began = clock_us(),
        .target = arena_strdup(arena, target),
        .body.arena = arena,
        .response.arena = arena,
    };
    exchange->last_header = &exchange->request.header;
    atomic_fetch_add(&server->open, 1);
    return exchange;
}

static void end_exchange(void *context, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode why)
{
    struct http_server *server = context;
    struct exchange *exchange = *slot;
    (void)connection;
    (void)why;
    if (!exchange)
        return;
    *slot = NULL;
    if (exchange->phase == PHASE_SENT)
        metrics_count(server->metrics, exchange->request.route, exchange->response.status,
                      (double)(clock_us() - exchange->began) / 1e6);
    atomic_fetch_sub(&server->open, 1);
    server->body_bytes -= exchange->body.length;
    arena_free(exchange->arena);
}

static void count_connection(void *context, struct MHD_Connection *connection, void **slot,
                             enum MHD_ConnectionNotificationCode what)
{
    struct http_server *server = context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *socket =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *slot = peer_new(server->peers, socket->connect_fd);
        atomic_fetch_add(&server->connected, 1);
    } else {
        peer_end(*slot);
        atomic_fetch_add(&server->closed, 1);
    }
}

static struct peer *peer_of(const struct exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info->socket_context;
}

/* Paths and parameters are decoded by hub/http/message.c, once they are cut. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static enum MHD_Result add_header(void *context, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    struct exchange *exchange = context;
    struct field *field = NEW(exchange->arena, struct field);
    (void)kind;
    *field = (struct field){.name = name, .value = value ? value : ""};
    *exchange->last_header = field;
    exchange->last_header = &field->next;
    return MHD_YES;
}

static enum MHD_Result send_response(struct exchange *exchange)
{
    const struct response *from = &exchange->response;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        from->body.size,
        from->body.size ? arena_strndup(exchange->arena, from->body.bytes, from->body.size) : NULL,
        MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    if (from->content_type)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, from->content_type);
    (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    for (const struct field *field = from->header; field; field = field->next)
        (void)MHD_add_response_header(response, field->name, field->value);
    if (atomic_load(&exchange->server->draining))
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    exchange->phase = PHASE_SENT;
    peer_wait(peer_of(exchange));
    enum MHD_Result queued = MHD_queue_response(exchange->connection, from->status, response);
    MHD_destroy_response(response);
    return queued;
}

/*
 * What makes two readers of one stream see different requests, or is too much: answered before the
 * body, which also closes the connection.  False when there is such a thing.
 */
static bool check_head(struct exchange *exchange)
{
    const struct field *length = NULL;
    bool chunked = false, twice = false;
    size_t bad;
    for (const struct field *field = exchange->request.header; field; field = field->next) {
        if (!text_check(field->value, strlen(field->value), &bad)) {
            response_problem(&exchange->response, PROBLEM_BAD_REQUEST, NULL,
                             "a header is not UTF-8");
            return false;
        }
        if (text_same(field->name, MHD_HTTP_HEADER_CONTENT_LENGTH)) {
            twice = twice || length;
            length = field;
        }
        chunked = chunked || text_same(field->name, MHD_HTTP_HEADER_TRANSFER_ENCODING);
    }
    int64_t size = 0;
    if (twice || (length && chunked) ||
        (length && !text_to_int(length->value, 0, INT64_MAX, &size))) {
        response_problem(&exchange->response, PROBLEM_BAD_REQUEST, NULL,
                         "it is not clear how long the body is");
        return false;
    }
    if ((uint64_t)size > exchange->server->settings.body_most) {
        response_problem(&exchange->response, PROBLEM_TOO_LARGE, NULL,
                         "a body has at most %zu bytes", exchange->server->settings.body_most);
        return false;
    }
    return true;
}

static enum MHD_Result take_head(struct exchange *exchange, const char *method)
{
    bool head = text_equal(method, MHD_HTTP_METHOD_HEAD);
    exchange->request.method = head ? "GET" : arena_strdup(exchange->arena, method);
    (void)MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, add_header, exchange);
    exchange->phase = PHASE_BODY;
    /* To answer in this first call would close the connection: so only bad requests are. */
    return check_head(exchange) ? MHD_YES : send_response(exchange);
}

static enum MHD_Result take_body(struct exchange *exchange, const char *bytes, size_t *size)
{
    struct http_server *server = exchange->server;
    size_t most = server->settings.body_most, all = server->settings.bodies_most;
    exchange->too_large = exchange->too_large || exchange->body.length + *size > most;
    exchange->crowded = exchange->crowded || server->body_bytes + *size > all;
    if (clock_us() - exchange->began > BODY_US_MOST)
        return MHD_NO;
    if (!exchange->too_large && !exchange->crowded) {
        buffer_add(&exchange->body, bytes, *size);
        server->body_bytes += *size;
    }
    *size = 0;
    return MHD_YES;
}

/* Give it to a worker, who wakes the connection again. */
static enum MHD_Result set_aside(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    exchange->phase = PHASE_WAITING;
    atomic_fetch_add(&server->waiting, 1);
    peer_work(peer_of(exchange));
    MHD_suspend_connection(exchange->connection);
    if (atomic_load(&server->stopping) || !pool_offer(server->pool, exchange)) {
        response_problem(&exchange->response, PROBLEM_UNAVAILABLE, NULL,
                         "too many requests are waiting");
        MHD_resume_connection(exchange->connection);
    }
    return MHD_YES;
}

static enum MHD_Result dispatch(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    struct request *request = &exchange->request;
    struct response *response = &exchange->response;
    struct error err;
    request->body = (struct slice){buffer_string(&exchange->body), exchange->body.length};
    if (exchange->too_large) {
        response_problem(response, PROBLEM_TOO_LARGE, NULL, "a body has at most %zu bytes",
                         server->settings.body_most);
    } else if (exchange->crowded) {
        response_problem(response, PROBLEM_UNAVAILABLE, NULL, "too much is being sent");
    } else if (!request_target(exchange->arena, request, exchange->target, &err)) {
        response_problem(response, PROBLEM_BAD_REQUEST, NULL, "%s", err.text);
    } else if (route_find(&server->app.routes, request, response)) {
        if (!request->route->at_once)
            return set_aside(exchange);
        server->app.answer(NULL, request, response);
    }
    return send_response(exchange);
}

/* libmicrohttpd calls this for each step of a request; its shape is theirs. */
static enum MHD_Result step( // NOLINT(readability-function-size)
    void *context, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *bytes, size_t *size, void **slot)
{
    struct exchange *exchange = *slot;
    (void)context;
    (void)connection;
    (void)url;
    (void)version;
    switch (exchange->phase) {
    case PHASE_HEAD:
        return take_head(exchange, method);
    case PHASE_BODY:
        return *size ? take_body(exchange, bytes, size) : dispatch(exchange);
    case PHASE_WAITING:
        atomic_fetch_sub(&exchange->server->waiting, 1);
        return send_response(exchange);
    case PHASE_SENT:
        break;
    }
    return MHD_YES;
}

static void *begin_worker(struct arena *thread, void *context)
{
    struct http_server *server = context;
    return server->app.begin(thread, server, server->app.context);
}

static void run_worker(void *worker, void *item)
{
    struct exchange *exchange = item;
    const struct http_server *server = exchange->server;
    struct response *response = &exchange->response;
    if (!response->state &&
        clock_us() - exchange->began > (int64_t)server->settings.patience_ms * 1000)
        response_problem(response, PROBLEM_UNAVAILABLE, NULL, "too many requests are waiting");
    else
        server->app.answer(worker, &exchange->request, response);
    if (response->again_ms && !atomic_load(&server->stopping) &&
        pool_offer_later(server->pool, exchange, response->again_ms))
        return;
    MHD_resume_connection(exchange->connection);
}

static void sleep_ms(unsigned milliseconds)
{
    struct timespec time = {.tv_sec = milliseconds / 1000,
                            .tv_nsec = (long)(milliseconds % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

/* A connection that is set aside when the daemon stops would be an error of ours. */
static void stop(void *arg)
{
    struct http_server *server = arg;
    atomic_store(&server->draining, true);
    int listener = MHD_quiesce_daemon(server->daemon);
    for (unsigned waited = 0; atomic_load(&server->open) && waited < server->settings.grace_ms;
         waited += 5)
        sleep_ms(5);
    atomic_store(&server->stopping, true);
    while (atomic_load(&server->waiting))
        sleep_ms(5);
    MHD_stop_daemon(server->daemon);
    if (listener >= 0)
        (void)close(listener);
}

static void end_threads(void *arg)
{
    arena_free(arg);
}

static void free_addresses(void *addresses)
{
    freeaddrinfo(addresses);
}

/* A listening socket; the port that it got is noted. */
static int open_listener(struct http_server *server, struct error *err)
{
    ARENA(scratch);
    const struct http_settings *settings = &server->settings;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found;
    int failure = getaddrinfo(settings->host, arena_printf(scratch, "%u", (unsigned)settings->port),
                              &hints, &found);
    if (failure) {
        (void)error_set(err, ERROR_FATAL, "%s: %s", settings->host, gai_strerror(failure));
        return -1;
    }
    arena_defer(scratch, free_addresses, found);
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address = {.v6 = {0}};
    socklen_t size = sizeof(address);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 1024) != 0 ||
        getsockname(fd, &address.any, &size) != 0) {
        (void)error_set(err, ERROR_FATAL, "cannot listen on %s port %u: %s", settings->host,
                        (unsigned)settings->port, strerrordesc_np(errno));
        if (fd >= 0)
            (void)close(fd);
        return -1;
    }
    server->port =
        ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
    return fd;
}

static struct MHD_Daemon *start_daemon(struct http_server *server, int listener)
{
    const struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, listener, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, server->settings.connections, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, server->settings.idle_seconds, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_BYTES_MOST, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
                            step, server, MHD_OPTION_ARRAY, options, MHD_OPTION_URI_LOG_CALLBACK,
                            begin_exchange, server, MHD_OPTION_NOTIFY_COMPLETED, end_exchange,
                            server, MHD_OPTION_NOTIFY_CONNECTION, count_connection, server,
                            MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, server, MHD_OPTION_END);
}

struct http_server *http_start(struct arena *arena, const struct http_settings *settings,
                               const struct http_app *app, struct error *err)
{
    struct http_server *server = NEW(arena, struct http_server);
    server->settings = *settings;
    server->app = *app;
    server->metrics = metrics_new(arena, &server->app.routes);
    server->peers = peers_new(arena, settings->connections);
    server->duty = (struct pool_duty){.context = server, .begin = begin_worker, .run = run_worker};
    int listener = open_listener(server, err);
    if (listener < 0)
        return NULL;
    server->threads = arena_new();
    arena_defer(arena, end_threads, server->threads);
    server->pool =
        pool_start(server->threads, settings->workers, settings->queue, &server->duty, err);
    if (!server->pool) {
        (void)close(listener);
        return NULL;
    }
    server->daemon = start_daemon(server, listener);
    if (!server->daemon) {
        (void)close(listener);
        (void)error_set(err, ERROR_FATAL, "cannot start the HTTP server");
        return NULL;
    }
    arena_defer(arena, stop, server);
    return server;
}

uint16_t http_port(const struct http_server *server)
{
    return server->port;
}

void http_metrics(struct http_server *server, struct buffer *out)
{
    metrics_write(server->metrics, out);
    metrics_gauge(out, "axle_http_connections", "Open connections.",
                  (int64_t)(atomic_load(&server->connected) - atomic_load(&server->closed)));
    metrics_gauge(out, "axle_http_connections_opened", "Connections since the start.",
                  (int64_t)atomic_load(&server->connected));
    metrics_gauge(out, "axle_http_queue", "Requests that wait for a worker.",
                  (int64_t)pool_depth(server->pool));
    metrics_gauge(out, "axle_http_open_requests", "Requests under way.",
                  (int64_t)atomic_load(&server->open));
}
