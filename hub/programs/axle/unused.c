/* axle unused: elements that nothing fills, and fields that nothing uses. */
#include <stdio.h>

#include "hub/base/json.h"
#include "hub/programs/axle/desk.h"
#include "sql.gen.h"

struct report {
    const struct dictionary *dictionary;
    const struct sources *sources;
    struct map filled; /* elements by name */
    struct rows fields;
};

static bool is_mapped(const struct report *report, const struct element *element)
{
    for (size_t i = 0; i < report->sources->count; i++)
        if (mapping_fills(report->sources->list[i].mapping, element))
            return true;
    return false;
}

/* Why nothing is in it; NULL when something is. */
static const char *why_empty(const struct report *report, const struct element *element)
{
    if (map_get_text(&report->filled, element->name))
        return NULL;
    return is_mapped(report, element) ? "empty" : "unmapped";
}

/* Why nothing uses a field; NULL when that is not what the row says. */
static const char *why_unused(const struct rows *fields, size_t i)
{
    const char *kind = rows_text(fields, i, 2);
    return text_equal(kind, "new") || text_equal(kind, "ignored") ? kind : NULL;
}

static void write_elements(struct json_writer *json, const struct report *report)
{
    json_name(json, "elements");
    json_open(json, '[');
    for (size_t i = 0; i < report->dictionary->element_count; i++) {
        const struct element *element = &report->dictionary->elements[i];
        const char *why = why_empty(report, element);
        if (!why)
            continue;
        json_open(json, '{');
        json_member(json, "element", element->name);
        json_member(json, "why", why);
        json_member(json, "steward", text_or_null(element->steward));
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_fields(struct json_writer *json, const struct rows *fields)
{
    json_name(json, "fields");
    json_open(json, '[');
    for (size_t i = 0; i < fields->count; i++) {
        const char *why = why_unused(fields, i);
        if (!why)
            continue;
        json_open(json, '{');
        json_member(json, "source", rows_text(fields, i, 0));
        json_member(json, "field", rows_text(fields, i, 1));
        json_member(json, "why", why);
        json_member(json, "since", rows_text(fields, i, 3));
        json_member(json, "last_seen", rows_text(fields, i, 4));
        json_member_int(json, "records", rows_int(fields, i, 5));
        json_close(json, '}');
    }
    json_close(json, ']');
}

static bool is_class_used(const struct report *report, const struct object_class *class)
{
    for (unsigned i = 0; i < class->count; i++) {
        const char *why = why_empty(report, &report->dictionary->elements[class->first + i]);
        if (!why || text_equal(why, "empty"))
            return true;
    }
    return false;
}

static void print_class(const struct report *report, const struct object_class *class)
{
    if (!is_class_used(report, class)) {
        (void)printf("  %-40s no mapping fills any of its %u elements\n", class->name,
                     class->count);
        return;
    }
    for (unsigned i = 0; i < class->count; i++) {
        const struct element *element = &report->dictionary->elements[class->first + i];
        const char *why = why_empty(report, element);
        if (why)
            (void)printf("  %-40s %s\n", element->name,
                         text_equal(why, "empty") ? "mapped, but no record has a value"
                                                  : "no mapping fills it");
    }
}

static void print(const struct report *report)
{
    const struct rows *fields = &report->fields;
    (void)printf("Elements that nothing fills:\n");
    for (size_t i = 0; i < report->dictionary->class_count; i++)
        print_class(report, &report->dictionary->classes[i]);
    (void)printf("\nFields that nothing uses:\n");
    for (size_t i = 0; i < fields->count; i++) {
        const char *why = why_unused(fields, i);
        if (why)
            (void)printf("  %s '%s': %s, since %.10s, %lld records\n", rows_text(fields, i, 0),
                         rows_text(fields, i, 1),
                         text_equal(why, "new") ? "its mapping does not know it"
                                                : "its mapping ignores it",
                         rows_text(fields, i, 3), (long long)rows_int(fields, i, 5));
    }
}

static bool read_report(const struct call *call, struct report *report, struct error *err)
{
    struct arena *arena = call->arena;
    struct desk desk;
    struct rows filled;
    if (!desk_open(call, &desk, err) ||
        !db_run(arena, desk.hub.db, &SQL_ELEMENT_FILLED, NO_PARAMS, &filled, err) ||
        !db_run(arena, desk.hub.db, &SQL_DRIFT_LIST, NO_PARAMS, &report->fields, err))
        return false;
    report->dictionary = desk.hub.dictionary;
    report->sources = desk.hub.sources;
    report->filled.arena = arena;
    for (size_t i = 0; i < filled.count; i++)
        map_put_text(
            &report->filled,
            arena_printf(arena, "%s.%s", rows_text(&filled, i, 0), rows_text(&filled, i, 1)),
            report);
    return true;
}

static enum exit_status unused(const struct call *call, struct error *err)
{
    struct report report = {0};
    if (!read_report(call, &report, err))
        return EXIT_WRONG;
    if (!call_has(call, "json")) {
        print(&report);
        return EXIT_DONE;
    }
    struct json_writer json = {.out = {.arena = call->arena}};
    json_open(&json, '{');
    write_elements(&json, &report);
    write_fields(&json, &report.fields);
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
    return EXIT_DONE;
}

const struct command command_unused = {
    .name = "unused",
    .usage = "[--json]",
    .summary = "elements that nothing fills, fields that nothing uses",
    .help =
        "Elements: no live mapping fills them, or none of the records that came in has a value.\n"
        "Fields: sources send them, and their mapping does not know or ignores them; since when,\n"
        "and in how many records.  What nobody uses need not be collected.",
    .options = (const struct option[]){{"json", NULL, "as JSON"}, {0}},
    .run = unused,
};
