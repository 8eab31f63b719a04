#include "hub/store/cursor.h"

#include "sql.gen.h"

bool cursor_open(struct arena *arena, struct db *db, const struct stmt *declare, struct error *err)
{
    return tx_begin(arena, db, err) && db_run(arena, db, declare, NO_PARAMS, NULL, err);
}

bool cursor_next(struct arena *arena, struct db *db, struct rows *rows, struct error *err)
{
    return db_run(arena, db, &SQL_CURSOR_FETCH, NO_PARAMS, rows, err);
}
