#include "hub/api/handlers.h"
#include "hub/api/source_metrics.h"
#include "hub/http/metrics.h"
#include "hub/store/migrate.h"
#include "sql.gen.h"

bool get_health(struct call *call, struct error *err)
{
    (void)err;
    response_json(call->response, 200, "{\"status\":\"up\"}");
    return true;
}

bool get_readiness(struct call *call, struct error *err)
{
    struct db *db = call_db(call, err);
    if (!db || !migrate_check(db, err)) {
        err->kind = ERROR_RETRY;
        call->db = db;
        return false;
    }
    response_json(call->response, 200, "{\"status\":\"ready\"}");
    return true;
}

/* Without a database there are still the measurements of the server itself. */
bool get_metrics(struct call *call, struct error *err)
{
    struct buffer out = {.arena = call->work};
    struct rows rows;
    struct db *db = call_db(call, err);
    if (call_server(call))
        http_metrics(call_server(call), &out);
    if (call->api->limits)
        push_limits_metrics(call->api->limits, &out);
    bool answers = db && db_run(call->work, db, &SQL_GAUGE_READ, NO_PARAMS, &rows, err);
    metrics_gauge(&out, "axle_database_up", "Does the database answer?", answers);
    if (answers) {
        metrics_gauge(&out, "axle_pending", "Deliveries that wait for the worker.",
                      rows_int(&rows, 0, 0));
        metrics_gauge(&out, "axle_jobs", "Records that wait to be resolved.",
                      rows_int(&rows, 0, 1));
        metrics_gauge(&out, "axle_customers", "Customers, as the planner estimates them.",
                      rows_int(&rows, 0, 2));
        if (!source_metrics(call->work, db, &out, err))
            return false;
    }
    response_json(call->response, 200, buffer_string(&out));
    call->response->content_type = "text/plain; version=0.0.4; charset=utf-8";
    return true;
}
