#include "hub/pipeline/work.h"

#include "hub/pipeline/ingest.h"
#include "hub/pipeline/refresh.h"
#include "hub/pipeline/resolve.h"

bool work_connection(struct db *db, struct error *err)
{
    return db_script(db, "set enable_seqscan = off; set plan_cache_mode = force_generic_plan", err);
}

/* What the database refuses is narrowed down to one job, which then waits behind all others. */
static bool resolve_some(const struct hub *hub, size_t limit, size_t *resolved, struct error *err)
{
    for (; !resolve_batch(hub, limit, resolved, err); limit /= 2) {
        struct error other;
        if (err->kind != ERROR_REJECT)
            return false;
        if (limit == 1)
            return resolve_postpone(hub, &other) ? error_wrap(err, "a record cannot be resolved")
                                                 : false;
    }
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
    size_t resolved, refreshed, ingested, limit = hub->batch;
    if (!resolve_some(hub, limit, &resolved, err) || !refresh_batch(hub, limit, &refreshed, err) ||
        !ingest_some(hub, limit, careful, &ingested, err))
        return false;
    *busy = resolved || refreshed || ingested;
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
