#include "hub/api/token.h"
#include "hub/pipeline/refresh.h"
#include "hub/programs/axle/desk.h"
#include "hub/programs/axle/findings.h"
#include "hub/store/migrate.h"
#include "hub/store/publish.h"

/* Everything that a hub needs before its daemons start; running it again changes nothing. */
static enum exit_status init(const struct call *call, struct error *err)
{
    unsigned ran = 0;
    bool queued, requeued;
    struct site site;
    struct findings findings = {.arena = call->arena};
    struct db *db = desk_connect_any(call, err);
    const char *migrations = arena_printf(call->arena, "%s/migrations", call->instance->schemas);
    if (!db || !site_open(call->arena, call->instance, &site, err) ||
        !migrate(db, migrations, &ran, err) ||
        !refresh_dictionary(db, site.dictionary, &requeued, err) ||
        !publish_views(db, site.dictionary, err) || !refresh_model(db, site.model, &queued, err) ||
        !site_register(&site, db, &findings, err))
        return EXIT_WRONG;
    findings_print(&findings, true, stderr);
    const char *token = instance_token(call->arena, call->instance);
    if (token && !token_keep(db, "instance", token, "all", err))
        return EXIT_WRONG;
    (void)printf("schema %d, %u migrations run%s\n", SCHEMA_NUMBER, ran,
                 ran        ? ""
                 : queued   ? ", every record is queued for the new model"
                 : requeued ? ", every record is queued for the new dictionary"
                            : "");
    return EXIT_DONE;
}

const struct command command_init = {
    .name = "init",
    .usage = "",
    .summary = "create the schema, or bring it up to date",
    .run = init,
};
