#include "hub/format/csv.h"

#include "hub/format/decode.h"

static enum csv_stop behind(struct csv_scan *scan)
{
    if (scan->at >= scan->end)
        return CSV_END;
    if (*scan->at == '\n' || *scan->at == '\r')
        return CSV_LINE_END;
    if (*scan->at != scan->delimiter)
        return CSV_GARBAGE;
    scan->at++;
    return CSV_DELIMITER;
}

enum csv_stop csv_next_inside(struct csv_scan *scan, struct csv_field *field)
{
    const char *from = scan->at;
    while ((scan->at = memchr(scan->at, scan->quote, (size_t)(scan->end - scan->at)))) {
        if (scan->at + 1 < scan->end && scan->at[1] == scan->quote) {
            field->doubled = true;
            scan->at += 2;
            continue;
        }
        field->text = (struct slice){.bytes = from, .size = (size_t)(scan->at - from)};
        scan->at++;
        return behind(scan);
    }
    scan->at = scan->end;
    field->text = (struct slice){.bytes = from, .size = (size_t)(scan->end - from)};
    return CSV_UNCLOSED;
}

enum csv_stop csv_next(struct csv_scan *scan, struct csv_field *field)
{
    const char *at = scan->at;
    *field = (struct csv_field){.start = at};
    if (scan->quote && at < scan->end && *at == scan->quote) {
        scan->at++;
        return csv_next_inside(scan, field);
    }
    while (at < scan->end && *at != scan->delimiter && *at != '\n' && *at != '\r')
        at++;
    field->text = (struct slice){.bytes = scan->at, .size = (size_t)(at - scan->at)};
    scan->at = at;
    return behind(scan);
}

struct row {
    const char **texts;
    size_t count;
};

/* A NUL-terminated copy, doubled quotes made single. */
static const char *field_text(struct arena *arena, const struct csv_field *field, char quote)
{
    char *copy = arena_strndup(arena, field->text.bytes, field->text.size);
    if (!field->doubled)
        return copy;
    char *to = copy;
    for (const char *from = copy; *from; from++) {
        *to++ = *from;
        from += *from == quote; /* within the text quotes come in pairs only */
    }
    *to = '\0';
    return copy;
}

/* Room for each field that there can be. */
static size_t fields_at_most(const struct decoding *decoding)
{
    size_t count = 1;
    const char *at = decoding->text.bytes, *end = at + decoding->text.size;
    while (count < FORMAT_FIELDS_MOST && at < end &&
           (at = memchr(at, decoding->format->delimiter, (size_t)(end - at)))) {
        at++;
        count++;
    }
    return count;
}

static bool read_row(const struct decoding *decoding, struct row *row)
{
    const struct format *format = decoding->format;
    const char *start = decoding->text.bytes;
    struct csv_scan scan = {.at = start,
                            .end = start + decoding->text.size,
                            .delimiter = format->delimiter,
                            .quote = format->quote};
    enum csv_stop stop = CSV_DELIMITER;
    row->texts = NEW_ARRAY(decoding->arena, const char *, fields_at_most(decoding));
    row->count = 0;
    while (stop == CSV_DELIMITER) {
        struct csv_field field;
        stop = csv_next(&scan, &field);
        size_t offset = (size_t)(field.start - start);
        if (stop == CSV_UNCLOSED)
            return decode_refuse(decoding, "quote", offset, "the quote never closes");
        if (stop == CSV_GARBAGE)
            return decode_refuse(decoding, "quote", offset,
                                 "neither a delimiter nor a line end follows the closing quote");
        if (stop == CSV_LINE_END)
            return decode_refuse(decoding, "lines", (size_t)(scan.at - start),
                                 "the record goes on behind the end of its line");
        if (row->count == FORMAT_FIELDS_MOST)
            return decode_refuse(
                decoding, "fields", offset,
                arena_printf(decoding->arena, "more than %d fields", FORMAT_FIELDS_MOST));
        row->texts[row->count++] = field_text(decoding->arena, &field, format->quote);
    }
    return true;
}

static const char *number(struct arena *arena, size_t column)
{
    return arena_printf(arena, "%zu", column + 1);
}

/* The columns' names; one that has none is called by its number. */
static bool read_names(const struct decoding *decoding, struct slice header, struct row *names)
{
    struct reject why = {0};
    struct decoding reading = *decoding;
    reading.text = header;
    reading.line = 1;
    reading.reject = &why;
    if (!header.size || !encoding_decode(&reading) || !read_row(&reading, names)) {
        const char *message = header.size ? why.message : "there is none";
        return decode_refuse(decoding, "header", 0,
                             arena_printf(decoding->arena,
                                          "the header that names the columns cannot be read: %s",
                                          message));
    }
    for (size_t i = 0; i < names->count; i++) {
        names->texts[i] = text_trim(decoding->arena, names->texts[i]);
        if (!*names->texts[i])
            names->texts[i] = number(decoding->arena, i);
    }
    return true;
}

const struct fields *csv_decode(const struct decoding *decoding, struct slice header)
{
    struct arena *arena = decoding->arena;
    struct row row, names = {0};
    if (decoding->format->header && !read_names(decoding, header, &names))
        return NULL;
    if (!read_row(decoding, &row))
        return NULL;
    if (!decoding->format->header) {
        names =
            (struct row){.texts = NEW_ARRAY(arena, const char *, row.count), .count = row.count};
        for (size_t i = 0; i < row.count; i++)
            names.texts[i] = number(arena, i);
    }
    if (row.count != names.count)
        return decode_refuse(
            decoding, "fields", 0,
            arena_printf(arena, "%zu fields where the header names %zu", row.count, names.count));
    struct fields *fields = NEW(arena, struct fields);
    *fields = (struct fields){
        .arena = arena, .names = names.texts, .texts = row.texts, .count = row.count};
    return fields;
}
