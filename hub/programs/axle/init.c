#include "hub/programs/axle/command.h"
#include "hub/store/migrate.h"

static enum exit_status init(const struct call *call, struct error *err)
{
    unsigned ran = 0;
    struct db *db = db_open(call->arena, call->instance->dsn, "axle init", err);
    const char *migrations = arena_printf(call->arena, "%s/migrations", call->instance->schemas);
    if (!db || !migrate(db, migrations, &ran, err))
        return EXIT_WRONG;
    (void)printf("schema %d, %u migrations run\n", SCHEMA_NUMBER, ran);
    return EXIT_DONE;
}

const struct command command_init = {
    .name = "init",
    .usage = "",
    .summary = "create the schema, or bring it up to date",
    .run = init,
};
