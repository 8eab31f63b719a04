#include "connectors/http/paging.h"

#include <curl/curl.h>
#include <inttypes.h>

#include "hub/base/json.h"
#include "hub/base/url.h"

#define TEXT_MOST 65536 /* bytes of a link or cursor */

/* ---- the Link header */

static const char *skip(const char *at, const char *blanks)
{
    return at + strspn(at, blanks);
}

/* A parameter's value, quoted or not. */
static const char *read_value(struct arena *arena, const char **at)
{
    struct buffer value = {.arena = arena};
    if (**at != '"') {
        size_t length = strcspn(*at, "; ,\t");
        const char *token = arena_strndup(arena, *at, length);
        *at += length;
        return token;
    }
    for (++*at; **at && **at != '"'; ++*at) {
        if (**at == '\\' && (*at)[1])
            ++*at;
        buffer_char(&value, **at);
    }
    *at += **at == '"';
    return buffer_string(&value);
}

static bool has_word(struct arena *arena, const char *words, const char *word)
{
    size_t count;
    const char **list = text_split(arena, words, ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (text_same(list[i], word))
            return true;
    return false;
}

/* The parameters behind a target: do they say that it is the page behind this one? */
static bool is_next(struct arena *arena, const char **at)
{
    bool said = false, next = false, elsewhere = false;
    for (*at = skip(*at, " \t"); **at == ';'; *at = skip(*at, " \t")) {
        *at = skip(*at, "; \t");
        size_t length = strcspn(*at, "=;, \t");
        const char *name = arena_strndup(arena, *at, length), *value = "";
        *at = skip(*at + length, " \t");
        if (**at == '=') {
            *at = skip(*at + 1, " \t");
            value = read_value(arena, at);
        }
        elsewhere |= text_same(name, "anchor");
        if (!text_same(name, "rel") || said)
            continue;
        said = true;
        next = has_word(arena, value, "next");
    }
    return next && !elsewhere;
}

const char *link_next(struct arena *arena, const char *header)
{
    for (const char *at = skip(header, " \t,"); *at; at = skip(at, " \t,")) {
        size_t length = strcspn(at, ">");
        if (*at != '<' || at[length] != '>') {
            at += strcspn(at + 1, ",") + 1;
            continue;
        }
        const char *target = text_trim(arena, arena_strndup(arena, at + 1, length - 1));
        at += length + 1;
        if (is_next(arena, &at))
            return target;
        at += strcspn(at, ",");
    }
    return NULL;
}

/* ---- addresses */

static void close_url(void *url)
{
    curl_url_cleanup(url);
}

static CURLU *read_url(struct arena *arena, const char *text)
{
    CURLU *url = curl_url();
    if (!url)
        abort(); /* out of memory */
    arena_defer(arena, close_url, url);
    return curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK ? url : NULL;
}

/* A part of it; "" when it has none. */
static const char *part(struct arena *arena, CURLU *url, CURLUPart which, unsigned flags)
{
    char *text = NULL;
    if (curl_url_get(url, which, &text, flags) != CURLUE_OK)
        return "";
    const char *copy = arena_strdup(arena, text);
    curl_free(text);
    return copy;
}

static const char *origin(struct arena *arena, CURLU *url)
{
    const char *text = arena_printf(arena, "%s://%s:%s", part(arena, url, CURLUPART_SCHEME, 0),
                                    part(arena, url, CURLUPART_HOST, 0),
                                    part(arena, url, CURLUPART_PORT, CURLU_DEFAULT_PORT));
    return text_lower_ascii(arena, text);
}

const char *url_follow(struct arena *arena, const char *base, const char *link, struct error *err)
{
    CURLU *from = read_url(arena, base), *to = read_url(arena, base);
    if (!from || !to || curl_url_set(to, CURLUPART_URL, link, CURLU_URLENCODE) != CURLUE_OK) {
        (void)error_set(err, ERROR_FATAL, "the server leads to what is no address");
        return NULL;
    }
    if (!text_equal(origin(arena, from), origin(arena, to)) ||
        *part(arena, to, CURLUPART_USER, 0)) {
        (void)error_set(err, ERROR_FATAL,
                        "the server leads elsewhere, to '%s', which is not followed",
                        text_repair(arena, origin(arena, to), strlen(origin(arena, to))));
        return NULL;
    }
    (void)curl_url_set(to, CURLUPART_FRAGMENT, NULL, 0);
    return part(arena, to, CURLUPART_URL, 0);
}

static void add_encoded(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        bool plain = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
                     (*text >= '0' && *text <= '9') || strchr("-._~", *text);
        if (plain)
            buffer_char(out, *text);
        else
            buffer_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

/* Is "name=value" of a query one of that name? */
static bool is_named(struct arena *arena, const char *pair, const char *name)
{
    const char *own = percent_decode(arena, pair, strcspn(pair, "="), true);
    return own && text_equal(own, name);
}

const char *url_with(struct arena *arena, const char *url, const char *name, const char *value)
{
    size_t count, whole = strcspn(url, "#"), path = strcspn(url, "?#");
    struct buffer out = {.arena = arena};
    if (!name || !value)
        return url;
    buffer_add(&out, url, path);
    struct slice query = url_query(url);
    const char **pairs = text_split(
        arena, query.size ? arena_strndup(arena, query.bytes, query.size) : "", '&', &count);
    char mark = '?';
    for (size_t i = 0; i < count; i++) {
        if (!*pairs[i] || is_named(arena, pairs[i], name))
            continue;
        buffer_char(&out, mark);
        buffer_text(&out, pairs[i]);
        mark = '&';
    }
    buffer_char(&out, mark);
    add_encoded(&out, name);
    buffer_char(&out, '=');
    add_encoded(&out, value);
    buffer_text(&out, url + whole);
    return buffer_string(&out);
}

const char *url_parameter(struct arena *arena, const char *url, const char *name)
{
    struct url_pair pair;
    struct slice query = url_query(url);
    while (url_next(arena, &query, &pair))
        if (text_equal(pair.name, name))
            return pair.value;
    return NULL;
}

/* ---- the page itself */

struct scan {
    const char *at, *end;
};

static char peek(struct scan *scan)
{
    while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) && *scan->at)
        scan->at++;
    if (scan->at == scan->end)
        return '\0';
    return *scan->at;
}

static void skip_string(struct scan *scan)
{
    for (scan->at++; scan->at < scan->end && *scan->at != '"'; scan->at++)
        if (*scan->at == '\\' && scan->at + 1 < scan->end)
            scan->at++;
    scan->at += scan->at < scan->end;
}

/* Behind the value at hand: at the comma or bracket that ends it. */
static void skip_value(struct scan *scan)
{
    size_t depth = 0;
    while (scan->at < scan->end) {
        char c = *scan->at;
        if (c == '"') {
            skip_string(scan);
            continue;
        }
        if (!depth && (c == ',' || c == ']' || c == '}'))
            return;
        depth += c == '[' || c == '{';
        depth -= c == ']' || c == '}';
        scan->at++;
    }
}

/* The name at hand and the colon behind it: is it the one that is looked for? */
static bool read_name(struct scan *scan, const char *name, bool *wanted)
{
    ARENA(scratch);
    struct json_fault fault;
    if (peek(scan) != '"')
        return false;
    const char *from = scan->at;
    skip_string(scan);
    const struct json *text = json_parse(scratch, from, (size_t)(scan->at - from), &fault);
    *wanted = text && text->text && text_equal(text->text, name);
    if (peek(scan) != ':')
        return false;
    scan->at++;
    return true;
}

/* The member or item at hand, its name passed over: is it the one?  False when nothing can be read there. */
static bool read_member(struct scan *scan, char open, const char *name, int64_t index, bool *wanted)
{
    ARENA(scratch);
    char c = peek(scan);
    if (!c || c == ']' || c == '}')
        return false;
    if (open == '{')
        return read_name(scan, name, wanted);
    *wanted = text_equal(name, arena_printf(scratch, "%" PRId64, index));
    return true;
}

/* To the member or item of that name, in what opens at hand. */
static bool step_into(struct scan *scan, const char *name)
{
    char open = peek(scan);
    int64_t index = 0;
    if (open != '{' && open != '[')
        return false;
    do {
        bool wanted = false;
        scan->at++;
        if (!read_member(scan, open, name, index++, &wanted))
            return false;
        if (wanted)
            return true;
        skip_value(scan);
    } while (scan->at < scan->end && *scan->at == ',');
    return false;
}

static const char *next_token(struct arena *arena, const char **pointer)
{
    struct buffer token = {.arena = arena};
    const char *c = *pointer + 1;
    for (; *c && *c != '/'; c++) {
        bool escaped = *c == '~' && (c[1] == '0' || c[1] == '1');
        c += escaped;
        if (escaped)
            buffer_text(&token, *c == '0' ? "~" : "/");
        else
            buffer_char(&token, *c);
    }
    *pointer = c;
    return buffer_string(&token);
}

bool page_find(struct slice page, const char *pointer, struct slice *value)
{
    ARENA(scratch);
    struct scan scan = {page.bytes, page.bytes + page.size};
    if (page.size >= 3 && memcmp(page.bytes, "\xef\xbb\xbf", 3) == 0)
        scan.at += 3;
    while (*pointer) {
        if (*pointer != '/' || !step_into(&scan, next_token(scratch, &pointer)))
            return false;
    }
    (void)peek(&scan);
    const char *from = scan.at;
    skip_value(&scan);
    while (scan.at > from && strchr(" \t\r\n", scan.at[-1]) && scan.at[-1])
        scan.at--;
    *value = (struct slice){from, (size_t)(scan.at - from)};
    return value->size;
}

bool page_text(struct arena *arena, struct slice page, const char *pointer, const char **text,
               struct error *err)
{
    struct slice value;
    struct json_fault fault;
    *text = NULL;
    if (!page_find(page, pointer, &value))
        return true;
    const struct json *json =
        value.size <= TEXT_MOST ? json_parse(arena, value.bytes, value.size, &fault) : NULL;
    if (!json || json->unreadable || json->type == JSON_TRUE || json->type == JSON_OBJECT ||
        json->type == JSON_ARRAY)
        return error_set(err, ERROR_REJECT, "at '%s' stands neither text nor a number", pointer);
    *text = text_or_null(json->text);
    return true;
}
