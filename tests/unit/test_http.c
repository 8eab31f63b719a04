/* The server: connections are kept, hostile requests get a clear answer, and a full queue says so. */
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "hub/http/server.h"

struct call {
    const struct request *request;
    struct response *response;
};

static atomic_int held; /* requests that wait for release */
static atomic_bool release;

static void sleep_ms(long milliseconds)
{
    struct timespec time = {.tv_nsec = milliseconds * 1000000};
    (void)nanosleep(&time, NULL);
}

static bool get_thing(struct call *call, struct error *err)
{
    const char *as = request_parameter(call->request, "as");
    (void)err;
    response_json(
        call->response, 200,
        arena_printf(call->response->arena, "%s/%s", call->request->values[0], as ? as : "-"));
    return true;
}

static bool put_thing(struct call *call, struct error *err)
{
    (void)err;
    response_json(call->response, 200,
                  arena_printf(call->response->arena, "%zu", call->request->body.size));
    return true;
}

static bool get_slowly(struct call *call, struct error *err)
{
    (void)err;
    atomic_fetch_add(&held, 1);
    while (!atomic_load(&release))
        sleep_ms(2);
    response_json(call->response, 200, "slow");
    return true;
}

static bool get_later(struct call *call, struct error *err)
{
    int *times = call->response->state;
    (void)err;
    if (!times)
        times = NEW(call->response->arena, int);
    call->response->state = times;
    call->response->again_ms = ++*times < 4 ? 30 : 0;
    response_json(call->response, 200, arena_printf(call->response->arena, "%d", *times));
    return true;
}

static const struct route list[] = {
    {"GET", "/things/{id}", NULL, "as", .handler = get_thing},
    {"PUT", "/things/{id}", .handler = put_thing},
    {"POST", "/things/{id}:turn", .handler = put_thing},
    {"GET", "/later", .handler = get_later},
    {"GET", "/slow", .handler = get_slowly},
    {"GET", "/up", .handler = get_slowly, .at_once = true},
};

static void *begin(struct arena *thread, struct http_server *server, void *context)
{
    (void)thread;
    (void)server;
    return context;
}

static void answer(void *worker, const struct request *request, struct response *response)
{
    struct call call = {.request = request, .response = response};
    struct error err;
    (void)worker;
    if (route_check(request, response))
        assert_true(request->route->handler(&call, &err));
}

static const struct http_app app = {{list, COUNT_OF(list)}, NULL, begin, answer};

static struct http_server *start(struct arena *arena, const struct http_settings *changed)
{
    struct http_settings settings = changed ? *changed : http_usual;
    struct error err;
    settings.host = "127.0.0.1";
    struct http_server *server = http_start(arena, &settings, &app, &err);
    if (!server)
        fail_msg("%s", err.text);
    atomic_store(&release, false);
    atomic_store(&held, 0);
    return server;
}

static int dial(const struct http_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(http_port(server)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void say(int fd, const char *bytes, size_t size)
{
    for (ssize_t sent; size && (sent = send(fd, bytes, size, MSG_NOSIGNAL)) > 0;
         size -= (size_t)sent)
        bytes += sent;
}

/* One answer: head and body, as far as its Content-Length says; "" when the connection was closed. */
static const char *hear(struct arena *arena, int fd)
{
    struct buffer heard = {.arena = arena};
    char block[4096];
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        const char *text = buffer_string(&heard), *end = strstr(text, "\r\n\r\n");
        const char *length = strcasestr(text, "content-length:");
        if (end &&
            (!length || heard.length >= (size_t)(end + 4 - text) + strtoul(length + 15, NULL, 10)))
            return text;
        assert_int_equal(poll(&wait, 1, 10000), 1); /* a server that hangs is a failure */
        ssize_t got = recv(fd, block, sizeof(block), 0);
        if (got <= 0)
            return text;
        buffer_add(&heard, block, (size_t)got);
    }
}

static int status_of(const char *answered)
{
    return text_starts(answered, "HTTP/1.") && strlen(answered) > 12
               ? (int)strtol(answered + 9, NULL, 10)
               : 0;
}

static const char *ask(struct arena *arena, const struct http_server *server, const char *bytes,
                       size_t size)
{
    int fd = dial(server);
    say(fd, bytes, size);
    const char *answered = hear(arena, fd);
    (void)close(fd);
    return answered;
}

#define HOST "Host: x\r\n"

static const struct {
    const char *request;
    int status;
    const char *holds;
} requests[] = {
    {"GET /things/a HTTP/1.1\r\n" HOST "\r\n", 200, "a/-"},
    {"GET /things/a%2Fb%20c?as=1%2B1 HTTP/1.1\r\n" HOST "\r\n", 200, "a/b c/1+1"},
    {"GET /things/%C3%BC?as=+x HTTP/1.1\r\n" HOST "\r\n", 200, "\xc3\xbc/ x"},
    {"HEAD /things/a HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 200, "Content-Length: 3"},
    {"PUT /things/a HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", 200, "\r\n5"},
    {"PUT /things/a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
     200, "\r\n3"},
    {"POST /things/a:turn HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 200, "\r\n0"},
    {"POST /things/a HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 405, "Allow: GET, HEAD, PUT"},
    {"DELETE /things/a HTTP/1.1\r\n" HOST "\r\n", 405, "urn:axle:problem:method-not-allowed"},
    {"GET / HTTP/1.1\r\n" HOST "\r\n", 404, "urn:axle:problem:not-found"},
    {"GET /things/ HTTP/1.1\r\n" HOST "\r\n", 404, ""},
    {"GET //things/a HTTP/1.1\r\n" HOST "\r\n", 404, ""},
    {"GET /things/../slow HTTP/1.1\r\n" HOST "\r\n", 404, ""},
    {"GET /things/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a HTTP/1.1\r\n" HOST "\r\n", 404, ""},
    {"GET /things/a?unknown=1 HTTP/1.1\r\n" HOST "\r\n", 400, "\"parameter\":\"unknown\""},
    {"GET /things/a?as=1&as=2 HTTP/1.1\r\n" HOST "\r\n", 400, "twice"},
    {"GET /things/a?as=%zz HTTP/1.1\r\n" HOST "\r\n", 400, "percent"},
    {"GET /things/a?as=% HTTP/1.1\r\n" HOST "\r\n", 400, "percent"},
    {"GET /things/a?as=%00 HTTP/1.1\r\n" HOST "\r\n", 400, "percent"},
    {"GET /things/a?as=%ff HTTP/1.1\r\n" HOST "\r\n", 400, "percent"},
    {"GET /things/%c0%80 HTTP/1.1\r\n" HOST "\r\n", 400, "percent"},
    {"GET things HTTP/1.1\r\n" HOST "\r\n", 400, ""},
    {"GET http://x/things/a HTTP/1.1\r\n" HOST "\r\n", 400, ""},
    {"GET /things/a HTTP/1.1\r\n" HOST "Accept: application/xml\r\n\r\n", 406, "application/json"},
    {"GET /things/a HTTP/1.1\r\n" HOST "Accept: application/json;q=0\r\n\r\n", 406, ""},
    {"GET /things/a HTTP/1.1\r\n" HOST "Accept: text/html, application/*;q=0.1\r\n\r\n", 200, ""},
    {"GET /things/a HTTP/1.1\r\n" HOST "Accept: text/html, */*;q=0.8\r\n\r\n", 200, ""},
    {"PUT /things/a HTTP/1.1\r\n" HOST "Content-Length: 99999999\r\n\r\n", 413, "too-large"},
    {"PUT /things/a HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0\r\n\r\n",
     400, ""},
    {"PUT /things/a HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400,
     ""},
    {"PUT /things/a HTTP/1.1\r\n" HOST "Content-Length: -5\r\n\r\nhello", 400, ""},
    {"PUT /things/a HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999999\r\n\r\n", 0, ""},
    {"PUT /things/a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, ""},
    {"GET /things/a HTTP/1.1\r\n" HOST "X-Y: \xff\xfe\r\n\r\n", 400, ""},
    {"GET /things/a HTTP/1.1\r\n\r\n", 400, ""},
    {"GET\r\n\r\n", 0, ""},
    {"\r\n\r\n\r\n\r\n", 0, ""},
    {"\x16\x03\x01\x02", 0, ""},
};

/* 0 in the table: any refusal will do, also hanging up. */
static void test_requests(void **state)
{
    (void)state;
    ARENA(process);
    struct http_settings settings = http_usual;
    settings.idle_seconds = 1; /* what never becomes a request is hung up on */
    const struct http_server *server = start(process, &settings);
    for (size_t i = 0; i < COUNT_OF(requests); i++) {
        ARENA(work);
        int fd = dial(server);
        say(fd, requests[i].request, strlen(requests[i].request));
        if (!requests[i].status)
            (void)shutdown(fd, SHUT_WR);
        const char *answered = hear(work, fd);
        (void)close(fd);
        if (requests[i].status ? status_of(answered) != requests[i].status
                               : status_of(answered) >= 500 || status_of(answered) == 200)
            fail_msg("%s\nanswered:\n%s", requests[i].request, answered);
        if (!strstr(answered, requests[i].holds))
            fail_msg("%s\nhas no '%s':\n%s", requests[i].request, requests[i].holds, answered);
    }
}

/* What is not text: NULs, bare line feeds, heads that do not end. */
static void test_torture(void **state)
{
    (void)state;
    ARENA(process);
    ARENA(work);
    const struct http_server *server = start(process, NULL);
    static const char nul[] = "GET /things/a\0b HTTP/1.1\r\nHost: x\r\n\r\n";
    static const char nul_header[] = "GET /things/a HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n";
    static const char bare[] = "GET /things/a HTTP/1.1\nHost: x\n\n";
    const struct slice hostile[] = {
        {nul, sizeof(nul) - 1}, {nul_header, sizeof(nul_header) - 1}, {bare, sizeof(bare) - 1}};
    for (size_t i = 0; i < COUNT_OF(hostile); i++) {
        int fd = dial(server);
        say(fd, hostile[i].bytes, hostile[i].size);
        (void)shutdown(fd, SHUT_WR);
        int status = status_of(hear(work, fd));
        assert_true(status < 500);
        (void)close(fd);
    }
    size_t size = (size_t)1024 * 1024;
    char *much = arena_alloc(work, size + 1);
    memset(much, 'a', size);
    static const char *const heads[] = {"GET /things/%s HTTP/1.1\r\nHost: x\r\n\r\n",
                                        "GET /things/a?as=%s HTTP/1.1\r\nHost: x\r\n\r\n",
                                        "GET /things/a HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n"};
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        struct buffer request = {.arena = work};
        const char *at = strstr(heads[i], "%s");
        buffer_add(&request, heads[i], (size_t)(at - heads[i]));
        buffer_add(&request, much, size);
        buffer_text(&request, at + 2);
        int status = status_of(ask(work, server, request.data, request.length));
        assert_true(status == 0 || (status >= 400 && status < 500));
    }
    static const char ok[] = "GET /things/a HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_int_equal(status_of(ask(work, server, ok, sizeof(ok) - 1)), 200);
}

/* To answer in the wrong call of libmicrohttpd closes the connection: six times fewer requests. */
static void test_connections_are_kept(void **state)
{
    (void)state;
    ARENA(process);
    ARENA(work);
    struct http_server *server = start(process, NULL);
    static const char *const kept[] = {
        "GET /things/a HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "PUT /things/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab",
        "GET /things/a?as=%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    };
    int fd = dial(server);
    for (size_t i = 0; i < 50; i++) {
        say(fd, kept[i % COUNT_OF(kept)], strlen(kept[i % COUNT_OF(kept)]));
        assert_int_not_equal(status_of(hear(work, fd)), 0);
    }
    (void)close(fd);
    struct buffer metrics = {.arena = work};
    http_metrics(server, &metrics);
    assert_non_null(strstr(buffer_string(&metrics), "\naxle_http_connections_opened 1\n"));
    assert_non_null(strstr(buffer_string(&metrics),
                           "{route=\"/things/{id}\",method=\"PUT\",status=\"200\"} 12\n"));
}

static void test_a_body_in_chunks_is_bounded(void **state)
{
    (void)state;
    ARENA(process);
    ARENA(work);
    const struct http_server *server = start(process, NULL);
    struct buffer request = {.arena = work};
    buffer_text(&request,
                "PUT /things/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    char *chunk = arena_alloc(work, 65537);
    memset(chunk, 'a', 65536);
    for (int i = 0; i < 20; i++)
        buffer_printf(&request, "10000\r\n%s\r\n", chunk);
    buffer_text(&request, "0\r\n\r\n");
    assert_int_equal(status_of(ask(work, server, request.data, request.length)), 413);
}

/* Two workers busy, two requests waiting: the next is told to come back, and health still answers. */
static void test_a_full_queue_says_so(void **state)
{
    (void)state;
    ARENA(process);
    ARENA(work);
    struct http_settings settings = http_usual;
    settings.workers = 2;
    settings.queue = 2;
    const struct http_server *server = start(process, &settings);
    static const char slow[] = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
    static const char up[] = "GET /up HTTP/1.1\r\nHost: x\r\n\r\n";
    int fds[4];
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        fds[i] = dial(server);
        say(fds[i], slow, sizeof(slow) - 1);
        while (i < 2 && atomic_load(&held) <= (int)i)
            sleep_ms(2);
    }
    sleep_ms(50);
    const char *refused = ask(work, server, slow, sizeof(slow) - 1);
    assert_int_equal(status_of(refused), 503);
    assert_non_null(strstr(refused, "Retry-After: 1"));
    atomic_store(&release, true);
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        assert_int_equal(status_of(hear(work, fds[i])), 200);
        (void)close(fds[i]);
    }
    assert_int_equal(status_of(ask(work, server, up, sizeof(up) - 1)), 200);
}

/* More clients than there is room for never end their heads or bodies: others are served. */
static void test_slow_clients_shut_nobody_out(void **state)
{
    (void)state;
    ARENA(process);
    ARENA(work);
    struct http_settings settings = http_usual;
    settings.connections = 16;
    const struct http_server *server = start(process, &settings);
    static const char good[] = "GET /things/a HTTP/1.1\r\nHost: x\r\n\r\n",
                      head[] = "GET /up HTTP/1.1\r\nX: ";
    static const char body[] = "PUT /things/a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1";
    int slow[60];
    for (size_t i = 0; i < COUNT_OF(slow); i++) {
        slow[i] = dial(server);
        say(slow[i], i % 2 ? head : body, i % 2 ? sizeof(head) - 1 : sizeof(body) - 1);
        if (i % 10 == 9)
            assert_int_equal(status_of(ask(work, server, good, sizeof(good) - 1)), 200);
    }
    for (size_t i = 0; i < 20; i++)
        assert_string_equal(hear(work, slow[i]), "");
    for (size_t i = 0; i < COUNT_OF(slow); i++)
        (void)close(slow[i]);
}

/* Requests under way are answered when the server stops. */
static void test_stopping_drains(void **state)
{
    (void)state;
    ARENA(work);
    int fd;
    {
        ARENA(process);
        const struct http_server *server = start(process, NULL);
        static const char slow[] = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
        fd = dial(server);
        say(fd, slow, sizeof(slow) - 1);
        while (!atomic_load(&held))
            sleep_ms(2);
        atomic_store(&release, true);
    }
    assert_int_equal(status_of(hear(work, fd)), 200);
    (void)close(fd);
}

/* However many bodies come at once, what they may take is bounded; what was sent on top hears so. */
static void test_bodies_together(void **state)
{
    (void)state;
    ARENA(process);
    struct http_settings settings = http_usual;
    settings.bodies_most = 6;
    const struct http_server *server = start(process, &settings);
    static const struct {
        const char *body;
        int status;
    } turns[] = {{"hello", 200}, {"hello you", 503}, {"hello", 200}};
    for (size_t i = 0; i < COUNT_OF(turns); i++) {
        ARENA(work);
        const char *request =
            arena_printf(work, "PUT /things/a HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n%s",
                         strlen(turns[i].body), turns[i].body);
        assert_int_equal(status_of(ask(work, server, request, strlen(request))), turns[i].status);
    }
    /* While one is on its way, another has no room. */
    ARENA(work);
    static const char half[] = "PUT /things/a HTTP/1.1\r\n" HOST "Content-Length: 6\r\n\r\nhello";
    static const char other[] = "PUT /things/a HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab";
    int fd = dial(server);
    say(fd, half, strlen(half));
    for (int tries = 0, status = 0; status != 503; tries++) {
        assert_true(tries < 200);
        sleep_ms(10);
        status = status_of(ask(work, server, other, strlen(other)));
    }
    say(fd, "!", 1);
    assert_int_equal(status_of(hear(work, fd)), 200);
    (void)close(fd);
    assert_int_equal(status_of(ask(work, server, other, strlen(other))), 200);
}

/* One worker, and more requests that wait than it could hold: all of them are answered, and others meanwhile. */
static void test_waiting_holds_no_worker(void **state)
{
    (void)state;
    ARENA(process);
    struct http_settings settings = http_usual;
    settings.workers = 1;
    const struct http_server *server = start(process, &settings);
    static const char later[] = "GET /later HTTP/1.1\r\n" HOST "\r\n";
    static const char thing[] = "GET /things/a HTTP/1.1\r\n" HOST "\r\n";
    int fds[20];
    ARENA(work);
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        fds[i] = dial(server);
        say(fds[i], later, strlen(later));
    }
    assert_int_equal(status_of(ask(work, server, thing, strlen(thing))), 200);
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        assert_non_null(strstr(hear(work, fds[i]), "\r\n\r\n4"));
        (void)close(fds[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_torture),
        cmocka_unit_test(test_connections_are_kept),
        cmocka_unit_test(test_a_body_in_chunks_is_bounded),
        cmocka_unit_test(test_a_full_queue_says_so),
        cmocka_unit_test(test_slow_clients_shut_nobody_out),
        cmocka_unit_test(test_stopping_drains),
        cmocka_unit_test(test_bodies_together),
        cmocka_unit_test(test_waiting_holds_no_worker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
