#include "hub/format/format.h"

#include "hub/base/map.h"
#include "hub/format/decode.h"

const struct fields *decode_refuse(const struct decoding *decoding, const char *code, size_t offset,
                                   const char *message)
{
    const char *at = decoding->text.bytes, *end = at + offset;
    unsigned line = decoding->line, column = 1;
    bool csv = decoding->format->kind == FORMAT_CSV; /* only there a carriage return ends a line */
    for (; at < end; at++) {
        bool ends = *at == '\n' || (csv && *at == '\r' && !(at + 1 < end && at[1] == '\n'));
        line += ends;
        column = ends ? 1 : column + 1;
    }
    *decoding->reject = (struct reject){
        .stage = "decode", .code = code, .line = line, .column = column, .message = message};
    return NULL;
}

const struct fields *format_decode(struct arena *arena, const struct format *format,
                                   struct slice header, struct slice raw, unsigned line,
                                   struct reject *reject)
{
    struct decoding decoding = {
        .arena = arena, .format = format, .text = raw, .line = line, .reject = reject};
    if (raw.size > FORMAT_RECORD_MOST) {
        (void)decode_refuse(
            &decoding, "too-long", 0,
            arena_printf(arena, "%zu bytes; the most is %d", raw.size, FORMAT_RECORD_MOST));
        reject->stage = "size";
        return NULL;
    }
    if (!encoding_decode(&decoding))
        return NULL;
    switch (format->kind) {
    case FORMAT_CSV:
        return csv_decode(&decoding, header);
    case FORMAT_JSONL:
        return jsonl_decode(&decoding);
    }
    return NULL;
}

static const char *column_text(const struct fields *fields, const char *name, const char **flag)
{
    const char *text = NULL;
    for (size_t i = 0; i < fields->count; i++) {
        if (!text_equal(fields->names[i], name))
            continue;
        if (text)
            *flag = "repeated";
        text = fields->texts[i];
    }
    return text;
}

const char *fields_text(const struct fields *fields, const char *name, const char **flag)
{
    const char *ignored;
    const char **why = flag ? flag : &ignored;
    *why = NULL;
    return fields->root ? jsonl_text(fields, name, why) : column_text(fields, name, why);
}

size_t fields_each(struct arena *arena, const struct fields *fields, const char *name,
                   const struct fields *const **items)
{
    *items = NULL;
    return fields->root ? jsonl_each(arena, fields, name, items) : 0;
}

static const char *const *column_names(struct arena *arena, const struct fields *fields)
{
    const char **names = NEW_ARRAY(arena, const char *, fields->count + 1);
    struct map known = {.arena = arena};
    size_t count = 0;
    for (size_t i = 0; i < fields->count; i++) {
        if (map_get_text(&known, fields->names[i]))
            continue;
        map_put_text(&known, fields->names[i], names);
        names[count++] = fields->names[i];
    }
    return names;
}

const char *const *fields_names(struct arena *arena, const struct fields *fields)
{
    return fields->root ? jsonl_names(arena, fields) : column_names(arena, fields);
}

static bool is_pointer(const char *from)
{
    if (*from && *from != '/')
        return false;
    for (; *from; from++)
        if (*from == '~' && from[1] != '0' && from[1] != '1')
            return false;
    return true;
}

bool format_knows(const struct format *format, const char *from)
{
    int64_t column;
    if (format->kind == FORMAT_JSONL)
        return is_pointer(from);
    return format->header ? !text_is_blank(from)
                          : text_to_int(from, 1, FORMAT_FIELDS_MOST, &column);
}
