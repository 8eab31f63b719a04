/*
 * Api: the REST face of the hub.
 *
 * What can be asked is the table in routes.c.  A handler gets a struct call, with a database
 * connection and the principal who asks, and fills in call->response; or it fails, and the kind of its
 * error becomes the status.
 */
#pragma once

#include "hub/api/push_limit.h"
#include "hub/api/token.h"
#include "hub/http/server.h"
#include "hub/store/inbox.h"
#include "hub/store/models.h"
#include "hub/store/sources.h"

struct api {
    const char *dsn;
    const char *schemas; /* the directory of what is shipped, for the dictionary */
    struct token_cache *tokens;
    const char *token; /* the instance's own, with all scopes; NULL: none */
    const char *site;  /* the directory that the files of secrets are named from */
    struct push_limits *limits;
    size_t inbox_most; /* deliveries that may wait for the workers; then nobody may push */
};

struct worker; /* of one thread: its connection, and what it remembers */

struct call {
    struct arena *work;
    const struct api *api;
    struct worker *worker;
    const struct dictionary *dictionary; /* that the hub works with; NULL where db is */
    const struct model *model;           /* likewise */
    struct db *db;                       /* NULL in routes without a token: those ask call_db() */
    const struct request *request;
    struct response *response;
    struct principal principal;
    bool wrote; /* perhaps, so that asking the database once more would not be the same */
};

extern const struct routes api_routes;

/* The application for http_start(); `api` must outlive it. */
struct http_app api_app(struct api *api);
/* The same by hand, for tests: server may be NULL. */
struct worker *api_begin(struct arena *thread, struct http_server *server, const struct api *api);
void api_answer(struct worker *worker, const struct request *request, struct response *response);

/* The connection of this worker, made when there is none; NULL with RETRY when that fails. */
struct db *call_db(struct call *call, struct error *err);
/*
 * Does the token (NULL: that of the Authorization header) have the scope (NULL: any)?  False with err->kind ERROR_NONE
 * when whoever asks has been told that it does not.  For routes that name no scope of their own.
 */
bool call_admit(struct call *call, const char *token, const char *scope,
                struct error *err) MUST_CHECK;
/* The sources with their live mappings, a second old at most, of this thread alone; call->db is made. */
const struct sources *call_sources(struct call *call, struct error *err);
/* A name for what this thread alone writes to. */
unsigned call_thread(const struct call *call);
/* Does so much wait for the workers that nobody may push?  Asks once a second. */
bool call_inbox_full(struct call *call, bool *full, struct error *err) MUST_CHECK;
/* NULL outside of a server. */
struct http_server *call_server(const struct call *call);
/* The regions that the live mappings name, at most some seconds old; ends with NULL. */
const char *const *call_regions(struct call *call, struct error *err);
/* May the principal see this element?  Unknown ones are not shown. */
bool call_may_see(const struct call *call, const struct element *element);
/* A parameter is wrong: 400 that names it.  Returns true: the call is answered. */
bool call_bad_parameter(struct call *call, const char *parameter, const char *format, ...)
    PRINTF_LIKE(3, 4);
