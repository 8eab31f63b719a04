#include <unistd.h>

#include "hub/api/token.h"
#include "hub/pipeline/refresh.h"
#include "hub/programs/axle/desk.h"
#include "hub/programs/axle/findings.h"
#include "hub/store/amend.h"
#include "hub/store/migrate.h"
#include "hub/store/models.h"
#include "hub/store/role.h"
#include "hub/store/roster.h"

/* For the supervisor, whose sources are those of the hub; a home without one needs no roster. */
static bool list_sources(const struct call *call, struct db *db, struct error *err)
{
    if (access(arena_printf(call->arena, "%s/run", call->instance->home), W_OK))
        return true;
    const struct sources *sources = sources_load(call->arena, db, call->instance->schemas, err);
    return sources && roster_write(call->instance, sources, err);
}

/* On a server of somebody else's we may have to go on without. */
static bool admit_connectors(const struct call *call, struct db *db, struct error *err)
{
    const char *advice;
    if (!role_admit(call->arena, db, &advice, err))
        return false;
    if (advice)
        (void)fprintf(
            stderr,
            "axle: the connectors run with all the rights of the database's user; to have "
            "them run with those that they need, let an administrator of the server "
            "run '%s', and start again\n",
            advice);
    return true;
}

/* What was trained counts, also when the files have changed since; of another release it is read anew. */
static bool keep_trained(const struct call *call, struct db *db, const struct model_version *active,
                         bool *kept, bool *queued, struct error *err)
{
    struct registered registered;
    struct findings findings = {.arena = call->arena};
    const char *schema = arena_printf(call->arena, "%s/matching.xsd", call->instance->schemas);
    const struct model *model = model_read(call->arena, schema, "trained", active->body, &findings);
    *kept = model != NULL;
    if (!model)
        return true;
    return models_register(db, model, active->base, NULL, &registered, err) &&
           refresh_model(db, model, queued, err);
}

/* The model of the files becomes a version, and the active one where nobody has trained another. */
static bool take_model(const struct call *call, struct db *db, const struct model *files,
                       bool *queued, struct error *err)
{
    struct model_version active;
    struct registered of_files;
    bool kept = false;
    if (!models_active(call->arena, db, &active, err) ||
        !models_register(db, files, NULL, NULL, &of_files, err))
        return false;
    bool trained = text_equal(active.origin, "trained");
    if (trained && !keep_trained(call, db, &active, &kept, queued, err))
        return false;
    if (kept && of_files.added)
        (void)fprintf(stderr,
                      "axle: the hub keeps model version %lld, which was trained; the files make "
                      "version %lld: 'axle train --apply' trains on from it, 'axle apply %lld' "
                      "changes to it as it is\n",
                      (long long)active.number, (long long)of_files.number,
                      (long long)of_files.number);
    if (trained && !kept)
        (void)fprintf(stderr,
                      "axle: model version %lld, which was trained, cannot be read by this "
                      "release: the hub goes on with version %lld, of the files, until 'axle "
                      "train --apply'\n",
                      (long long)active.number, (long long)of_files.number);
    return kept || refresh_model(db, files, queued, err);
}

/* Everything that a hub needs before its daemons start; running it again changes nothing. */
static enum exit_status init(const struct call *call, struct error *err)
{
    unsigned ran = 0;
    bool queued;
    struct site site;
    struct amended amended;
    struct findings findings = {.arena = call->arena};
    struct db *db = desk_connect_any(call, err);
    const char *migrations = arena_printf(call->arena, "%s/migrations", call->instance->schemas);
    if (!db || !site_model(call->arena, call->instance, &site, err) ||
        !migrate(db, migrations, &ran, err) ||
        !amend_at_start(call->arena, db, call->instance, &amended, err) ||
        !take_model(call, db, site.model, &queued, err) ||
        !site_register(&site, amended.dictionary, db, &findings, err) ||
        !admit_connectors(call, db, err) || !list_sources(call, db, err))
        return EXIT_WRONG;
    if (amended.refused)
        (void)fprintf(stderr, "axle: %s\n", amended.refused);
    findings_print(&findings, true, stderr);
    const char *token = instance_token(call->arena, call->instance);
    if (token && !token_keep(db, "instance", token, "all", err))
        return EXIT_WRONG;
    (void)printf("schema %d, %u migrations run%s\n", SCHEMA_NUMBER, ran,
                 ran              ? ""
                 : queued         ? ", every record is queued for the new model"
                 : amended.queued ? ", every record is queued for the new dictionary"
                                  : "");
    return EXIT_DONE;
}

const struct command command_init = {
    .name = "init",
    .usage = "",
    .summary = "create the schema, or bring it up to date",
    .run = init,
};
