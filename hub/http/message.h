/*
 * Message: an HTTP request as handlers see it, and the answer that they fill in.
 *
 * Everything in a request is checked at the door: paths and parameters are valid UTF-8 without NUL,
 * sizes are within limits.  Both live in the arena of the request.
 */
#pragma once

#include "hub/base/error.h"
#include "hub/base/text.h"

#define PATH_VALUES_MOST 4
#define QUERY_FIELDS_MOST 64

struct field {
    const char *name, *value;
    const struct field *next;
};

struct route;

struct request {
    const char *method;         /* HEAD comes as GET: the server leaves the body out */
    const char *path;           /* as it was sent, without the query */
    const struct field *query;  /* decoded, in their order */
    const struct field *header; /* as they were sent */
    struct slice body;
    const struct route *route;
    const char *values[PATH_VALUES_MOST]; /* what stands for {..} in the route's pattern, decoded */
};

struct response {
    struct arena *arena;
    unsigned status;
    const char *content_type;
    const struct field *header;
    struct slice body;
    /* Not answered yet: the same handler is asked again after so long, with the state that it left; no
     * worker waits meanwhile.  When no more can be kept waiting, what else stands here is the answer. */
    unsigned again_ms;
    void *state;
};

/* A header by its name, whatever its case; NULL if there is none. */
const char *request_header(const struct request *request, const char *name);
/* A query parameter; NULL when it is absent or blank. */
const char *request_parameter(const struct request *request, const char *name);

void response_header(struct response *response, const char *name, const char *value);
/* 200 and the like, with a document. */
void response_json(struct response *response, unsigned status, const char *json);

/*
 * An error as RFC 9457 has it: {"type":"urn:axle:problem:KIND","title",..,"status","detail"}.  The kinds
 * are stable and tell a program what to do; `parameter` names the one at fault, or is NULL.
 */
enum problem {
    PROBLEM_BAD_REQUEST,
    PROBLEM_BAD_PARAMETER,
    PROBLEM_UNAUTHORIZED,
    PROBLEM_FORBIDDEN,
    PROBLEM_NOT_FOUND,
    PROBLEM_METHOD_NOT_ALLOWED,
    PROBLEM_NOT_ACCEPTABLE,
    PROBLEM_CONFLICT,
    PROBLEM_GONE,
    PROBLEM_TOO_LARGE,
    PROBLEM_URI_TOO_LONG,
    PROBLEM_UNSUPPORTED,
    PROBLEM_UNPROCESSABLE,
    PROBLEM_TOO_MANY, /* the caller says Retry-After */
    PROBLEM_INTERNAL,
    PROBLEM_UNAVAILABLE,
};
void response_problem(struct response *response, enum problem problem, const char *parameter,
                      const char *format, ...) PRINTF_LIKE(4, 5);

/* One more member of the object that is the answer's body. */
void response_member(struct response *response, const char *name, const char *json);

/* Cut a target ("/path?a=b&c=d") into path and query.  ERROR_REJECT says which is wrong. */
bool request_target(struct arena *arena, struct request *request, const char *target,
                    struct error *err) MUST_CHECK;
/* Does an Accept header (or NULL) allow this content type? */
bool accept_allows(struct arena *arena, const char *accept, const char *content_type);
