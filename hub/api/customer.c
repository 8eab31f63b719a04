#include "hub/api/handlers.h"
#include "sql.gen.h"

static bool read_id(struct call *call, struct uuid *id)
{
    if (uuid_read(call->request->values[0], id))
        return true;
    (void)call_bad_parameter(call, "id", "'%.60s' is no customer id", call->request->values[0]);
    return false;
}

static const char *path_of(struct call *call, struct uuid id)
{
    char text[UUID_TEXT];
    uuid_text(id, text);
    const char *behind = strchr(call->request->route->pattern, '}') + 1;
    return arena_printf(call->work, "/v1/customers/%s%s", text, behind);
}

static void answer_choices(struct call *call, const struct rows *rows)
{
    struct json_writer json = {.out = {.arena = call->work}};
    json_open(&json, '{');
    json_name(&json, "customers");
    json_open(&json, '[');
    for (size_t i = 0; i < rows->count; i++) {
        char id[UUID_TEXT];
        uuid_text(rows_uuid(rows, i, 0), id);
        json_open(&json, '{');
        json_member(&json, "id", id);
        json_name(&json, "records");
        json_raw(&json, rows_text(rows, i, 1));
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    response_json(call->response, 300, buffer_string(&json.out));
}

/* An id that stands for no customer now: where its records went decides. */
static bool answer_retired(struct call *call, struct uuid id, struct error *err)
{
    struct rows rows;
    if (!db_run(call->work, call->db, &SQL_CUSTOMER_EXISTS, PARAMS(db_uuid(call->work, id)), &rows,
                err))
        return false;
    if (!rows.count)
        return error_set(err, ERROR_NOT_FOUND, "no customer ever had this id");
    if (!db_run(call->work, call->db, &SQL_CUSTOMER_WHEREABOUTS, PARAMS(db_uuid(call->work, id)),
                &rows, err))
        return false;
    response_header(call->response, "Cache-Control", "no-store");
    if (rows.count == 1) {
        const char *path = path_of(call, rows_uuid(&rows, 0, 0));
        response_json(call->response, 301, arena_printf(call->work, "{\"location\":\"%s\"}", path));
        response_header(call->response, "Location", path);
    } else if (rows.count) {
        answer_choices(call, &rows);
    } else {
        response_problem(call->response, PROBLEM_GONE, NULL, "the customer was erased");
    }
    return true;
}

/* Is this version among those that the client holds? */
static bool is_held(struct call *call, const char *etag)
{
    const char *held = request_header(call->request, "If-None-Match");
    size_t count;
    if (!held)
        return false;
    const char **tags = text_split(call->work, held, ',', &count);
    for (size_t i = 0; i < count; i++) {
        const char *tag = text_trim(call->work, tags[i]);
        if (text_starts(tag, "W/"))
            tag += 2;
        if (text_equal(tag, etag) || text_equal(tag, "*"))
            return true;
    }
    return false;
}

bool get_customer(struct call *call, struct error *err)
{
    struct uuid id;
    struct rows rows;
    if (!read_id(call, &id))
        return true;
    if (!db_run(call->work, call->db, &SQL_CUSTOMER_SHOW, PARAMS(db_uuids(call->work, &id, 1)),
                &rows, err))
        return false;
    if (!rows.count)
        return answer_retired(call, id, err);

    const char *etag = arena_printf(call->work, "\"%lld\"", (long long)rows_int(&rows, 0, 1));
    struct json_writer json = {.out = {.arena = call->work}};
    if (!represent_customer(call, &rows, 0, &json, err))
        return false;
    if (is_held(call, etag))
        call->response->status = 304;
    else
        response_json(call->response, 200, buffer_string(&json.out));
    response_header(call->response, "ETag", etag);
    response_header(call->response, "Cache-Control", "private, no-cache");
    response_header(call->response, "Vary", "Authorization");
    return true;
}

/* One list of a customer: an object a row, with these members and none where the value is null. */
struct list {
    const char *name;
    const struct stmt *stmt;
    const char *members[8];
    bool (*keep)(const struct call *call, const struct rows *rows, size_t row);
};

static bool answer_list(struct call *call, const struct list *list, struct error *err)
{
    struct uuid id;
    struct rows rows;
    if (!read_id(call, &id))
        return true;
    if (!db_run(call->work, call->db, list->stmt, PARAMS(db_uuid(call->work, id)), &rows, err))
        return false;
    if (!rows.count)
        return answer_retired(call, id, err);
    struct json_writer json = {.out = {.arena = call->work}};
    json_open(&json, '{');
    json_name(&json, list->name);
    json_open(&json, '[');
    for (size_t row = 0; row < rows.count; row++) {
        if (list->keep && !list->keep(call, &rows, row))
            continue;
        json_open(&json, '{');
        for (int column = 0; list->members[column]; column++) {
            if (text_equal(list->members[column], "version"))
                json_member_int(&json, "version", rows_int(&rows, row, column));
            else
                json_member(&json, list->members[column], rows_text(&rows, row, column));
        }
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    response_json(call->response, 200, buffer_string(&json.out));
    return true;
}

bool get_customer_records(struct call *call, struct error *err)
{
    static const struct list records = {
        "records",
        &SQL_CUSTOMER_RECORDS,
        {"source", "source_key", "part", "version", "first_seen", "last_seen"},
        NULL,
    };
    return answer_list(call, &records, err);
}

/* A composite is shown when all of its elements may be. */
static bool may_see_value(const struct call *call, const struct rows *rows, size_t row)
{
    const struct dictionary *dictionary = call->dictionary;
    const struct object_class *class = dictionary_class(dictionary, "customer");
    const char *path = rows_text(rows, row, 0);
    bool known = false;
    for (unsigned i = 0; class && i < class->count; i++) {
        const struct element *element = &dictionary->elements[class->first + i];
        if (!text_equal(element->path, path) &&
            (!element->composite || !text_equal(element->composite, path)))
            continue;
        known = true;
        if (!call_may_see(call, element))
            return false;
    }
    return known;
}

bool get_customer_lineage(struct call *call, struct error *err)
{
    static const struct list lineage = {
        "lineage",
        &SQL_CUSTOMER_LINEAGE,
        {"element", "value", "source", "source_key", "part", "rule", "since"},
        may_see_value,
    };
    return answer_list(call, &lineage, err);
}
