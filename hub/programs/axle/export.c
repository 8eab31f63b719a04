/* axle export: what the hub publishes, as a file. */
#include "hub/base/json.h"
#include "hub/base/text.h"
#include "hub/format/csv_write.h"
#include "hub/programs/axle/desk.h"
#include "hub/store/cursor.h"
#include "sql.gen.h"

/* Each row of a statement is one JSON object, with the columns of the view or some of them. */
static const struct export
{
    const char *name;
    const struct stmt *declare;
    const char *view;
    size_t columns; /* only so many, the first ones; 0: all */
}
exports[] = {
    {"customers", &SQL_CUSTOMER_EXPORT, "customer", 0},
    {"xref", &SQL_XREF_EXPORT, "xref", 4},
    {"households", &SQL_HOUSEHOLD_EXPORT, "household", 0},
    {"rejects", &SQL_REJECT_EXPORT, "reject", 0},
    {"reviews", &SQL_REVIEW_EXPORT, "review_task", 0},
};

static const struct export *find_export(const char *name, struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(exports); i++)
        if (text_equal(exports[i].name, name))
            return &exports[i];
    (void)error_set(
        err, ERROR_FATAL,
        "nothing called '%s' to export; there are customers, xref, households, rejects and reviews",
        name);
    return NULL;
}

static bool print_header(struct db *db, const struct export *export, struct error *err)
{
    ARENA(work);
    struct rows rows;
    struct csv_writer csv = {.out = {.arena = work}};
    if (!db_run(work, db, &SQL_VIEW_COLUMNS, PARAMS(db_text(export->view)), &rows, err))
        return false;
    for (size_t i = 0; i < rows.count && (!export->columns || i < export->columns); i++)
        csv_write(&csv, rows_text(&rows, i, 0));
    csv_write_end(&csv);
    (void)fputs(buffer_string(&csv.out), stdout);
    return true;
}

static const char *cell(struct arena *arena, const struct json *value)
{
    struct json_writer json = {.out = {.arena = arena}};
    if (value->type == JSON_NULL)
        return NULL;
    if (value->text)
        return value->text;
    json_value(&json, value);
    return buffer_string(&json.out);
}

static void print_csv(const char *object)
{
    ARENA(work);
    struct csv_writer csv = {.out = {.arena = work}};
    struct json_fault fault;
    const struct json *row = json_parse(work, object, strlen(object), &fault);
    for (const struct json *value = row ? row->first : NULL; value; value = value->next)
        csv_write(&csv, cell(work, value));
    csv_write_end(&csv);
    (void)fputs(buffer_string(&csv.out), stdout);
}

static void print_jsonl(const char *object)
{
    (void)puts(object);
}

static const struct {
    const char *name;
    void (*print)(const char *object);
    bool header;
} formats[] = {
    {"csv", print_csv, true},
    {"jsonl", print_jsonl, false},
};

static bool print_rows(const struct call *call, struct db *db, const struct export *export,
                       void (*print)(const char *object), struct error *err)
{
    struct rows rows = {.count = 1};
    if (!cursor_open(call->arena, db, export->declare, err))
        return false;
    while (rows.count) {
        ARENA(page);
        if (!cursor_next(page, db, &rows, err))
            return false;
        for (size_t i = 0; i < rows.count; i++)
            print(rows_text(&rows, i, 0));
        if (ferror(stdout))
            return error_set(err, ERROR_FATAL, "cannot write the result");
    }
    return true;
}

static bool export_all(const struct call *call, const struct export *export, size_t format,
                       struct error *err)
{
    struct db *db = desk_connect(call, err);
    return db && (!formats[format].header || print_header(db, export, err)) &&
           print_rows(call, db, export, formats[format].print, err);
}

static enum exit_status run_export(const struct call *call, struct error *err)
{
    const char *name = call_text(call, "format", "csv");
    const struct export *export = find_export(call->arguments[0], err);
    if (!export)
        return EXIT_WRONG;
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (text_equal(formats[i].name, name))
            return export_all(call, export, i, err) ? EXIT_DONE : EXIT_WRONG;
    (void)error_set(err, ERROR_FATAL, "--format must be csv or jsonl, not '%s'", name);
    return EXIT_WRONG;
}

const struct command command_export = {
    .name = "export",
    .usage = "customers|xref|households|rejects|reviews [--format csv|jsonl]",
    .summary = "print what the hub publishes",
    .help =
        "The columns are those of the views axle.customer, axle.xref (source, source_key, part,\n"
        "customer_id, sorted), axle.reject (raw bytes as \\x and hexadecimal digits) and\n"
        "axle.review_task, all as they stand at one moment.",
    .options = (const struct option[]){{"format", "F", "csv (default) or jsonl"}, {0}},
    .least = 1,
    .most = 1,
    .run = run_export,
};
