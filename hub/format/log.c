#include "hub/format/log.h"

#include <ctype.h>
#include <time.h>

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/base/url.h"

#define ID_SIZE 32 /* hexadecimal digits of a line's own name */

/* A line on its way. */
struct line {
    struct arena *arena;
    struct log_fields {
        struct log_field {
            const char *name, *text;
        } * list;
        size_t count, room;
    } fields;
};

static void add(struct line *line, const char *name, const char *text)
{
    if (text)
        LIST_ADD(line->arena, &line->fields, ((struct log_field){name, text}));
}

static const char *get(const struct line *line, const char *name)
{
    for (size_t i = 0; i < line->fields.count; i++)
        if (text_equal(line->fields.list[i].name, name))
            return line->fields.list[i].text;
    return NULL;
}

/* ---- texts */

/* What stands behind a backslash: how many bytes of it, or 0 when it means nothing. */
static size_t escaped(struct arena *arena, const char *at, const char *end, char *byte)
{
    static const char names[] = "nrtbvf\"\\", bytes[] = "\n\r\t\b\v\f\"\\";
    const char *found = at < end && *at ? strchr(names, *at) : NULL;
    if (found)
        *byte = bytes[found - names];
    if (found || end - at < 3 || *at != 'x')
        return found ? 1 : 0;
    return text_unhex(arena_strndup(arena, at + 1, 2), byte, 1) ? 3 : 0;
}

/* As it was before the server made it fit between quotes; as it stands where that would be no text. */
static const char *unescape(struct arena *arena, const char *text)
{
    struct buffer out = {.arena = arena};
    const char *end = text + strlen(text);
    size_t bad;
    if (!strchr(text, '\\'))
        return text;
    for (const char *at = text; at < end; at++) {
        char c = *at;
        if (c == '\\')
            at += escaped(arena, at + 1, end, &c);
        buffer_char(&out, c);
    }
    return text_check(buffer_string(&out), out.length, &bad) ? buffer_string(&out) : text;
}

/* "-" is how servers write nothing. */
static const char *part_text(struct arena *arena, const struct log_part *part, struct slice found)
{
    const char *text = text_trim(arena, arena_strndup(arena, found.bytes, found.size));
    if (!*text || text_equal(text, "-"))
        return NULL;
    return part->quoted ? unescape(arena, text) : text;
}

/* ---- the time */

/* 1 to 12, or 0. */
static int month_of(const char *name)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int month = 0; month < 12; month++)
        if (strncmp(names + (ptrdiff_t)month * 3, name, 3) == 0)
            return month + 1;
    return 0;
}

/* Is it written as the example: a 9 for any digit, a + for a sign? */
static bool is_like(const char *text, const char *example)
{
    for (; *example && *text; example++, text++) {
        bool is = *example == '9'   ? isdigit((unsigned char)*text)
                  : *example == '+' ? *text == '+' || *text == '-'
                  : *example == 'A' ? isalpha((unsigned char)*text)
                                    : *text == *example;
        if (!is)
            return false;
    }
    return !*example && !*text;
}

/* "10/Oct/2000:13:55:36 -0700" */
static const char *server_time(struct arena *arena, const char *text)
{
    if (!is_like(text, "99/AAA/9999:99:99:99 +9999") || !month_of(text + 3))
        return NULL;
    return arena_printf(arena, "%.4s-%02d-%.2sT%.8s%.3s:%s", text + 7, month_of(text + 3), text,
                        text + 12, text + 21, text + 24);
}

/* Seconds since 1970, also with a fraction, or milliseconds. */
static const char *epoch_time(struct arena *arena, const char *text)
{
    size_t digits = strspn(text, "0123456789");
    int64_t number;
    bool fraction = text[digits] == '.' && text[digits + 1] &&
                    !text[digits + 1 + strspn(text + digits + 1, "0123456789")];
    if ((text[digits] && !fraction) || (digits != 9 && digits != 10 && digits != 13) ||
        !text_to_int(arena_strndup(arena, text, digits), 0, INT64_MAX, &number))
        return NULL;
    int64_t seconds = digits == 13 ? number / 1000 : number;
    struct tm tm;
    time_t moment = (time_t)seconds;
    char out[32];
    if (!gmtime_r(&moment, &tm) || !strftime(out, sizeof(out), "%Y-%m-%dT%H:%M:%SZ", &tm))
        return NULL;
    return arena_strdup(arena, out);
}

static const char *time_text(struct arena *arena, const char *text)
{
    const char *time = server_time(arena, text);
    if (!time)
        time = epoch_time(arena, text);
    return time ? time : text;
}

/* ---- what is read out of others */

/* "GET /a?b=c HTTP/1.1"; what else comes (a TLS hello, say) has none of them. */
static void add_request(struct line *line, const char *request)
{
    struct arena *arena = line->arena;
    size_t method = strspn(request, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_");
    const char *url = request + method + 1, *space = strrchr(request, ' ');
    if (!method || request[method] != ' ' || !*url)
        return;
    bool has_protocol = space >= url && text_starts(space + 1, "HTTP/");
    add(line, "method", arena_strndup(arena, request, method));
    add(line, "protocol", has_protocol ? space + 1 : NULL);
    if (!get(line, "url"))
        add(line, "url",
            has_protocol ? arena_strndup(arena, url, (size_t)(space - url))
                         : arena_strdup(arena, url));
}

/* Behind "https://host", where a proxy logs that. */
static const char *path_of(const char *url)
{
    const char *host = strstr(url, "://");
    const char *slash = host && *url != '/' ? strchr(host + 3, '/') : NULL;
    return host && *url != '/' ? text_or_empty(slash) : url;
}

static bool add_url(struct line *line, const char *url)
{
    struct arena *arena = line->arena;
    struct slice query = url_query(url);
    struct url_pair pair;
    const char *path = path_of(url);
    size_t size = strcspn(path, "?#");
    const char *decoded = percent_decode(arena, path, size, false);
    if (!get(line, "path"))
        add(line, "path", text_or_null(decoded ? decoded : arena_strndup(arena, path, size)));
    if (query.size && !get(line, "query"))
        add(line, "query", arena_strndup(arena, query.bytes, query.size));
    while (url_next(arena, &query, &pair) && line->fields.count <= FORMAT_FIELDS_MOST)
        add(line, arena_printf(arena, "query.%s", pair.name), pair.value);
    return line->fields.count <= FORMAT_FIELDS_MOST;
}

/* "a=b; c=d" */
static bool add_cookies(struct line *line, const char *cookies)
{
    struct arena *arena = line->arena;
    while (*cookies && line->fields.count <= FORMAT_FIELDS_MOST) {
        size_t size = strcspn(cookies, ";");
        const char *pair = text_trim(arena, arena_strndup(arena, cookies, size));
        size_t name = strcspn(pair, "=");
        if (name && pair[name]) {
            const char *value = pair + name + 1;
            const char *decoded = percent_decode(arena, value, strlen(value), false);
            add(line, arena_printf(arena, "cookie.%s", arena_strndup(arena, pair, name)),
                decoded ? decoded : value);
        }
        cookies += size + (cookies[size] == ';');
    }
    return line->fields.count <= FORMAT_FIELDS_MOST;
}

static const struct fields *finish(const struct line *line)
{
    size_t count = line->fields.count;
    struct fields *fields = NEW(line->arena, struct fields);
    const char **names = NEW_ARRAY(line->arena, const char *, count + 1);
    const char **texts = NEW_ARRAY(line->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        names[i] = line->fields.list[i].name;
        texts[i] = line->fields.list[i].text;
    }
    *fields = (struct fields){
        .arena = line->arena, .names = names, .texts = texts, .count = count, .steady = true};
    return fields;
}

/* A line's end, which the splitter takes for none, is no part of it. */
static bool is_one_line(const struct decoding *decoding, size_t *at)
{
    const char *end =
        decoding->text.size ? memchr(decoding->text.bytes, '\n', decoding->text.size) : NULL;
    *at = end ? (size_t)(end - decoding->text.bytes) : 0;
    return !end;
}

const struct fields *log_decode(const struct decoding *decoding)
{
    struct arena *arena = decoding->arena;
    const struct log_pattern *pattern = decoding->format->log;
    struct line line = {.arena = arena};
    size_t bad;
    if (!is_one_line(decoding, &bad))
        return decode_refuse(decoding, "lines", bad,
                             "the record goes on behind the end of its line");
    const struct slice *found = log_match(arena, pattern, decoding->text, &bad);
    if (!found)
        return decode_refuse(decoding, "log", bad, "the line does not fit the pattern of the log");
    for (size_t i = 0; i < pattern->count; i++) {
        const struct log_part *part = &pattern->parts[i];
        const char *text = part_text(arena, part, found[i]);
        if (text && text_equal(part->name, "time"))
            text = time_text(arena, text);
        if (!text_equal(part->name, "-"))
            add(&line, part->name, text);
    }
    const char *id = sha256_hex(arena, decoding->text.bytes, decoding->text.size);
    add(&line, "id", arena_strndup(arena, id, ID_SIZE));
    const char *request = get(&line, "request"), *cookies = get(&line, "cookies");
    if (request)
        add_request(&line, request);
    const char *url = get(&line, "url");
    if ((url && !add_url(&line, url)) || (cookies && !add_cookies(&line, cookies)))
        return decode_refuse(
            decoding, "fields", 0,
            arena_printf(arena, "more than %d parameters and cookies", FORMAT_FIELDS_MOST));
    return finish(&line);
}
