#include "hub/http/message.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>

#include "hub/base/json.h"
#include "hub/base/url.h"

const char *request_header(const struct request *request, const char *name)
{
    for (const struct field *field = request->header; field; field = field->next)
        if (text_same(field->name, name))
            return field->value;
    return NULL;
}

const char *request_parameter(const struct request *request, const char *name)
{
    for (const struct field *field = request->query; field; field = field->next)
        if (text_equal(field->name, name))
            return text_is_blank(field->value) ? NULL : field->value;
    return NULL;
}

void response_header(struct response *response, const char *name, const char *value)
{
    struct field *field = NEW(response->arena, struct field);
    *field = (struct field){.name = name, .value = value, .next = response->header};
    response->header = field;
}

void response_json(struct response *response, unsigned status, const char *json)
{
    response->status = status;
    response->content_type = "application/json";
    response->body = (struct slice){json, strlen(json)};
}

static const struct {
    unsigned status;
    const char *kind, *title;
} problems[] = {
    [PROBLEM_BAD_REQUEST] = {400, "bad-request", "The request is malformed"},
    [PROBLEM_BAD_PARAMETER] = {400, "bad-parameter", "A parameter is wrong"},
    [PROBLEM_UNAUTHORIZED] = {401, "unauthorized", "A valid token is needed"},
    [PROBLEM_FORBIDDEN] = {403, "forbidden", "The token does not allow this"},
    [PROBLEM_NOT_FOUND] = {404, "not-found", "There is no such thing"},
    [PROBLEM_METHOD_NOT_ALLOWED] = {405, "method-not-allowed", "The method is not allowed here"},
    [PROBLEM_NOT_ACCEPTABLE] = {406, "not-acceptable", "No representation that is accepted"},
    [PROBLEM_CONFLICT] = {409, "conflict", "Somebody else changed it first"},
    [PROBLEM_GONE] = {410, "gone", "It was here and is gone for good"},
    [PROBLEM_TOO_LARGE] = {413, "too-large", "The request is too large"},
    [PROBLEM_UNSUPPORTED] = {415, "unsupported", "No content type that is taken here"},
    [PROBLEM_UNPROCESSABLE] = {422, "unprocessable", "The content cannot be used"},
    [PROBLEM_TOO_MANY] = {429, "too-many", "Too much at once"},
    [PROBLEM_URI_TOO_LONG] = {414, "uri-too-long", "The URI is too long"},
    [PROBLEM_INTERNAL] = {500, "internal", "Something went wrong here"},
    [PROBLEM_UNAVAILABLE] = {503, "unavailable", "Not available right now"},
};

void response_problem(struct response *response, enum problem problem, const char *parameter,
                      const char *format, ...)
{
    char detail[600];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    size_t bad;
    if (!text_check(detail, strlen(detail), &bad))
        detail[bad] = '\0'; /* cut within a character */

    struct json_writer json = {.out = {.arena = response->arena}};
    json_open(&json, '{');
    json_member(&json, "type",
                arena_printf(response->arena, "urn:axle:problem:%s", problems[problem].kind));
    json_member(&json, "title", problems[problem].title);
    json_member_int(&json, "status", problems[problem].status);
    json_member(&json, "detail", detail);
    json_member(&json, "parameter", parameter);
    json_close(&json, '}');
    response_json(response, problems[problem].status, buffer_string(&json.out));
    response->content_type = "application/problem+json";
    if (problem == PROBLEM_UNAVAILABLE)
        response_header(response, "Retry-After", "1");
    if (problem == PROBLEM_UNAUTHORIZED)
        response_header(response, "WWW-Authenticate", "Bearer realm=\"axle\"");
}

void response_member(struct response *response, const char *name, const char *json)
{
    struct slice *body = &response->body;
    assert(body->size > 2 && body->bytes[body->size - 1] == '}');
    body->bytes = arena_printf(response->arena, "%.*s,\"%s\":%s}", (int)body->size - 1, body->bytes,
                               name, json);
    body->size = strlen(body->bytes);
}

/* One "name=value"; NULL with err filled in when it cannot be decoded. */
static struct field *read_pair(struct arena *arena, const char *pair, struct error *err)
{
    size_t size = strlen(pair), name = strcspn(pair, "=");
    struct field *field = NEW(arena, struct field);
    field->name = percent_decode(arena, pair, name, true);
    if (!field->name) {
        (void)error_set(err, ERROR_REJECT, "the name of a parameter is not percent-encoded UTF-8");
        return NULL;
    }
    size_t value = name < size ? name + 1 : size;
    field->value = percent_decode(arena, pair + value, size - value, true);
    if (!field->value) {
        (void)error_set(err, ERROR_REJECT, "the value of '%.100s' is not percent-encoded UTF-8",
                        field->name);
        return NULL;
    }
    return field;
}

static bool read_query(struct arena *arena, struct request *request, const char *query,
                       struct error *err)
{
    size_t count, taken = 0;
    const char **pairs = text_split(arena, query, '&', &count);
    const struct field **last = &request->query;
    for (size_t i = 0; i < count; i++) {
        if (!*pairs[i])
            continue;
        if (++taken > QUERY_FIELDS_MOST)
            return error_set(err, ERROR_REJECT, "more than %d parameters", QUERY_FIELDS_MOST);
        struct field *field = read_pair(arena, pairs[i], err);
        if (!field)
            return false;
        for (const struct field *other = request->query; other; other = other->next)
            if (text_equal(other->name, field->name))
                return error_set(err, ERROR_REJECT, "'%.100s' is given twice", field->name);
        *last = field;
        last = &field->next;
    }
    return true;
}

bool request_target(struct arena *arena, struct request *request, const char *target,
                    struct error *err)
{
    size_t path = strcspn(target, "?");
    if (*target != '/')
        return error_set(err, ERROR_REJECT, "the path does not begin with '/'");
    for (const char *c = target; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f || *c == '#')
            return error_set(err, ERROR_REJECT, "the target holds characters that none may hold");
    request->path = arena_strndup(arena, target, path);
    return !target[path] || read_query(arena, request, target + path + 1, err);
}

/* Is the weight of a media range, among its parameters, other than 0? */
static bool has_weight(const char *range)
{
    for (const char *at = range; (at = strchr(at, ';'));) {
        at += 1 + strspn(at + 1, " \t");
        if ((*at == 'q' || *at == 'Q') && at[1] == '=')
            return at[2 + strspn(at + 2, "0.")] >= '1' && at[2 + strspn(at + 2, "0.")] <= '9';
    }
    return true;
}

bool accept_allows(struct arena *arena, const char *accept, const char *content_type)
{
    size_t count, best = 0, main_type = strcspn(content_type, "/") + 1;
    bool allowed = false;
    if (!accept || text_is_blank(accept))
        return true;
    /* The most particular range that fits decides. */
    const char **ranges = text_split(arena, accept, ',', &count);
    for (size_t i = 0; i < count; i++) {
        const char *range = ranges[i] + strspn(ranges[i], " \t");
        const char *name = arena_strndup(arena, range, strcspn(range, "; \t"));
        size_t fits = 0;
        if (text_same(name, content_type))
            fits = 3;
        else if (text_ends(name, "/*") && strlen(name) == main_type + 1 &&
                 strncasecmp(name, content_type, main_type) == 0)
            fits = 2;
        else if (text_equal(name, "*/*"))
            fits = 1;
        if (fits > best) {
            best = fits;
            allowed = has_weight(range);
        }
    }
    return allowed;
}
