/*
 * Route: the table that says which request is answered by whom.
 *
 *     {"GET", "/v1/customers/{id}", .scope = "read", .handler = get_customer, ...}
 *
 * A segment "{name}" takes one segment of the path, whatever it holds, decoded only after the path was
 * cut: an encoded slash stays part of the value.
 */
#pragma once

#include "hub/http/message.h"

struct call; /* what the application hands to its handlers */

struct route {
    const char *method, *pattern;
    const char *scope;      /* that a token must have; NULL: no token needed */
    const char *parameters; /* those that the query may hold, with blanks between; NULL: none */
    const char *produces;   /* NULL: application/json */
    const char *summary;
    /* Needs no worker: is answered at once, whatever the load. */
    bool at_once;
    /* False with err filled in: its kind becomes the status. */
    bool (*handler)(struct call *call, struct error *err);
};

struct routes {
    const struct route *list;
    size_t count;
};

/* Find the route of a request.  False when the response is filled in: 404, 405 with Allow, or a path
 * that is not percent-encoded UTF-8. */
bool route_find(const struct routes *routes, struct request *request,
                struct response *response) MUST_CHECK;
/*
 * Does the route give what is accepted, and know the parameters?  The application asks this once it
 * knows who asks.  False when the response is filled in: 406, 400.
 */
bool route_check(const struct request *request, struct response *response) MUST_CHECK;
