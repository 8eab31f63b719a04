#include "hub/standard/address.h"
#include "hub/standard/parts.h"

static bool is_line(const struct value *value)
{
    return value->standard && text_equal(value->element->path, "address.line");
}

/* The lines of a group make one text; only its first line stands for it. */
static const char *lines_of(const struct parts *parts, size_t first)
{
    const struct record *record = parts->record;
    struct buffer text = {.arena = parts->arena};
    for (size_t i = 0; i < record->count; i++) {
        const struct value *value = &record->values[i];
        if (!is_line(value) || !text_equal(value->group, record->values[first].group))
            continue;
        if (i < first)
            return NULL;
        if (text.length)
            buffer_text(&text, ", ");
        buffer_text(&text, value->standard);
    }
    return buffer_string(&text);
}

static const char *region_of(const struct record *record, const struct value *line)
{
    for (size_t i = 0; i < record->count; i++) {
        const struct value *value = &record->values[i];
        if (value->standard && text_equal(value->element->path, "address.country") &&
            text_equal(value->group, line->group))
            return value->standard;
    }
    return record->region ? record->region : "";
}

static void read_line(const struct parts *parts, size_t at)
{
    const struct record *record = parts->record;
    const struct value line = record->values[at]; /* a copy: adding parts moves the values */
    const struct element *country =
        dictionary_path(parts->dictionary, record->class_name, "address.country");
    const char *text = lines_of(parts, at);
    struct address address;
    /* A source that states the street itself has put something else into the line. */
    if (!text || parts_has(record, "address.street", line.group) ||
        !address_parse(parts->arena, text, region_of(record, &line),
                       country ? country->domain : NULL, &address))
        return;
    parts_add(parts, "address.street", address.street, &line);
    parts_add(parts, "address.unit", address.unit, &line);
    parts_add(parts, "address.city", address.city, &line);
    parts_add(parts, "address.region", address.region, &line);
    parts_add(parts, "address.postcode", address.postcode, &line);
    parts_add(parts, "address.country", address.country, &line);
}

void parts_of_addresses(const struct parts *parts)
{
    size_t given = parts->record->count;
    for (size_t i = 0; i < given; i++)
        if (is_line(&parts->record->values[i]))
            read_line(parts, i);
}
