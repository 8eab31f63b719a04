#include "hub/base/list.h"
#include "hub/base/nearest.h"
#include "hub/format/log.h"

/* As the servers' own formats of these names are laid out. */
static const struct {
    const char *name, *pattern;
} kinds[] = {
    {"common", "{address} {ident} {user} [{time}] \"{request}\" {status} {bytes}"},
    {"combined", "{address} {ident} {user} [{time}] \"{request}\" {status} {bytes} \"{referrer}\""
                 " \"{agent}\""},
    {"nginx", "{address} {ident} {user} [{time}] \"{request}\" {status} {bytes} \"{referrer}\""
              " \"{agent}\""},
    {"vhost", "{host} {address} {ident} {user} [{time}] \"{request}\" {status} {bytes}"
              " \"{referrer}\" \"{agent}\""},
};

/* What is read out of others. */
static const char *const derived[] = {"method", "protocol", "url", "path", "query", "id"};

const char *format_log_pattern(const char *kind)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (text_equal(kinds[i].name, kind))
            return kinds[i].pattern;
    return NULL;
}

static bool has_part(const struct log_pattern *pattern, const char *name)
{
    for (size_t i = 0; i < pattern->count; i++)
        if (text_equal(pattern->parts[i].name, name))
            return true;
    return false;
}

static const char *name_fault(struct arena *arena, const struct log_pattern *pattern,
                              const char *name)
{
    if (text_is_blank(name))
        return "a field has no name";
    if (text_starts(name, "query.") || text_starts(name, "cookie.") || text_equal(name, "id"))
        return arena_printf(arena, "'%s' is made of other fields", name);
    return !text_equal(name, "-") && has_part(pattern, name)
               ? arena_printf(arena, "there is a field '%s' already", name)
               : NULL;
}

static bool ends_in_quote(struct slice text)
{
    return text.size && text.bytes[text.size - 1] == '"';
}

struct parts {
    struct log_part *list;
    size_t count, room;
};

/* "text{name}text{name}text" */
static const char *read_parts(struct arena *arena, struct log_pattern *pattern, const char *text)
{
    struct parts parts = {0};
    const char *open = strchr(text, '{');
    for (; open; open = strchr(text, '{')) {
        const char *close = strchr(open, '}');
        struct slice before = {text, (size_t)(open - text)};
        if (!close)
            return "a brace is not closed";
        if (!before.size && parts.count)
            return "between two fields there must be something that divides them";
        const char *name =
            text_trim(arena, arena_strndup(arena, open + 1, (size_t)(close - open - 1)));
        const char *fault = name_fault(arena, pattern, name);
        if (fault)
            return fault;
        LIST_ADD(arena, &parts, ((struct log_part){before, name, false}));
        pattern->parts = parts.list;
        pattern->count = parts.count;
        text = close + 1;
    }
    pattern->tail = (struct slice){text, strlen(text)};
    return parts.count ? NULL : "it names no field, such as {time}";
}

bool log_open(struct arena *arena, struct format *format, const char **fault)
{
    struct log_pattern *pattern = NEW(arena, struct log_pattern);
    format->log = pattern;
    *fault = read_parts(arena, pattern, text_or_empty(format->pattern));
    for (size_t i = 0; i < pattern->count && !*fault; i++) {
        struct slice next = i + 1 < pattern->count ? pattern->parts[i + 1].before : pattern->tail;
        pattern->parts[i].quoted =
            ends_in_quote(pattern->parts[i].before) && next.size && *next.bytes == '"';
    }
    pattern->request = has_part(pattern, "request");
    pattern->url = pattern->request || has_part(pattern, "url");
    pattern->cookies = has_part(pattern, "cookies");
    return !*fault;
}

static bool is_derived(const struct log_pattern *pattern, const char *name)
{
    if (text_equal(name, "method") || text_equal(name, "protocol") || text_equal(name, "url"))
        return pattern->request;
    if (text_starts(name, "query.") || text_equal(name, "path") || text_equal(name, "query"))
        return pattern->url && !text_equal(name, "query.");
    if (text_starts(name, "cookie."))
        return pattern->cookies && !text_equal(name, "cookie.");
    return text_equal(name, "id");
}

const char *log_field_fault(struct arena *arena, const struct format *format, const char *from)
{
    const struct log_pattern *pattern = format->log;
    struct nearest nearest = {.word = from};
    if (has_part(pattern, from) || is_derived(pattern, from))
        return NULL;
    for (size_t i = 0; i < pattern->count; i++)
        nearest_offer(&nearest, pattern->parts[i].name);
    for (size_t i = 0; i < COUNT_OF(derived); i++)
        if (is_derived(pattern, derived[i]))
            nearest_offer(&nearest, derived[i]);
    return arena_printf(arena, "it must be one of the fields of <log>, or made of one%s",
                        nearest_hint(arena, nearest.best));
}

const char *log_drop_fault(struct arena *arena, const struct format *format, const char *field)
{
    (void)arena;
    return has_part(format->log, field) ? NULL : "it must be one that the pattern of <log> names";
}

static bool matches(struct slice line, size_t at, struct slice text)
{
    return line.size - at >= text.size &&
           (!text.size || memcmp(line.bytes + at, text.bytes, text.size) == 0);
}

/* The first place from `at` on where a quote stands that no backslash precedes. */
static size_t quote_from(struct slice line, size_t at)
{
    for (; at < line.size && line.bytes[at] != '"'; at++)
        at += line.bytes[at] == '\\';
    return at < line.size ? at : line.size;
}

/* Where a field ends that `next` follows: line.size where nothing follows, or it never comes. */
static size_t field_end(struct slice line, size_t at, bool quoted, struct slice next)
{
    if (quoted)
        return quote_from(line, at);
    if (!next.size)
        return line.size;
    const char *found =
        line.size - at ? memmem(line.bytes + at, line.size - at, next.bytes, next.size) : NULL;
    return found ? (size_t)(found - line.bytes) : line.size;
}

const struct slice *log_match(struct arena *arena, const struct log_pattern *pattern,
                              struct slice line, size_t *bad)
{
    struct slice *found = NEW_ARRAY(arena, struct slice, pattern->count);
    size_t at = 0;
    for (size_t i = 0; i < pattern->count; i++) {
        const struct log_part *part = &pattern->parts[i];
        struct slice next = i + 1 < pattern->count ? part[1].before : pattern->tail;
        *bad = at;
        if (!matches(line, at, part->before))
            return NULL;
        at += part->before.size;
        size_t end = field_end(line, at, part->quoted, next);
        found[i] = (struct slice){line.bytes + at, end - at};
        at = end;
    }
    *bad = at;
    return matches(line, at, pattern->tail) && at + pattern->tail.size == line.size ? found : NULL;
}

static bool is_dropped(const char *const *drops, const char *name)
{
    while (*drops && !text_equal(*drops, name))
        drops++;
    return *drops;
}

struct slice log_without(struct arena *arena, const struct format *format, struct slice raw,
                         const char *const *drops)
{
    const struct log_pattern *pattern = format->log;
    struct buffer out = {.arena = arena};
    size_t bad;
    const struct slice *found = log_match(arena, pattern, raw, &bad);
    for (size_t i = 0; found && i < pattern->count; i++) {
        const struct log_part *part = &pattern->parts[i];
        buffer_add(&out, part->before.bytes, part->before.size);
        if (is_dropped(drops, part->name))
            buffer_char(&out, '-');
        else
            buffer_add(&out, found[i].bytes, found[i].size);
    }
    buffer_add(&out, pattern->tail.bytes, pattern->tail.size);
    return found ? (struct slice){buffer_string(&out), out.length} : (struct slice){NULL, 0};
}
