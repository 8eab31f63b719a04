#include "hub/api/push.h"
#include "hub/base/clock.h"
#include "sql.gen.h"

#define WAIT_MOST 10 /* seconds */
#define LOOK_MS 20   /* at first, and then less and less often */
#define LOOK_MOST_MS 200

/* A delivery that somebody waits for. */
struct waiting {
    int64_t stream, position; /* position 0: it was there before */
    int64_t until;            /* by clock_ms() */
    int64_t resolved_at;      /* the newest job once it was mapped; -1: it is not */
    unsigned look_ms;
};

static bool answer_accepted(struct call *call)
{
    struct json_writer json = {.out = {.arena = call->work}};
    json_open(&json, '{');
    json_member(&json, "source", call->request->values[0]);
    json_member(&json, "key", call->request->values[1]);
    json_member(&json, "status", "accepted");
    json_close(&json, '}');
    response_json(call->response, 202, buffer_string(&json.out));
    response_header(call->response, "Location", call->request->path);
    return true;
}

/* Has it been mapped, and all that was to be resolved then? */
static bool look(struct call *call, struct waiting *waiting, struct reject *reject, bool *done,
                 struct error *err)
{
    struct rows rows;
    *done = !waiting->position;
    if (*done)
        return true;
    if (!db_run(call->work, call->db, &SQL_PUSH_OUTCOME,
                PARAMS(db_int(call->work, waiting->stream), db_int(call->work, waiting->position)),
                &rows, err))
        return false;
    if (!rows.count || rows_int(&rows, 0, 0) == 0)
        return true;
    if (rows_text(&rows, 0, 1)) {
        *reject = (struct reject){.stage = rows_text(&rows, 0, 1),
                                  .code = rows_text(&rows, 0, 2),
                                  .message = rows_text(&rows, 0, 3),
                                  .line = (unsigned)rows_int(&rows, 0, 4),
                                  .column = (unsigned)rows_int(&rows, 0, 5)};
        *done = true;
        return true;
    }
    if (waiting->resolved_at < 0)
        waiting->resolved_at = rows_int(&rows, 0, 7);
    int64_t oldest = rows_int(&rows, 0, 6);
    *done = !oldest || oldest > waiting->resolved_at;
    return true;
}

/* Answer with the record once it is published; until then no thread is held. */
static bool wait_for(struct call *call, struct waiting *waiting, struct error *err)
{
    struct reject reject = {0};
    bool done;
    if (!look(call, waiting, &reject, &done, err))
        return false;
    if (reject.stage) {
        push_refuse(call, &reject);
        return true;
    }
    if (done)
        return get_record(call, err) || (err->kind == ERROR_NOT_FOUND && answer_accepted(call));
    if (clock_ms() < waiting->until) {
        call->response->again_ms = waiting->look_ms;
        waiting->look_ms =
            waiting->look_ms * 2 < LOOK_MOST_MS ? waiting->look_ms * 2 : LOOK_MOST_MS;
    }
    return answer_accepted(call);
}

/* Tokens alone: forms and signatures are for webhooks.  NULL with err->kind ERROR_NONE: it is answered. */
static const struct source *admit(struct call *call, const char *name, struct error *err)
{
    if (!call_admit(call, NULL, arena_printf(call->work, "push:%s", name), err))
        return NULL;
    const struct sources *sources = call_sources(call, err);
    const struct source *source = sources ? push_source(sources, name) : NULL;
    if (sources && !source)
        (void)error_set(err, ERROR_NOT_FOUND, "no source '%.100s' takes what is pushed", name);
    return source;
}

static bool stage_one(struct call *call, const struct source *source, struct staged *staged,
                      bool *taken, struct error *err)
{
    struct push_body body;
    struct reject reject;
    const char *sender = push_sender(call);
    const struct push_given given = {.content_type = request_header(call->request, "Content-Type"),
                                     .body = call->request->body,
                                     .delivery = push_delivery(call)};
    *taken = false;
    if (!push_may(call, source, sender, err))
        return err->kind == ERROR_NONE;
    const char *key = call->request->values[1];
    *taken = push_read_one(call->work, source->mapping, &given, &key, &body, &reject);
    if (*taken)
        return push_stage(call, source, sender, &body, staged, err);
    if (body.problem == PROBLEM_UNPROCESSABLE)
        push_refuse(call, &reject);
    else
        response_problem(call->response, body.problem, NULL, "%s", reject.message);
    return true;
}

bool put_record(struct call *call, struct error *err)
{
    const char *wait = request_parameter(call->request, "wait");
    struct waiting *waiting = call->response->state;
    struct staged staged;
    int64_t seconds = 0;
    bool taken;
    if (wait && !text_to_int(wait, 0, WAIT_MOST, &seconds))
        return call_bad_parameter(call, "wait", "seconds from 0 to %d", WAIT_MOST);
    const struct source *source = admit(call, call->request->values[0], err);
    if (!source)
        return err->kind == ERROR_NONE;
    if (waiting)
        return wait_for(call, waiting, err);
    if (!stage_one(call, source, &staged, &taken, err))
        return false;
    if (!taken)
        return true;
    if (!seconds)
        return answer_accepted(call);
    waiting = NEW(call->response->arena, struct waiting);
    *waiting = (struct waiting){.stream = staged.stream_id,
                                .position = staged.received ? staged.before + 1 : 0,
                                .until = clock_ms() + seconds * 1000,
                                .resolved_at = -1,
                                .look_ms = LOOK_MS};
    call->response->state = waiting;
    return wait_for(call, waiting, err);
}
