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

static void forget_sources(void *now)
{
    arena_free(((struct sources_now *)now)->arena);
}

static void forget_model(void *now)
{
    arena_free(((struct models_now *)now)->arena);
}

static bool follow_model(struct desk *desk, struct error *err)
{
    if (!models_follow(desk->model, desk->hub.db, desk->instance->schemas, err))
        return false;
    desk->hub.model = desk->model->model;
    return true;
}

bool desk_follow(struct desk *desk, struct error *err)
{
    if (!sources_follow(desk->now, desk->hub.db, desk->instance->schemas, err))
        return false;
    desk->hub.sources = desk->now->sources;
    desk->hub.dictionary = desk->site.dictionary = desk->now->sources->dictionary;
    return follow_model(desk, err);
}

static bool load_sources(const struct call *call, struct desk *desk, struct error *err)
{
    desk->hub.sources = sources_load(call->arena, desk->hub.db, call->instance->schemas, err);
    if (desk->hub.sources)
        desk->hub.dictionary = desk->site.dictionary = desk->hub.sources->dictionary;
    return desk->hub.sources != NULL;
}

bool desk_open(const struct call *call, struct desk *desk, struct error *err)
{
    struct findings findings = {.arena = call->arena};
    *desk = (struct desk){.instance = call->instance};
    desk->now = NEW(call->arena, struct sources_now);
    arena_defer(call->arena, forget_sources, desk->now);
    desk->model = NEW(call->arena, struct models_now);
    arena_defer(call->arena, forget_model, desk->model);
    desk->site = site_open(call->arena, call->instance);
    desk->hub = (struct hub){.db = desk_connect(call, err),
                             .drift = drift_new(call->arena),
                             .batch = call->instance->batch};
    if (!desk->hub.db || !follow_model(desk, err) || !load_sources(call, desk, err) ||
        !site_register(&desk->site, desk->hub.dictionary, desk->hub.db, &findings, err))
        return false;
    findings_print(&findings, false, stderr);
    if (findings.errors)
        (void)fputs("axle: where there are mistakes, the hub goes on with what was live before\n",
                    stderr);
    return load_sources(call, desk, err);
}
