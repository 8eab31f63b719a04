#include "hub/api/push.h"
#include "hub/base/list.h"

#define BATCH_MOST 1000

/* One item of a batch, and what became of it. */
struct batch_item {
    const struct source *source;
    const char *source_name, *key;
    struct push_body body;
    struct reject reject;
    unsigned status;
    bool staged;
};

struct batch {
    struct call *call;
    const struct sources *sources;
    struct batch_item *items;
    size_t count;
};

static void refuse(struct batch_item *item, unsigned status, const char *code, const char *message)
{
    item->status = status;
    item->reject = (struct reject){.stage = "validate", .code = code, .message = message};
}

/* As it would stand in a PUT: a text as it is, of JSON anything else as JSON. */
static struct slice body_of(struct arena *arena, const struct json *value)
{
    struct json_writer json = {.out = {.arena = arena}};
    if (value->type == JSON_STRING)
        return (struct slice){text_or_empty(value->text), strlen(text_or_empty(value->text))};
    json_value(&json, value);
    return (struct slice){buffer_string(&json.out), json.out.length};
}

static void read_body(const struct batch *batch, struct batch_item *item, const struct json *value,
                      size_t ordinal)
{
    struct call *call = batch->call;
    const char *delivery = push_delivery(call);
    const struct push_given given = {
        .body = body_of(call->work, value),
        .delivery = delivery ? arena_printf(call->work, "%zu/%s", ordinal, delivery) : NULL};
    item->status = 202;
    if (!push_read_one(call->work, item->source->mapping, &given, &item->key, &item->body,
                       &item->reject))
        item->status = 422;
}

static void read_item(const struct batch *batch, struct batch_item *item, const struct json *json,
                      size_t ordinal)
{
    struct call *call = batch->call;
    const struct json *body = json_get(json, "body");
    item->source_name = json_get_text(json, "source");
    item->key = json_get_text(json, "key");
    for (const struct json *member = json->first; member; member = member->next)
        if (member->repeated)
            body = NULL;
    if (!item->source_name || !body) {
        refuse(item, 422, "item", "an item has a source, a body and perhaps a key, each once");
        return;
    }
    if (!principal_has(&call->principal, arena_printf(call->work, "push:%s", item->source_name))) {
        refuse(item, 403, "scope", "the token does not allow this source");
        return;
    }
    item->source = push_source(batch->sources, item->source_name);
    if (item->source)
        read_body(batch, item, body, ordinal);
    else
        refuse(item, 404, "source", "no source of this name takes what is pushed");
}

/* All that go together: of one source, and with one header. */
static bool stage_like(const struct batch *batch, struct batch_item *first, struct error *err)
{
    struct push_body all = {.header = first->body.header};
    struct staged staged;
    for (struct batch_item *item = first; item < batch->items + batch->count; item++) {
        struct slice header = item->body.header;
        if (item->status != 202 || item->staged || item->source != first->source ||
            header.size != all.header.size ||
            (header.size && memcmp(header.bytes, all.header.bytes, header.size) != 0))
            continue;
        LIST_ADD(batch->call->work, &all.items, item->body.items.list[0]);
        item->staged = true;
    }
    return push_stage(batch->call, first->source, push_sender(batch->call), &all, &staged, err);
}

static bool stage_all(const struct batch *batch, struct error *err)
{
    const char *sender = push_sender(batch->call);
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].status == 202 &&
            (!i || batch->items[i].source != batch->items[i - 1].source) &&
            !push_may(batch->call, batch->items[i].source, sender, err))
            return false;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].status == 202 && !batch->items[i].staged &&
            !stage_like(batch, &batch->items[i], err))
            return false;
    return true;
}

static void answer(const struct batch *batch)
{
    struct json_writer json = {.out = {.arena = batch->call->work}};
    json_open(&json, '{');
    json_name(&json, "results");
    json_open(&json, '[');
    for (const struct batch_item *item = batch->items; item < batch->items + batch->count; item++) {
        json_open(&json, '{');
        json_member(&json, "source", item->source_name);
        json_member(&json, "key", item->key);
        json_member_int(&json, "status", item->status);
        if (item->status != 202) {
            json_name(&json, "reject");
            push_write_reject(&json, &item->reject);
        }
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    response_json(batch->call->response, 200, buffer_string(&json.out));
}

/* NULL when it is answered. */
static const struct json *read_records(struct call *call)
{
    struct json_fault fault;
    const struct slice *body = &call->request->body;
    const struct json *root = json_parse(call->work, body->bytes, body->size, &fault);
    const struct json *records = root ? json_get(root, "records") : NULL;
    if (!root)
        response_problem(call->response, PROBLEM_BAD_REQUEST, NULL,
                         "the body is not JSON: line %u, column %u: %s", fault.line, fault.column,
                         fault.message);
    else if (!records || records->repeated || records->type != JSON_ARRAY)
        response_problem(call->response, PROBLEM_BAD_REQUEST, NULL,
                         "send {\"records\":[{\"source\":\"..\",\"key\":\"..\",\"body\":..}]}");
    else if (records->count > BATCH_MOST)
        response_problem(call->response, PROBLEM_TOO_LARGE, NULL, "a batch has at most %d records",
                         BATCH_MOST);
    else
        return records;
    return NULL;
}

bool post_batch(struct call *call, struct error *err)
{
    struct batch batch = {.call = call};
    if (!call_admit(call, NULL, NULL, err))
        return err->kind == ERROR_NONE;
    batch.sources = call_sources(call, err);
    if (!batch.sources)
        return false;
    const struct json *records = read_records(call);
    if (!records)
        return true;
    batch.items = NEW_ARRAY(call->work, struct batch_item, records->count + 1);
    for (const struct json *json = records->first; json; json = json->next) {
        read_item(&batch, &batch.items[batch.count], json, batch.count);
        batch.count++;
    }
    if (!stage_all(&batch, err))
        return err->kind == ERROR_NONE;
    answer(&batch);
    return true;
}
