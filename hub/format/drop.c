#include "hub/format/drop.h"

#include "hub/base/json.h"
#include "hub/format/csv.h"

static bool is_dropped(const char *const *drops, const char *name)
{
    while (*drops && !text_equal(*drops, name))
        drops++;
    return *drops;
}

/* The columns that go, by their place; NULL when there is no telling which they are. */
static const bool *dropped_columns(struct arena *arena, const struct format *format,
                                   struct slice header, const char *const *drops)
{
    struct reject ignored;
    bool *dropped = NEW_ARRAY(arena, bool, FORMAT_FIELDS_MOST);
    struct format numbered = *format;
    numbered.header = false; /* so that the header's own texts come as "1", "2", ... */
    const struct fields *names = NULL;
    if (format->header) {
        names = format_decode(arena, &numbered, (struct slice){"", 0}, header, 1, &ignored);
        if (!names)
            return NULL;
    }
    for (size_t i = 0; i < FORMAT_FIELDS_MOST; i++) {
        const char *number = arena_printf(arena, "%zu", i + 1);
        const char *name = names ? fields_text(names, number, NULL) : number;
        if (names && !name)
            break;
        name = text_trim(arena, name);
        dropped[i] = is_dropped(drops, *name ? name : number);
    }
    return dropped;
}

static struct slice drop_columns(struct arena *arena, const struct format *format,
                                 struct slice header, struct slice raw, const char *const *drops)
{
    const bool *dropped = dropped_columns(arena, format, header, drops);
    struct csv_scan scan = {.at = raw.bytes,
                            .end = raw.bytes + raw.size,
                            .delimiter = format->delimiter,
                            .quote = format->quote};
    struct buffer out = {.arena = arena};
    enum csv_stop stop = CSV_DELIMITER;
    for (size_t i = 0; dropped && stop == CSV_DELIMITER; i++) {
        struct csv_field field;
        stop = csv_next(&scan, &field);
        if (i == FORMAT_FIELDS_MOST || (stop != CSV_DELIMITER && stop != CSV_END))
            return raw;
        const char *end = scan.at - (stop == CSV_DELIMITER);
        if (!dropped[i])
            buffer_add(&out, field.start, (size_t)(end - field.start));
        if (stop == CSV_DELIMITER)
            buffer_char(&out, format->delimiter);
    }
    return dropped ? (struct slice){buffer_string(&out), out.length} : raw;
}

/* A member's or item's pointer (RFC 6901). */
static const char *pointer_of(struct arena *arena, const char *parent, const struct json *value,
                              size_t index)
{
    struct buffer out = {.arena = arena};
    buffer_printf(&out, "%s/", parent);
    if (!value->name)
        buffer_printf(&out, "%zu", index);
    for (const char *c = value->name ? value->name : ""; *c; c++) {
        if (*c == '~' || *c == '/')
            buffer_text(&out, *c == '~' ? "~0" : "~1");
        else
            buffer_char(&out, *c);
    }
    return buffer_string(&out);
}

static void write_without(struct json_writer *json, const struct json *value, const char *pointer,
                          const char *const *drops);

/* Depth is bounded by the reader. */
// NOLINTNEXTLINE(misc-no-recursion)
static void write_item(struct json_writer *json, const struct json *item, const char *pointer,
                       const char *const *drops)
{
    bool dropped = is_dropped(drops, pointer);
    if (item->name && dropped)
        return;
    if (item->name)
        json_name(json, item->name);
    if (dropped)
        json_raw(json, "null");
    else
        write_without(json, item, pointer, drops);
}

// NOLINTNEXTLINE(misc-no-recursion)
static void write_without(struct json_writer *json, const struct json *value, const char *pointer,
                          const char *const *drops)
{
    if (value->unreadable) {
        json_raw(json, "\"\\u0000\""); /* stays what it was: a text that cannot be read */
        return;
    }
    if (value->type != JSON_ARRAY && value->type != JSON_OBJECT) {
        json_value(json, value);
        return;
    }
    size_t index = 0;
    json_open(json, value->type == JSON_ARRAY ? '[' : '{');
    for (const struct json *item = value->first; item; item = item->next, index++)
        write_item(json, item, pointer_of(json->out.arena, pointer, item, index), drops);
    json_close(json, value->type == JSON_ARRAY ? ']' : '}');
}

static struct slice drop_members(struct arena *arena, struct slice raw, const char *const *drops)
{
    struct json_fault fault;
    const struct json *root = json_parse(arena, raw.bytes, raw.size, &fault);
    if (!root)
        return raw;
    struct json_writer json = {.out = {.arena = arena}};
    write_without(&json, root, "", drops);
    return (struct slice){buffer_string(&json.out), json.out.length};
}

struct slice format_drop(struct arena *arena, const struct format *format, struct slice header,
                         struct slice raw, const char *const *drops)
{
    if (!*drops)
        return raw;
    return format->kind == FORMAT_JSONL ? drop_members(arena, raw, drops)
                                        : drop_columns(arena, format, header, raw, drops);
}
