#include "hub/pipeline/resolve.h"

#include "hub/base/list.h"
#include "hub/pipeline/resolution.h"
#include "sql.gen.h"

#define ATTEMPTS_MOST 20 /* of closing a component that grows under our hands */
#define SUSPECT_AFTER 3  /* attempts of processes that ended: from then on a job is taken alone */
#define REFUSED_AFTER 6  /* such attempts: enough */
#define AGAIN_MOST 6     /* times that what was set aside is tried again, the last after 32 hours */

/* What the whole hub is at. */
struct state {
    const char *model_hash;
    unsigned step;   /* that holds */
    unsigned wanted; /* by the number of records */
};

static bool read_state(struct arena *work, const struct hub *hub, struct state *state,
                       struct error *err)
{
    struct rows rows;
    if (!db_run(work, hub->db, &SQL_INSTANCE_STATE, NO_PARAMS, &rows, err))
        return false;
    state->model_hash = rows_text(&rows, 0, 0);
    state->step = (unsigned)rows_int(&rows, 0, 1);
    state->wanted = model_step(hub->model, rows_int(&rows, 0, 2));
    return text_equal(state->model_hash, model_hash(hub->model)) ||
           error_set(err, ERROR_RETRY, "the hub works with another matching model since");
}

/* Pairs between the thresholds of the two steps change sides.  Going down, pairs are wanted that were
 * too weak to be kept: everybody looks again. */
static bool queue_step(struct arena *work, const struct hub *hub, const struct state *state,
                       struct error *err)
{
    if (state->wanted < state->step)
        return db_run(work, hub->db, &SQL_JOB_ADD_ALL, PARAMS(db_int(work, JOB_RESOLVE)), NULL,
                      err);
    const struct model *model = hub->model;
    return db_run(work, hub->db, &SQL_JOB_ADD_BETWEEN,
                  PARAMS(db_int(work, model_review_weight(model, state->step)),
                         db_int(work, model_review_weight(model, state->wanted)),
                         db_int(work, model_match_weight(model, state->step)),
                         db_int(work, model_match_weight(model, state->wanted))),
                  NULL, err);
}

/* Change to the step that holds for so many records, while nobody resolves. */
static bool change_step(const struct hub *hub, struct error *err)
{
    ARENA(work);
    struct state state;
    struct tx *tx = tx_begin(work, hub->db, err);
    if (!tx || !hub_enter(hub, err) ||
        !db_run(work, hub->db, &SQL_RESOLVE_EXCLUDE, NO_PARAMS, NULL, err) ||
        !read_state(work, hub, &state, err))
        return false;
    if (state.step == state.wanted)
        return true;
    return queue_step(work, hub, &state, err) &&
           db_run(work, hub->db, &SQL_STEP_SET, PARAMS(db_int(work, state.wanted)), NULL, err) &&
           tx_commit(tx, err);
}

static struct resolution *start(struct arena *work, const struct hub *hub,
                                const struct state *state, const struct rows *jobs)
{
    struct resolution *r = NEW(work, struct resolution);
    r->work = r->by_id.arena = work;
    r->hub = hub;
    r->step = state->step;
    r->match_weight = model_match_weight(hub->model, state->step);
    r->review_weight = model_review_weight(hub->model, state->step);
    for (size_t i = 0; i < jobs->count; i++) {
        struct node *node = resolution_node(r, rows_int(jobs, i, 0));
        struct slice dropped = rows_bytes(jobs, i, 1);
        struct buffer all = {.arena = work};
        if (node->dropped.size)
            buffer_add(&all, node->dropped.bytes, node->dropped.size);
        buffer_add(&all, dropped.bytes, dropped.size);
        node->dropped = (struct slice){buffer_string(&all), all.length};
        if (!node->job)
            LIST_ADD(work, &r->jobs, node);
        node->job = true;
    }
    return r;
}

/* Find candidates and lock the component; when it grows meanwhile, let go and start again. */
static bool resolve_jobs(const struct hub *hub, const struct state *state, const struct rows *jobs,
                         struct error *err)
{
    for (unsigned attempt = 0; attempt < ATTEMPTS_MOST; attempt++) {
        ARENA(trial); /* of a large component each takes much memory */
        bool stable;
        struct resolution *r = start(trial, hub, state, jobs);
        if (!db_script(hub->db, "savepoint locks", err) || !candidates_find(r, err) ||
            !component_close(r, &stable, err))
            return false;
        if (stable)
            return outcome_write(r, err);
        if (!db_script(hub->db, "rollback to savepoint locks", err))
            return false;
    }
    return error_set(err, ERROR_RETRY, "a component grew faster than it could be locked");
}

/* Which jobs to take: so many from the head of the queue, or those whose attempt was counted. */
struct claim {
    size_t limit;
    const struct param *counted;
};

static bool claim_jobs(struct arena *work, const struct hub *hub, const struct claim *claim,
                       struct rows *jobs, struct error *err)
{
    struct param kind = db_int(work, JOB_RESOLVE);
    return claim->counted
               ? db_run(work, hub->db, &SQL_JOB_TAKE, PARAMS(*claim->counted, kind), jobs, err)
               : db_run(
                     work, hub->db, &SQL_JOB_CLAIM_SOUND,
                     PARAMS(db_int(work, (int64_t)claim->limit), kind, db_int(work, SUSPECT_AFTER)),
                     jobs, err);
}

/* Another step may turn out to hold: then nothing was done, and it must be changed to first. */
static bool resolve_claimed(const struct hub *hub, const struct claim *claim, size_t *done,
                            bool *other_step, struct error *err)
{
    ARENA(work);
    struct state state;
    struct rows jobs;
    struct tx *tx = tx_begin(work, hub->db, err);
    if (!tx || !hub_enter(hub, err) ||
        !db_run(work, hub->db, &SQL_RESOLVE_ENTER, NO_PARAMS, NULL, err) ||
        !read_state(work, hub, &state, err))
        return false;
    *other_step = state.step != state.wanted;
    if (*other_step)
        return true;
    if (!claim_jobs(work, hub, claim, &jobs, err))
        return false;
    if (jobs.count == 0)
        return true;
    if (!resolve_jobs(hub, &state, &jobs, err) || !tx_commit(tx, err))
        return false;
    *done = jobs.count;
    return true;
}

static bool resolve(const struct hub *hub, const struct claim *claim, size_t *done,
                    struct error *err)
{
    bool other_step = false;
    *done = 0;
    if (!resolve_claimed(hub, claim, done, &other_step, err))
        return false;
    if (!other_step)
        return true;
    *done = 1; /* there will be something to do */
    return change_step(hub, err);
}

bool resolve_batch(const struct hub *hub, size_t limit, size_t *done, struct error *err)
{
    return resolve(hub, &(struct claim){.limit = limit}, done, err);
}

/* It stays what it was so far, until there is a version of it that can be resolved. */
static bool set_aside(const struct hub *hub, const struct param *counted, size_t *done,
                      struct error *err)
{
    ARENA(work);
    struct rows jobs;
    struct tx *tx = tx_begin(work, hub->db, err);
    if (!tx || !hub_enter(hub, err) ||
        !claim_jobs(work, hub, &(struct claim){.counted = counted}, &jobs, err))
        return false;
    if (!jobs.count)
        return true;
    if (!db_run(work, hub->db, &SQL_PARTIAL_ASIDE, PARAMS(db_int(work, rows_int(&jobs, 0, 0))),
                NULL, err) ||
        !tx_commit(tx, err))
        return false;
    *done = 1;
    return true;
}

/* Nothing is counted while somebody holds the hub: nobody will touch it. */
static bool count_attempts(struct arena *work, const struct hub *hub, size_t limit,
                           struct rows *counted, struct error *err)
{
    ARENA(counting);
    struct tx *tx = tx_begin(counting, hub->db, err);
    return tx && hub_enter(hub, err) &&
           db_run(work, hub->db, &SQL_JOB_ATTEMPT,
                  PARAMS(db_int(work, (int64_t)limit), db_int(work, JOB_RESOLVE),
                         db_int(work, SUSPECT_AFTER)),
                  counted, err) &&
           tx_commit(tx, err);
}

bool resolve_carefully(const struct hub *hub, size_t limit, size_t *done, struct error *err)
{
    ARENA(work);
    struct rows rows;
    struct error ignored;
    struct param kind = db_int(work, JOB_RESOLVE);
    *done = 0;
    if (!count_attempts(work, hub, limit, &rows, err))
        return false;
    if (!rows.count)
        return true;
    int64_t *ids = NEW_ARRAY(work, int64_t, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ids[i] = rows_int(&rows, i, 0);
    const struct param counted = db_int8s(work, ids, rows.count);
    if (rows.count == 1 && rows_int(&rows, 0, 1) > REFUSED_AFTER)
        return set_aside(hub, &counted, done, err);
    bool resolved = resolve(hub, &(struct claim){.counted = &counted}, done, err);
    if (!resolved || *done < rows.count) /* we live: it was not that */
        (void)!db_run(work, hub->db, &SQL_JOB_FORGIVE, PARAMS(counted, kind), NULL, &ignored);
    return resolved;
}

bool resolve_again(const struct hub *hub, size_t *queued, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, hub->db, &SQL_PARTIAL_AGAIN,
                PARAMS(db_int(work, JOB_RESOLVE), db_int(work, REFUSED_AFTER - 1),
                       db_int(work, AGAIN_MOST)),
                &rows, err))
        return false;
    *queued = rows.count;
    return true;
}

bool resolve_postpone(const struct hub *hub, enum job_kind kind, struct error *err)
{
    ARENA(work);
    return db_run(work, hub->db, &SQL_JOB_POSTPONE, PARAMS(db_int(work, kind)), NULL, err);
}
