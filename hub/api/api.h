/*
 * Api: the REST face of the hub.
 *
 * What can be asked is the table in routes.c.  A handler gets a struct call, with a database
 * connection and the principal who asks, and fills in call->response; or it fails, and the kind of its
 * error becomes the status.
 */
#pragma once

#include "hub/api/token.h"
#include "hub/http/server.h"
#include "hub/match/match.h"
#include "hub/store/applied.h"

struct api {
    const char *dsn;
    const char *schemas; /* the directory of what is shipped, for the dictionary */
    const struct model *model;
    struct token_cache *tokens;
    const char *token; /* the instance's own, with all scopes; NULL: none */
};

struct worker; /* of one thread: its connection, and what it remembers */

struct call {
    struct arena *work;
    const struct api *api;
    struct worker *worker;
    const struct dictionary *dictionary; /* that the hub works with; NULL where db is */
    struct db *db;                       /* NULL in routes without a token: those ask call_db() */
    const struct request *request;
    struct response *response;
    struct principal principal;
};

extern const struct routes api_routes;

/* The application for http_start(); `api` must outlive it. */
struct http_app api_app(struct api *api);
/* The same by hand, for tests: server may be NULL. */
struct worker *api_begin(struct arena *thread, struct http_server *server, const struct api *api);
void api_answer(struct worker *worker, const struct request *request, struct response *response);

/* The connection of this worker, made when there is none; NULL with RETRY when that fails. */
struct db *call_db(struct call *call, struct error *err);
/* NULL outside of a server. */
struct http_server *call_server(const struct call *call);
/* The regions that the live mappings name, at most some seconds old; ends with NULL. */
const char *const *call_regions(struct call *call, struct error *err);
/* May the principal see this element?  Unknown ones are not shown. */
bool call_may_see(const struct call *call, const struct element *element);
/* A parameter is wrong: 400 that names it.  Returns true: the call is answered. */
bool call_bad_parameter(struct call *call, const char *parameter, const char *format, ...)
    PRINTF_LIKE(3, 4);
