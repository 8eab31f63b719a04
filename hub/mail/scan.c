#include "hub/mail/scan.h"

#include <strings.h>

/* A multipart, or a message within one, which has no boundary. */
struct level {
    struct slice boundary;
    bool digest; /* its parts are messages unless they say otherwise */
};

struct scanning {
    const char *at, *end;
    struct level levels[MAIL_DEPTH_MOST];
    size_t depth;
    bool in_header;
    struct slice type; /* of the header that we are in: the value of Content-Type, with its folds */
    bool type_open;    /* the next line may go on with it */
    struct mail_scan *scan;
};

static bool starts(struct slice text, const char *with)
{
    size_t size = strlen(with);
    return text.size >= size && strncasecmp(text.bytes, with, size) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct slice next_line(struct scanning *scanning)
{
    const char *start = scanning->at;
    const char *end = memchr(start, '\n', (size_t)(scanning->end - start));
    scanning->at = end ? end + 1 : scanning->end;
    struct slice line = {start, (size_t)((end ? end : scanning->end) - start)};
    if (line.size && line.bytes[line.size - 1] == '\r')
        line.size--;
    return line;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

/* The value at `from`, in quotes or up to what ends it. */
static struct slice parameter_at(const char *from, const char *end)
{
    bool quoted = from < end && *from == '"';
    const char *stops = quoted ? "\"\r\n" : "; \t\r\n", *to = from += quoted;
    while (to < end && !(*to && strchr(stops, *to)))
        to++;
    return (struct slice){from, (size_t)(to - from)};
}

/* What a boundary parameter says, anywhere in the header; empty when there is none. */
static struct slice boundary_of(struct slice type)
{
    static const char word[] = "boundary";
    const size_t length = sizeof(word) - 1;
    const char *end = type.bytes + type.size;
    for (size_t i = 0; i + length < type.size; i++) {
        if (strncasecmp(type.bytes + i, word, length) != 0)
            continue;
        const char *at = skip_blanks(type.bytes + i + length, end);
        if (at < end && *at == '=')
            return parameter_at(skip_blanks(at + 1, end), end);
    }
    return (struct slice){0};
}

static const char *enter(struct scanning *scanning, struct level level)
{
    if (scanning->depth == MAIL_DEPTH_MOST)
        return "parts are nested too deep; the most is 20";
    scanning->levels[scanning->depth++] = level;
    if (scanning->depth > scanning->scan->depth)
        scanning->scan->depth = scanning->depth;
    return NULL;
}

static const char *start_part(struct scanning *scanning)
{
    scanning->in_header = true;
    scanning->type = (struct slice){0};
    scanning->type_open = false;
    return ++scanning->scan->parts > MAIL_PARTS_MOST ? "too many parts; the most is 1,000" : NULL;
}

/* Behind a header: what it says of what follows. */
static const char *end_header(struct scanning *scanning)
{
    const struct level *around = scanning->depth ? &scanning->levels[scanning->depth - 1] : NULL;
    struct slice type = scanning->type;
    struct slice boundary = type.size ? boundary_of(type) : type;
    bool digest = around && around->digest && !type.size;
    scanning->in_header = false;
    if (starts(type, "multipart/") && boundary.size)
        return enter(scanning, (struct level){boundary, starts(type, "multipart/digest")});
    if (!digest && !starts(type, "message/rfc822") && !starts(type, "message/global") &&
        !starts(type, "message/news"))
        return NULL;
    const char *fault = enter(scanning, (struct level){0});
    return fault ? fault : start_part(scanning);
}

static void read_header_line(struct scanning *scanning, struct slice line)
{
    static const char name[] = "content-type:";
    if (scanning->type_open && is_blank(*line.bytes)) {
        scanning->type.size = (size_t)(line.bytes + line.size - scanning->type.bytes);
        return;
    }
    scanning->type_open = starts(line, name);
    if (!scanning->type_open)
        return;
    size_t skip = sizeof(name) - 1;
    while (skip < line.size && is_blank(line.bytes[skip]))
        skip++;
    scanning->type = (struct slice){line.bytes + skip, line.size - skip};
}

/* The level whose boundary the line is, from 1, or 0; *last: nothing more is in it. */
static size_t boundary_at(const struct scanning *scanning, struct slice line, bool *last)
{
    if (line.size < 3 || line.bytes[0] != '-' || line.bytes[1] != '-')
        return 0;
    while (line.size && is_blank(line.bytes[line.size - 1]))
        line.size--;
    for (size_t i = scanning->depth; i; i--) {
        struct slice boundary = scanning->levels[i - 1].boundary;
        if (!boundary.size || line.size < boundary.size + 2 ||
            memcmp(line.bytes + 2, boundary.bytes, boundary.size) != 0)
            continue;
        struct slice rest = {line.bytes + 2 + boundary.size, line.size - 2 - boundary.size};
        *last = rest.size == 2 && memcmp(rest.bytes, "--", 2) == 0;
        if (*last || !rest.size)
            return i;
    }
    return 0;
}

static const char *scan_line(struct scanning *scanning, struct slice line)
{
    struct mail_scan *scan = scanning->scan;
    bool last = false;
    size_t level = boundary_at(scanning, line, &last);
    if (level) {
        scanning->depth = level - last;
        scanning->in_header = false;
        return last ? NULL : start_part(scanning);
    }
    if (!scanning->in_header)
        return NULL;
    if (!line.size)
        return end_header(scanning);
    scan->headers += line.size + 1;
    read_header_line(scanning, line);
    return scan->headers > MAIL_HEADERS_MOST ? "the headers are too long; the most is 1 MiB" : NULL;
}

/* "Name: ..." is what a message begins with. */
static bool begins_as_message(struct slice raw)
{
    size_t i = 0;
    while (i < raw.size && (unsigned char)raw.bytes[i] > ' ' && raw.bytes[i] != ':' &&
           (unsigned char)raw.bytes[i] < 0x7f)
        i++;
    while (i && i < raw.size && is_blank(raw.bytes[i]))
        i++;
    return i && i < raw.size && raw.bytes[i] == ':';
}

struct slice mail_start(struct slice raw)
{
    const char *end =
        starts(raw, "From ") || starts(raw, ">From ") ? memchr(raw.bytes, '\n', raw.size) : NULL;
    size_t skip = end ? (size_t)(end - raw.bytes) + 1 : 0;
    return (struct slice){raw.bytes + skip, raw.size - skip};
}

const char *mail_scan(struct slice raw, struct mail_scan *scan)
{
    struct scanning scanning = {
        .at = raw.bytes, .end = raw.bytes + raw.size, .in_header = true, .scan = scan};
    const char *fault = NULL;
    *scan = (struct mail_scan){.has_nul = raw.size && memchr(raw.bytes, '\0', raw.size)};
    if (!begins_as_message(raw))
        return "it does not begin with a header, as a message does";
    while (!fault && scanning.at < scanning.end) {
        struct slice line = next_line(&scanning);
        scan->lines++;
        if (line.size > scan->longest)
            scan->longest = line.size;
        fault = scan_line(&scanning, line);
    }
    return fault;
}
