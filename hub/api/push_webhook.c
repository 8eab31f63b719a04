#include <time.h>

#include "hub/api/push.h"
#include "hub/api/push_sign.h"
#include "hub/base/secret.h"

#define REJECTS_SHOWN 100
#define SITE_KEY "X-Axle-Key"

/* Who sends, and from which page. */
struct sender {
    const char *name;   /* for the rate limit */
    const char *origin; /* of a page that may send; NULL: another, or none */
    const char *delivery;
};

/* Is the origin one of those that the source lists? */
static bool lists(const char *origins, const char *origin)
{
    size_t size = strlen(origin);
    for (const char *at = text_or_empty(origins); *at && size;) {
        size_t length = strcspn(at, " \t\r\n");
        if (length == size && strncasecmp(at, origin, size) == 0)
            return true;
        at += length;
        at += strspn(at, " \t\r\n");
    }
    return false;
}

/* Pages may read the answer where they may send. */
static void allow_origin(const struct call *call, const struct sender *sender)
{
    if (!sender->origin)
        return;
    response_header(call->response, "Access-Control-Allow-Origin", sender->origin);
    response_header(call->response, "Vary", "Origin");
}

static bool forbid(struct call *call, enum problem problem, const char *why)
{
    push_limits_count(call->api->limits, PUSH_FORBIDDEN, 1);
    response_problem(call->response, problem, NULL, "%s", why);
    return false;
}

static bool admit_token(struct call *call, const char *token, struct sender *sender,
                        struct error *err)
{
    const char *scope = arena_printf(call->work, "push:%s", call->request->values[0]);
    if (!call_admit(call, token, scope, err)) {
        if (err->kind == ERROR_NONE)
            push_limits_count(call->api->limits, PUSH_FORBIDDEN, 1);
        return false;
    }
    sender->name = push_sender(call);
    return true;
}

/* A signed delivery is known by what was signed, not by what somebody wrote on it since. */
static bool admit_signed(struct call *call, const struct source *source, struct sender *sender,
                         struct error *err)
{
    const struct transport *from = &source->mapping->from;
    const char *secret;
    if (!secret_file_read(call->work, secret_file(call->work, call->api->site, from->secret_file),
                          &secret, err))
        return error_wrap(err, "source '%s'", source->name);
    const struct signing signing = {secret, from->header, (int64_t)time(NULL)};
    bool fits = signature_check(call->request, &signing, err);
    err->kind = ERROR_NONE;
    if (!fits)
        return forbid(call, PROBLEM_UNAUTHORIZED, err->text);
    sender->name = arena_printf(call->work, "signed %s", source->name);
    if (!from->header)
        sender->delivery = request_header(call->request, "webhook-id");
    return true;
}

/* A page of a site that the mapping lists; a key, where it sends one, tells it from the others. */
static bool admit_page(struct call *call, const struct source *source, struct sender *sender,
                       struct error *err)
{
    const char *key = request_parameter(call->request, "key");
    key = key ? key : request_header(call->request, SITE_KEY);
    err->kind = ERROR_NONE;
    if (!sender->origin)
        return forbid(call, PROBLEM_FORBIDDEN, "no page of this origin may send here");
    if (key)
        return admit_token(call, key, sender, err);
    sender->name = arena_printf(call->work, "page %s %s", source->name, sender->origin);
    return true;
}

static bool admit(struct call *call, const struct source *source, struct sender *sender,
                  struct error *err)
{
    const struct transport *from = source ? &source->mapping->from : NULL;
    const char *origin = request_header(call->request, "Origin");
    if (from && origin && lists(from->origins, origin))
        sender->origin = origin;
    if (request_header(call->request, "Authorization") || !from)
        return admit_token(call, NULL, sender, err);
    if (from->secret_file &&
        (!from->origins || !origin || signature_given(call->request, from->header)))
        return admit_signed(call, source, sender, err);
    if (from->origins && origin)
        return admit_page(call, source, sender, err);
    return admit_token(call, NULL, sender, err);
}

/* {"received":3,"rejected":1,"rejects":[{"record":2,"reject":{..}}]}: the same whenever it is asked. */
static const char *receipt(const struct call *call, const struct push_body *body)
{
    struct json_writer json = {.out = {.arena = call->work}};
    const struct fault_list *faults = &body->faults;
    json_open(&json, '{');
    json_member_int(&json, "received", (int64_t)body->items.count);
    json_member_int(&json, "rejected", (int64_t)faults->count);
    json_name(&json, "rejects");
    json_open(&json, '[');
    for (size_t i = 0; i < faults->count && i < REJECTS_SHOWN; i++) {
        json_open(&json, '{');
        json_member_int(&json, "record", (int64_t)faults->list[i].item + 1);
        json_name(&json, "reject");
        push_write_reject(&json, &faults->list[i].reject);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    return buffer_string(&json.out);
}

static bool deliver(struct call *call, const struct source *source, const struct sender *sender,
                    struct error *err)
{
    struct push_body body;
    struct staged staged;
    const struct push_given given = {.content_type = request_header(call->request, "Content-Type"),
                                     .body = call->request->body,
                                     .delivery =
                                         sender->delivery ? sender->delivery : push_delivery(call)};
    if (!push_may(call, source, sender->name, err))
        return err->kind == ERROR_NONE;
    if (!push_body_read(call->work, source->mapping, &given, &body)) {
        response_problem(call->response, body.problem, NULL, "%s", body.why);
        return true;
    }
    if (!body.items.count) {
        response_problem(call->response, PROBLEM_UNPROCESSABLE, NULL, "there is no record in it");
        return true;
    }
    if (!push_stage(call, source, sender->name, &body, &staged, err))
        return false;
    if (body.faults.count == body.items.count)
        push_refuse(call, &body.faults.list[0].reject);
    else
        response_json(call->response, 202, receipt(call, &body));
    return true;
}

bool post_push(struct call *call, struct error *err)
{
    struct sender sender = {0};
    const char *name = call->request->values[0];
    const struct sources *sources = call_sources(call, err);
    if (!sources)
        return false;
    const struct source *source = push_source(sources, name);
    bool admitted = admit(call, source, &sender, err);
    if (!admitted && err->kind != ERROR_NONE)
        return false;
    if (admitted && !source)
        return error_set(err, ERROR_NOT_FOUND, "no source '%.100s' takes what is pushed", name);
    if (admitted && !deliver(call, source, &sender, err))
        return false;
    allow_origin(call, &sender);
    return true;
}

/* What a browser asks before a page of another site may send. */
bool options_push(struct call *call, struct error *err)
{
    struct sender sender = {0};
    const char *origin = request_header(call->request, "Origin");
    const struct sources *sources = call_sources(call, err);
    if (!sources)
        return false;
    const struct source *source = push_source(sources, call->request->values[0]);
    if (!source || !origin || !lists(source->mapping->from.origins, origin)) {
        response_problem(call->response, PROBLEM_FORBIDDEN, NULL,
                         "no page of this origin may send here");
        return true;
    }
    sender.origin = origin;
    call->response->status = 204;
    allow_origin(call, &sender);
    response_header(call->response, "Access-Control-Allow-Methods", "POST");
    response_header(call->response, "Access-Control-Allow-Headers",
                    "Content-Type, Idempotency-Key, " SITE_KEY);
    response_header(call->response, "Access-Control-Max-Age", "600");
    return true;
}
