#include "hub/pipeline/work.h"

#include "hub/pipeline/ingest.h"
#include "hub/pipeline/refresh.h"
#include "hub/pipeline/resolve.h"

#define BATCH 200 /* deliveries or jobs a transaction */

bool work_round(const struct hub *hub, bool *busy, struct error *err)
{
    size_t resolved, refreshed, ingested;
    if (!resolve_batch(hub, BATCH, &resolved, err) || !refresh_batch(hub, BATCH, &refreshed, err) ||
        !ingest_batch(hub, BATCH, &ingested, err))
        return false;
    *busy = resolved || refreshed || ingested;
    return true;
}
