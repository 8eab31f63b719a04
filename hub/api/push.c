#include "hub/api/push.h"

#include "hub/base/clock.h"

#define DELIVERY_MOST 300 /* bytes of what names one */
#define FULL_SECONDS "5"

const struct source *push_source(const struct sources *sources, const char *name)
{
    const struct source *source = sources_by_name(sources, name);
    return source && source->mapping->from.kind == TRANSPORT_PUSH ? source : NULL;
}

const char *push_delivery(const struct call *call)
{
    const char *id = request_header(call->request, "Idempotency-Key");
    id = id ? id : request_header(call->request, "webhook-id");
    return id && !text_is_blank(id) ? arena_printf(call->work, "%.*s", DELIVERY_MOST, id) : NULL;
}

bool push_may(struct call *call, const struct source *source, const char *sender, struct error *err)
{
    bool full;
    unsigned wait =
        push_limits_wait(call->api->limits, sender, source->mapping->from.rate, clock_ms());
    err->kind = ERROR_NONE;
    if (wait) {
        push_limits_count(call->api->limits, PUSH_LIMITED, 1);
        response_problem(call->response, PROBLEM_TOO_MANY, NULL,
                         "this sender may send %u records a minute; come again in %u seconds",
                         source->mapping->from.rate, wait);
        response_header(call->response, "Retry-After", arena_printf(call->work, "%u", wait));
        return false;
    }
    if (!call_inbox_full(call, &full, err) || !full)
        return err->kind == ERROR_NONE;
    push_limits_count(call->api->limits, PUSH_FULL, 1);
    response_problem(call->response, PROBLEM_UNAVAILABLE, NULL,
                     "too many deliveries wait to be worked off");
    response_header(call->response, "Retry-After", FULL_SECONDS);
    return false;
}

bool push_stage(struct call *call, const struct source *source, const char *sender,
                const struct push_body *body, struct staged *staged, struct error *err)
{
    struct push_limits *limits = call->api->limits;
    /* A stream a thread: none waits for what another commits. */
    const struct feed feed = {.stream = arena_printf(call->work, "push/%u", call_thread(call)),
                              .label = "push",
                              .header = body->header,
                              .list = body->items.list,
                              .count = body->items.count};
    call->wrote = true;
    if (!feed_stage(call->db, source, NULL, &feed, staged, err))
        return false;
    push_limits_take(limits, sender, source->mapping->from.rate, feed.count, clock_ms());
    size_t received = (size_t)staged->received, faults = body->faults.count;
    faults = faults < received ? faults : received;
    push_limits_count(limits, PUSH_ACCEPTED, received - faults);
    push_limits_count(limits, PUSH_REJECTED, faults);
    push_limits_count(limits, PUSH_REPEATED, feed.count - received);
    return true;
}

static bool says_key(struct arena *work, const struct mapping *mapping,
                     const struct push_body *body, const char **key, struct reject *reject)
{
    struct mapped mapped;
    const struct feed_item *item = body->items.list;
    const struct fields *fields =
        format_decode(work, &mapping->format, body->header, item->raw, item->line, reject);
    if (!fields || !mapping_apply(work, mapping, fields, &mapped, reject))
        return false;
    *reject = (struct reject){
        .stage = "map", .code = "no-record", .message = "the mapping passes this record over"};
    for (size_t i = 0; i < mapped.count; i++) {
        if (!*key || text_equal(mapped.records[i]->key, *key)) {
            *key = mapped.records[i]->key;
            return true;
        }
        *reject = (struct reject){.stage = "map",
                                  .code = "other-key",
                                  .message = arena_printf(work, "its key is '%.200s', not '%.200s'",
                                                          mapped.records[i]->key, *key)};
    }
    return false;
}

bool push_read_one(struct arena *work, const struct mapping *mapping,
                   const struct push_given *given, const char **key, struct push_body *body,
                   struct reject *reject)
{
    body->problem = PROBLEM_UNPROCESSABLE;
    *reject = (struct reject){.stage = "decode", .code = "records"};
    if (!push_body_read(work, mapping, given, body)) {
        reject->message = body->why;
        return false;
    }
    body->problem = PROBLEM_UNPROCESSABLE;
    if (body->items.count != 1) {
        reject->message =
            arena_printf(work, "there are %zu records in it, not one", body->items.count);
        return false;
    }
    if (body->faults.count) {
        *reject = body->faults.list->reject;
        return false;
    }
    return says_key(work, mapping, body, key, reject);
}

const char *push_sender(const struct call *call)
{
    char id[UUID_TEXT];
    uuid_text(call->principal.token_id, id);
    return arena_printf(call->work, "token %s", id);
}

void push_write_reject(struct json_writer *json, const struct reject *reject)
{
    json_open(json, '{');
    json_member(json, "stage", reject->stage);
    json_member(json, "code", reject->code);
    json_member(json, "message", reject->message);
    if (reject->line)
        json_member_int(json, "line", reject->line);
    if (reject->column)
        json_member_int(json, "column", reject->column);
    json_close(json, '}');
}

void push_refuse(struct call *call, const struct reject *reject)
{
    struct json_writer json = {.out = {.arena = call->work}};
    response_problem(call->response, PROBLEM_UNPROCESSABLE, NULL, "%s", reject->message);
    push_write_reject(&json, reject);
    response_member(call->response, "reject", buffer_string(&json.out));
}
