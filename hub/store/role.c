#include "hub/store/role.h"

#include "sql.gen.h"

bool role_admit(struct arena *arena, struct db *db, const char **advice, struct error *err)
{
    struct rows rows;
    struct tx *tx = tx_begin(arena, db, err);
    if (!tx || !db_run(arena, db, &SQL_ROLE_LOCK, NO_PARAMS, NULL, err) ||
        !db_run(arena, db, &SQL_ROLE_ADMIT, NO_PARAMS, &rows, err) || !tx_commit(tx, err))
        return error_wrap(err, "cannot give connectors their rights");
    *advice = text_or_null(rows_text(&rows, 0, 0));
    return true;
}

bool role_assume(struct db *db, const char *connector, bool *assumed, struct error *err)
{
    ARENA(work);
    struct rows rows;
    const char *role = arena_printf(work, "axle_%s", connector);
    if (!db_run(work, db, &SQL_ROLE_ASSUME, PARAMS(db_text(role)), &rows, err))
        return error_wrap(err, "cannot take role %s", role);
    *assumed = rows.count > 0;
    return true;
}
