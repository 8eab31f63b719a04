/*
 * Server: HTTP/1.1 on libmicrohttpd: one thread for all connections, and a few workers that answer.
 *
 * The connection thread reads requests, checks and routes them, and sets them aside; a worker fills in
 * the response; the connection thread sends it.  What it cannot take it refuses at once: a full queue
 * is 503 with Retry-After, a body over the limit 413.
 */
#pragma once

#include <stdint.h>

#include "hub/http/route.h"

struct http_server;

struct http_app {
    struct routes routes;
    void *context;
    /* Once in each worker thread. */
    void *(*begin)(struct arena *thread, struct http_server *server, void *context);
    /* Fill in the response to a request that has a route.  worker is NULL for routes `at_once`. */
    void (*answer)(void *worker, const struct request *request, struct response *response);
};

struct http_settings {
    const char *host;
    uint16_t port; /* 0: any that is free */
    unsigned workers;
    unsigned connections;  /* when most are taken, each new one costs the slowest client its own */
    unsigned idle_seconds; /* a connection that says nothing for so long is closed */
    size_t queue;          /* requests that may wait for a worker */
    size_t body_most;      /* bytes */
    size_t bodies_most; /* of all bodies together that are here now; what comes on top is refused */
    unsigned patience_ms; /* a request that waited longer is refused instead of answered */
    unsigned grace_ms;    /* when stopping: how long requests under way may take */
};
extern const struct http_settings http_usual; /* all but host and port */

/* Listen and serve until the arena is freed; requests under way are then answered first. */
struct http_server *http_start(struct arena *arena, const struct http_settings *settings,
                               const struct http_app *app, struct error *err);
uint16_t http_port(const struct http_server *server);
void http_metrics(struct http_server *server, struct buffer *out);
