#include "hub/format/format.h"

#include "hub/base/map.h"
#include "hub/base/nearest.h"
#include "hub/format/log.h"
#include "hub/format/xml_fields.h"

const struct fields *decode_refuse(const struct decoding *decoding, const char *code, size_t offset,
                                   const char *message)
{
    const char *at = decoding->text.bytes, *end = at + offset;
    unsigned line = decoding->line, column = 1;
    enum format_kind kind = decoding->format->kind;
    bool csv =
        kind == FORMAT_CSV || kind == FORMAT_FIXED; /* only there a carriage return ends a line */
    for (; at < end; at++) {
        bool ends = *at == '\n' || (csv && *at == '\r' && !(at + 1 < end && at[1] == '\n'));
        line += ends;
        column = ends ? 1 : column + 1;
    }
    *decoding->reject = (struct reject){
        .stage = "decode", .code = code, .line = line, .column = column, .message = message};
    return NULL;
}

size_t format_record_most(const struct format *format)
{
    return format->kind == FORMAT_MIME ? FORMAT_MESSAGE_MOST : FORMAT_RECORD_MOST;
}

const struct fields *format_decode(struct arena *arena, const struct format *format,
                                   struct slice header, struct slice raw, unsigned line,
                                   struct reject *reject)
{
    struct decoding decoding = {
        .arena = arena, .format = format, .text = raw, .line = line, .reject = reject};
    if (raw.size > format_record_most(format)) {
        (void)decode_refuse(&decoding, "too-long", 0,
                            arena_printf(arena, "%zu bytes; the most is %zu", raw.size,
                                         format_record_most(format)));
        reject->stage = "size";
        return NULL;
    }
    struct format effective = *format;
    if (format->kind == FORMAT_XML) {
        if (!text_or_null(format->encoding))
            effective.encoding = xml_encoding(arena, header.size ? header : raw);
        decoding.format = &effective;
    }
    if (format->kind != FORMAT_MIME && !encoding_decode(&decoding))
        return NULL;
    switch (format->kind) {
    case FORMAT_CSV:
        return csv_decode(&decoding, header);
    case FORMAT_FIXED:
        return fixed_decode(&decoding);
    case FORMAT_JSONL:
    case FORMAT_JSON:
        return json_decode(&decoding);
    case FORMAT_XML:
        return xml_decode(&decoding, header);
    case FORMAT_LOG:
        return log_decode(&decoding);
    case FORMAT_MIME:
        return mime_decode(&decoding);
    }
    return NULL;
}

static const char *column_text(const struct fields *fields, const char *name, const char **flag)
{
    const char *text = NULL;
    for (size_t i = 0; i < fields->count; i++) {
        if (*fields->names[i] != *name || !text_equal(fields->names[i], name))
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
    if (fields->root)
        return json_field_text(fields, name, why);
    return fields->node ? xml_field_text(fields, name, why) : column_text(fields, name, why);
}

size_t fields_each(struct arena *arena, const struct fields *fields, const char *name,
                   const struct fields *const **items)
{
    *items = NULL;
    if (fields->root)
        return json_field_each(arena, fields, name, items);
    return fields->node ? xml_field_each(arena, fields, name, items) : 0;
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
    if (fields->root)
        return fields->is_message ? mime_field_names(arena, fields)
                                  : json_field_names(arena, fields);
    return fields->node ? xml_field_names(arena, fields) : column_names(arena, fields);
}

static const char *column_fault(const struct format *format, const char *from)
{
    int64_t number;
    if (format->header)
        return text_is_blank(from) ? "it must be a column's name" : NULL;
    return text_to_int(from, 1, FORMAT_FIELDS_MOST, &number)
               ? NULL
               : "it must be a column's number, as there is no header";
}

static const char *fixed_fault(struct arena *arena, const struct format *format, const char *from)
{
    struct nearest nearest = {.word = from};
    if (fixed_has_column(format, from))
        return NULL;
    for (size_t i = 0; i < format->column_count; i++)
        nearest_offer(&nearest, format->columns[i].name);
    return arena_printf(arena, "it must be one of the <field> names of <fixed>%s",
                        nearest_hint(arena, nearest.best));
}

const char *format_fault(struct arena *arena, const struct format *format, const char *from)
{
    switch (format->kind) {
    case FORMAT_CSV:
        return column_fault(format, from);
    case FORMAT_FIXED:
        return fixed_fault(arena, format, from);
    case FORMAT_JSONL:
    case FORMAT_JSON:
        return json_is_pointer(from) ? NULL : "it must be a JSON Pointer, such as /name/first";
    case FORMAT_XML:
        return xml_field_fault(arena, format, from);
    case FORMAT_LOG:
        return log_field_fault(arena, format, from);
    case FORMAT_MIME:
        return mime_field_fault(arena, from);
    }
    return NULL;
}

const char *format_drop_fault(struct arena *arena, const struct format *format, const char *field)
{
    if (format->kind == FORMAT_LOG)
        return log_drop_fault(arena, format, field);
    if (format->kind == FORMAT_MIME)
        return "a message is stored as it came";
    return format->kind == FORMAT_XML ? xml_drop_fault(arena, format, field)
                                      : format_fault(arena, format, field);
}

bool format_has_lists(const struct format *format)
{
    return format->kind != FORMAT_CSV && format->kind != FORMAT_FIXED && format->kind != FORMAT_LOG;
}

bool format_open(struct arena *arena, struct format *format, const char **fault)
{
    if (format->kind == FORMAT_XML)
        return xml_reader_open(arena, format, fault);
    if (format->kind == FORMAT_LOG)
        return log_open(arena, format, fault);
    *fault =
        format->kind == FORMAT_JSON ? json_records_fault(text_or_empty(format->records)) : NULL;
    return !*fault;
}
