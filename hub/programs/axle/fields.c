#include "hub/programs/axle/fields.h"

#include <stdio.h>

#define SAID_MOST 50

/* "2024-05-01 14:30" of an ISO 8601 time. */
static const char *minute(struct arena *arena, const char *iso)
{
    const char *time = strchr(iso, 'T');
    return time ? arena_printf(arena, "%.10s %.5s", iso, time + 1) : iso;
}

static const struct {
    const char *kind, *before, *behind;
} words[] = {
    {"new", "new field", ""},
    {"missing", "field", " is missing"},
    {"retyped", "field", " is of another kind"},
};

static const char *say(struct arena *arena, const struct rows *rows, size_t i)
{
    long long records = rows_int(rows, i, 5);
    for (size_t w = 0; w < COUNT_OF(words); w++)
        if (text_equal(words[w].kind, rows_text(rows, i, 2)))
            return arena_printf(arena, "%s: %s '%s'%s since %s, %lld record%s, the last %s",
                                rows_text(rows, i, 0), words[w].before, rows_text(rows, i, 1),
                                words[w].behind, minute(arena, rows_text(rows, i, 3)), records,
                                records == 1 ? "" : "s", minute(arena, rows_text(rows, i, 4)));
    return NULL;
}

void fields_print_drift(struct arena *arena, const struct rows *rows)
{
    size_t said = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const char *line = say(arena, rows, i);
        if (!line)
            continue;
        if (!said++)
            (void)printf("\nFields that are not as their mapping expects; no published value goes "
                         "for that:\n");
        if (said <= SAID_MOST)
            (void)printf("  %s\n", line);
    }
    if (said > SAID_MOST)
        (void)printf("  and %zu more, in axle.drift\n", said - SAID_MOST);
}

void fields_write_drift(struct json_writer *json, const struct rows *rows)
{
    json_name(json, "drift");
    json_open(json, '[');
    for (size_t i = 0; i < rows->count; i++) {
        if (text_equal(rows_text(rows, i, 2), "ignored"))
            continue;
        json_open(json, '{');
        json_member(json, "source", rows_text(rows, i, 0));
        json_member(json, "field", rows_text(rows, i, 1));
        json_member(json, "kind", rows_text(rows, i, 2));
        json_member(json, "first_seen", rows_text(rows, i, 3));
        json_member(json, "last_seen", rows_text(rows, i, 4));
        json_member_int(json, "records", rows_int(rows, i, 5));
        json_close(json, '}');
    }
    json_close(json, ']');
}
