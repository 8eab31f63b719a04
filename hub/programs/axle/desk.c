#include "hub/programs/axle/desk.h"

#include "hub/pipeline/drift.h"
#include "hub/programs/axle/findings.h"
#include "hub/store/migrate.h"

struct db *desk_connect_any(const struct call *call, struct error *err)
{
    struct db *db = db_open(call->arena, call->instance->dsn, "axle", err);
    if (!db)
        (void)error_set(err, err->kind, "%s; %s", arena_strdup(call->arena, err->text),
                        call->instance->embedded ? "'axle up' starts the instance"
                                                 : "AXLE_DSN says where it should be");
    return db;
}

struct db *desk_connect(const struct call *call, struct error *err)
{
    struct db *db = desk_connect_any(call, err);
    return db && migrate_check(db, err) ? db : NULL;
}

bool desk_open(const struct call *call, struct desk *desk, struct error *err)
{
    struct findings findings = {.arena = call->arena};
    *desk = (struct desk){0};
    if (!site_open(call->arena, call->instance, &desk->site, err))
        return false;
    struct db *db = desk_connect(call, err);
    if (!db || !site_register(&desk->site, db, &findings, err))
        return false;
    findings_print(&findings, false, stderr);
    desk->hub = (struct hub){.db = db,
                             .dictionary = desk->site.dictionary,
                             .model = desk->site.model,
                             .drift = drift_new(call->arena),
                             .batch = call->instance->batch,
                             .sources = sources_load(call->arena, db, desk->site.dictionary,
                                                     desk->site.source_schema, err)};
    return desk->hub.sources != NULL;
}
