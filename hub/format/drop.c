#include "hub/format/drop.h"

#include "hub/format/csv.h"
#include "hub/format/decode.h"
#include "hub/format/log.h"
#include "hub/format/xml_fields.h"

static bool is_dropped(const char *const *drops, const char *name)
{
    while (*drops && !text_equal(*drops, name))
        drops++;
    return *drops;
}

/* The record with blanks in the place of these columns' characters; NULL bytes when they are not to be
 * told apart. */
static struct slice blank_columns(struct arena *arena, const struct format *format,
                                  struct slice raw, const char *const *drops)
{
    struct buffer out = {.arena = arena};
    const size_t *offsets;
    int64_t count = encoding_offsets(arena, format->encoding, raw, &offsets);
    for (int64_t i = 0; i < count; i++) {
        bool dropped = false;
        for (size_t c = 0; c < format->column_count; c++)
            dropped |= i + 1 >= format->columns[c].from && i + 1 <= format->columns[c].to &&
                       is_dropped(drops, format->columns[c].name);
        if (dropped)
            buffer_char(&out, ' ');
        else
            buffer_add(&out, raw.bytes + offsets[i], offsets[i + 1] - offsets[i]);
    }
    return count < 0 ? (struct slice){NULL, 0} : (struct slice){buffer_string(&out), out.length};
}

/*
 * The record without the content of these columns; NULL bytes when its bytes do not show the fields that
 * decoding gave (in Shift_JIS, say, the second byte of a character may look like a delimiter).
 */
static struct slice drop_columns(struct arena *arena, const struct format *format,
                                 const struct fields *fields, struct slice raw,
                                 const char *const *drops)
{
    struct csv_scan scan = {.at = raw.bytes,
                            .end = raw.bytes + raw.size,
                            .delimiter = format->delimiter,
                            .quote = format->quote};
    struct buffer out = {.arena = arena};
    enum csv_stop stop = CSV_DELIMITER;
    size_t i = 0;
    for (; stop == CSV_DELIMITER && i < fields->count; i++) {
        struct csv_field field;
        stop = csv_next(&scan, &field);
        const char *end = scan.at - (stop == CSV_DELIMITER);
        if (!is_dropped(drops, fields->names[i]))
            buffer_add(&out, field.start, (size_t)(end - field.start));
        if (stop == CSV_DELIMITER)
            buffer_char(&out, format->delimiter);
    }
    bool told = stop == CSV_END && i == fields->count;
    return told ? (struct slice){buffer_string(&out), out.length} : (struct slice){NULL, 0};
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

static struct slice drop_members(struct arena *arena, const struct json *root,
                                 const char *const *drops)
{
    struct json_writer json = {.out = {.arena = arena}};
    write_without(&json, root, "", drops);
    return (struct slice){buffer_string(&json.out), json.out.length};
}

static bool set_aside(struct arena *arena, struct cut *cut, struct reject reject)
{
    struct reject *why = NEW(arena, struct reject);
    *why = reject;
    cut->reject = why;
    return false;
}

/* Is nothing left of elements and attributes that were to go? */
static bool are_gone(struct arena *arena, const struct format *format, struct slice header,
                     struct slice raw, const char *const *drops)
{
    struct reject ignored;
    const struct fields *left = format_decode(arena, format, header, raw, 1, &ignored);
    while (left && *drops && !fields_text(left, *drops, NULL))
        drops++;
    return left && !*drops;
}

/* NULL bytes when the fields cannot be told apart in the bytes as they are. */
static struct slice without(struct arena *arena, const struct format *format, struct slice header,
                            const struct fields *fields, struct slice raw, const char *const *drops)
{
    switch (format->kind) {
    case FORMAT_CSV:
        return drop_columns(arena, format, fields, raw, drops);
    case FORMAT_FIXED:
        return blank_columns(arena, format, raw, drops);
    case FORMAT_JSONL:
    case FORMAT_JSON:
        return drop_members(arena, fields->root, drops);
    case FORMAT_XML:
        raw = xml_without(arena, format->reader, header, raw, drops);
        return are_gone(arena, format, header, raw, drops) ? raw : (struct slice){NULL, 0};
    case FORMAT_MIME:
        break;
    case FORMAT_LOG:
        return log_without(arena, format, raw, drops);
    }
    return (struct slice){NULL, 0};
}

/* False when the cut is set aside. */
static bool drop(struct arena *arena, const struct format *format, struct slice header,
                 const char *const *drops, struct cut *cut)
{
    struct reject reject = {0};
    if (cut->reject)
        return false;
    const struct fields *fields =
        format_decode(arena, format, header, cut->raw, cut->line, &reject);
    if (!fields)
        return set_aside(arena, cut, reject);
    cut->raw = without(arena, format, header, fields, cut->raw, drops);
    return cut->raw.bytes ||
           set_aside(arena, cut,
                     (struct reject){.stage = "decode",
                                     .code = "drop",
                                     .line = cut->line,
                                     .column = 1,
                                     .message = "the fields to drop cannot be told apart"});
}

void format_drop(struct arena *arena, const struct format *format, struct slice header,
                 const char *const *drops, struct cut *cut)
{
    if (*drops && !drop(arena, format, header, drops, cut))
        cut->raw = (struct slice){"", 0};
}
