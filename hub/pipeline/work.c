#include "hub/pipeline/work.h"

#include "hub/pipeline/ingest.h"
#include "hub/pipeline/owners.h"
#include "hub/pipeline/posting_fold.h"
#include "hub/pipeline/refresh.h"
#include "hub/pipeline/resolve.h"
#include "hub/pipeline/sweep.h"
#include "hub/pipeline/things.h"
#include "sql.gen.h"

#define ROUNDS 8 /* that take something in, until those who wait meanwhile have their turn */

bool work_connection(struct db *db, struct error *err)
{
    return db_script(db, "set enable_seqscan = off; set plan_cache_mode = force_generic_plan", err);
}

/* What a process takes jobs from. */
struct queue {
    bool (*batch)(const struct hub *hub, size_t limit, size_t *done, struct error *err);
    enum job_kind kind;
    size_t times; /* a batch, that many */
    /* For jobs by which others were ended; may be NULL. */
    bool (*carefully)(const struct hub *hub, size_t limit, size_t *done, struct error *err);
};

/* Done before more is taken in. */
static const struct queue first[] = {
    {resolve_batch, JOB_RESOLVE, 1, resolve_carefully},
    {refresh_batch, JOB_REFRESH, 1, NULL},
    {things_rekey_batch, JOB_REKEY, 1, NULL},
};

/* Done when nothing waits to be taken in, or else now and then, and many at once: what many records
 * speak of is made once for all of them. */
static const struct queue then[] = {
    {things_batch, JOB_THING, 10, NULL},
    {owners_batch, JOB_OWNERSHIP, 10, NULL},
};

/* What a round finds, and what comes of it. */
struct round {
    const struct hub *hub;
    bool careful;
    int64_t kinds;        /* of the jobs that wait, as bits: the others are not asked for */
    bool deliveries;      /* wait */
    bool busy;            /* something was done */
    struct error refused; /* the job that cannot be done, if any: what else there is goes on */
};

static bool take(const struct round *round, const struct queue *queue, size_t limit, size_t *done,
                 struct error *err)
{
    *done = 0;
    if ((!round->careful || !queue->carefully) && !queue->batch(round->hub, limit, done, err))
        return false;
    return *done || !queue->carefully || queue->carefully(round->hub, limit, done, err);
}

/* What the database refuses is narrowed down to one job, which then waits behind all others. */
static bool work_queue(struct round *round, const struct queue *queue, struct error *err)
{
    const struct hub *hub = round->hub;
    size_t done;
    for (size_t limit = hub->batch * queue->times; !take(round, queue, limit, &done, err);
         limit /= 2) {
        if (err->kind != ERROR_REJECT)
            return false;
        if (limit > 1)
            continue;
        round->refused = *err;
        return resolve_postpone(hub, queue->kind, err);
    }
    round->busy = round->busy || done;
    return true;
}

static bool work_queues(struct round *round, const struct queue *queues, size_t count,
                        struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if ((round->kinds >> queues[i].kind & 1) && !work_queue(round, &queues[i], err))
            return false;
    return true;
}

/* One question instead of a transaction for each queue.  Where nothing waits, the first queue is asked all
 * the same: it also sees that another step of the model holds. */
static bool look(struct round *round, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, round->hub->db, &SQL_WORK_WAITING, PARAMS(db_int(work, JOB_KINDS)), &rows,
                err))
        return false;
    round->kinds = rows_int(&rows, 0, 0);
    round->deliveries = rows_bool(&rows, 0, 1);
    if (!round->kinds && !round->deliveries)
        round->kinds = 1 << first[0].kind;
    return true;
}

static bool ingest_some(const struct hub *hub, size_t limit, bool careful, size_t *ingested,
                        struct error *err)
{
    *ingested = 0;
    if (!careful && !ingest_batch(hub, limit, ingested, err))
        return false;
    return *ingested || ingest_carefully(hub, limit, ingested, err);
}

/* Are things to be done although deliveries wait?  Sometimes: else they would wait as long as there is
 * more to take in than can be. */
static bool is_their_turn(void)
{
    static unsigned rounds; /* of this process */
    return ++rounds % ROUNDS == 0;
}

static bool do_round(struct round *round, struct error *err)
{
    const struct hub *hub = round->hub;
    size_t ingested = 0;
    bool sweeping = false;
    if (!look(round, err) || !work_queues(round, first, COUNT_OF(first), err) ||
        (round->deliveries && !ingest_some(hub, hub->batch, round->careful, &ingested, err)))
        return false;
    if ((!ingested || is_their_turn()) && !work_queues(round, then, COUNT_OF(then), err))
        return false;
    if (!ingested && !sweep_batch(hub, hub->batch, &sweeping, err))
        return false;
    round->busy = round->busy || ingested || sweeping;
    return round->busy ? posting_fold_late(hub, err) : posting_fold(hub, &round->busy, err);
}

static bool round_of_work(const struct hub *hub, bool careful, bool *busy, struct error *err)
{
    struct round round = {.hub = hub, .careful = careful};
    bool done = do_round(&round, err);
    *busy = round.busy;
    if (!done || round.refused.kind == ERROR_NONE)
        return done;
    *err = round.refused;
    return error_wrap(err, "a record cannot be resolved");
}

bool work_round(const struct hub *hub, bool *busy, struct error *err)
{
    return round_of_work(hub, false, busy, err);
}

bool work_round_carefully(const struct hub *hub, bool *busy, struct error *err)
{
    return round_of_work(hub, true, busy, err);
}
