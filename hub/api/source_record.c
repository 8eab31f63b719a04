#include "hub/api/handlers.h"
#include "sql.gen.h"

/* {"customer.email":["..."]}: what the source said, in its standard form. */
static bool write_values(const struct call *call, const struct rows *rows, size_t row,
                         struct json_writer *json, struct error *err)
{
    struct json_fault fault;
    const char *class_name = rows_text(rows, row, 3), *text = rows_text(rows, row, 4);
    const struct json *doc = json_parse(call->work, text, strlen(text), &fault);
    if (!doc)
        return error_set(err, ERROR_FATAL, "a record cannot be read");
    json_open(json, '{');
    for (const struct json *member = doc->first; member; member = member->next) {
        const struct element *element = dictionary_path(call->dictionary, class_name, member->name);
        bool open = false;
        if (!call_may_see(call, element))
            continue;
        for (const struct json *value = member->first; value; value = value->next) {
            if (!json_get_text(value, "v") || json_get(value, "d"))
                continue;
            if (!open) {
                json_name(json, element->name);
                json_open(json, '[');
                open = true;
            }
            json_text(json, json_get_text(value, "v"));
        }
        if (open)
            json_close(json, ']');
    }
    json_close(json, '}');
    return true;
}

static const char *state_of(const struct rows *rows, size_t row)
{
    return rows_int(rows, row, 2) == 0 ? "current" : "deleted";
}

static void write_customers(const struct rows *rows, struct json_writer *json)
{
    json_name(json, "customers");
    json_open(json, '[');
    for (size_t i = 0; i < rows->count; i++) {
        char id[UUID_TEXT];
        if (rows_is_null(rows, i, 5))
            continue; /* not resolved yet, or deleted */
        uuid_text(rows_uuid(rows, i, 5), id);
        json_open(json, '{');
        json_member(json, "part", rows_text(rows, i, 0));
        json_member(json, "id", id);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static bool write_parts(const struct call *call, const struct rows *rows, struct json_writer *json,
                        struct error *err)
{
    json_name(json, "parts");
    json_open(json, '[');
    for (size_t i = 0; i < rows->count; i++) {
        json_open(json, '{');
        json_member(json, "part", rows_text(rows, i, 0));
        json_member_int(json, "version", rows_int(rows, i, 1));
        json_member(json, "state", state_of(rows, i));
        json_name(json, "values");
        if (!write_values(call, rows, i, json, err))
            return false;
        json_close(json, '}');
    }
    json_close(json, ']');
    return true;
}

/* Version and state are those of the part that changed last and of the one most alive. */
bool get_record(struct call *call, struct error *err)
{
    const char *source = call->request->values[0], *key = call->request->values[1];
    struct rows rows;
    if (!db_run(call->work, call->db, &SQL_RECORD_SHOW, PARAMS(db_text(source), db_text(key)),
                &rows, err))
        return false;
    if (!rows.count)
        return error_set(err, ERROR_NOT_FOUND, "there is no record with this key in a source '%s'",
                         source);
    int64_t version = 0;
    const char *state = "deleted";
    for (size_t i = 0; i < rows.count; i++) {
        version = rows_int(&rows, i, 1) > version ? rows_int(&rows, i, 1) : version;
        state = rows_int(&rows, i, 2) == 0 ? "current" : state;
    }
    struct json_writer json = {.out = {.arena = call->work}};
    json_open(&json, '{');
    json_member(&json, "source", source);
    json_member(&json, "key", key);
    json_member_int(&json, "version", version);
    json_member(&json, "state", state);
    write_customers(&rows, &json);
    json_name(&json, "values");
    if (!write_values(call, &rows, 0, &json, err))
        return false;
    if (rows.count > 1 && !write_parts(call, &rows, &json, err))
        return false;
    json_close(&json, '}');
    response_json(call->response, 200, buffer_string(&json.out));
    return true;
}
