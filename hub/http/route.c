#include "hub/http/route.h"

#include "hub/base/url.h"

/* "{id}" takes the whole segment, "{id}:merge" what stands before ":merge". */
static bool match_segment(struct arena *arena, const char *pattern, const char *segment,
                          const char **values, size_t *count)
{
    if (*pattern != '{')
        return text_equal(pattern, segment);
    const char *tail = strchr(pattern, '}') + 1;
    size_t size = strlen(segment), left = strlen(tail);
    if (size <= left || !text_equal(segment + size - left, tail) || *count >= PATH_VALUES_MOST)
        return false;
    values[*count] = arena_strndup(arena, segment, size - left);
    ++*count;
    return true;
}

/* The values come as they were sent. */
static bool match_pattern(struct arena *arena, const char *pattern, const char *path,
                          const char **values, size_t *count)
{
    size_t wanted, given;
    const char **pieces = text_split(arena, pattern, '/', &wanted);
    const char **segments = text_split(arena, path, '/', &given);
    *count = 0;
    if (wanted != given)
        return false;
    for (size_t i = 0; i < wanted; i++)
        if (!match_segment(arena, pieces[i], segments[i], values, count))
            return false;
    return true;
}

static bool has_word(const char *words, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = words; size && at && (at = strstr(at, word)); at += size)
        if ((at == words || at[-1] == ' ') && (at[size] == ' ' || !at[size]))
            return true;
    return false;
}

bool route_check(const struct request *request, struct response *response)
{
    const struct route *route = request->route;
    const char *produces = route->produces ? route->produces : "application/json";
    if (!accept_allows(response->arena, request_header(request, "Accept"), produces)) {
        response_problem(response, PROBLEM_NOT_ACCEPTABLE, NULL, "this is given as %s", produces);
        return false;
    }
    for (const struct field *field = request->query; field; field = field->next) {
        if (!has_word(route->parameters, field->name)) {
            response_problem(response, PROBLEM_BAD_PARAMETER, field->name,
                             "there is no parameter '%s' here; known: %s", field->name,
                             route->parameters ? route->parameters : "none");
            return false;
        }
    }
    return true;
}

static bool decode_values(struct request *request, struct response *response, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = request->values[i];
        request->values[i] = percent_decode(response->arena, value, strlen(value), false);
        if (!request->values[i]) {
            response_problem(response, PROBLEM_BAD_REQUEST, NULL,
                             "the path is not percent-encoded UTF-8");
            return false;
        }
    }
    return true;
}

/* No row has both the path and the method. */
static void refuse(struct response *response, const char *allow)
{
    if (!*allow) {
        response_problem(response, PROBLEM_NOT_FOUND, NULL, "there is no such path");
        return;
    }
    response_problem(response, PROBLEM_METHOD_NOT_ALLOWED, NULL, "allowed here: %s", allow);
    response_header(response, "Allow", allow);
}

bool route_find(const struct routes *routes, struct request *request, struct response *response)
{
    struct buffer allow = {.arena = response->arena};
    /* Every path of ours is shallow: what is deep is not worth cutting. */
    if (strlen(request->path) > 4096) {
        response_problem(response, PROBLEM_URI_TOO_LONG, NULL,
                         "the path is longer than 4096 bytes");
        return false;
    }
    for (size_t i = 0; i < routes->count; i++) {
        const struct route *route = &routes->list[i];
        size_t count;
        if (!match_pattern(response->arena, route->pattern, request->path, request->values, &count))
            continue;
        if (text_equal(route->method, request->method)) {
            request->route = route;
            return decode_values(request, response, count);
        }
        if (!strstr(buffer_string(&allow), route->method))
            buffer_printf(&allow, "%s%s%s", allow.length ? ", " : "", route->method,
                          text_equal(route->method, "GET") ? ", HEAD" : "");
    }
    refuse(response, buffer_string(&allow));
    return false;
}
