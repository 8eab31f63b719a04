#include "hub/pipeline/work.h"

#include "hub/pipeline/ingest.h"
#include "hub/pipeline/owners.h"
#include "hub/pipeline/refresh.h"
#include "hub/pipeline/resolve.h"
#include "hub/pipeline/sweep.h"
#include "hub/pipeline/things.h"

bool work_connection(struct db *db, struct error *err)
{
    return db_script(db, "set enable_seqscan = off; set plan_cache_mode = force_generic_plan", err);
}

/* What is done before more is taken in, in this order: each queues jobs of the next. */
static const struct queue {
    bool (*batch)(const struct hub *hub, size_t limit, size_t *done, struct error *err);
    enum job_kind kind;
} queues[] = {
    {resolve_batch, JOB_RESOLVE}, {refresh_batch, JOB_REFRESH},  {things_rekey_batch, JOB_REKEY},
    {things_batch, JOB_THING},    {owners_batch, JOB_OWNERSHIP},
};

/* What the database refuses is narrowed down to one job, which then waits behind all others. */
static bool work_queue(const struct hub *hub, const struct queue *queue, bool *busy,
                       struct error *err)
{
    size_t done;
    for (size_t limit = hub->batch; !queue->batch(hub, limit, &done, err); limit /= 2) {
        struct error other;
        if (err->kind != ERROR_REJECT)
            return false;
        if (limit == 1)
            return resolve_postpone(hub, queue->kind, &other)
                       ? error_wrap(err, "a record cannot be resolved")
                       : false;
    }
    *busy = *busy || done;
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

static bool round_of_work(const struct hub *hub, bool careful, bool *busy, struct error *err)
{
    size_t ingested;
    bool sweeping = false;
    *busy = false;
    for (size_t i = 0; i < COUNT_OF(queues); i++)
        if (!work_queue(hub, &queues[i], busy, err))
            return false;
    if (!ingest_some(hub, hub->batch, careful, &ingested, err))
        return false;
    if (!ingested && !sweep_batch(hub, hub->batch, &sweeping, err))
        return false;
    *busy = *busy || ingested || sweeping;
    return true;
}

bool work_round(const struct hub *hub, bool *busy, struct error *err)
{
    return round_of_work(hub, false, busy, err);
}

bool work_round_carefully(const struct hub *hub, bool *busy, struct error *err)
{
    return round_of_work(hub, true, busy, err);
}
