#include "hub/store/hold.h"

#include "sql.gen.h"

/* What began before the note was there is over, also what a process did that has died. */
static bool drain(struct db *db, struct error *err)
{
    ARENA(work);
    struct tx *tx = tx_begin(work, db, err);
    return tx && db_run(work, db, &SQL_DICTIONARY_EXCLUDE, NO_PARAMS, NULL, err) &&
           tx_commit(tx, err);
}

bool hold_begin(struct db *db, bool *broken_off, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_HOLD_LOCK, NO_PARAMS, &rows, err))
        return false;
    if (!rows_bool(&rows, 0, 0))
        return error_set(err, ERROR_CONFLICT, "somebody else works on the hub as a whole");
    if (!db_run(work, db, &SQL_HOLD_NOTE, NO_PARAMS, &rows, err) || !drain(db, err))
        return false;
    *broken_off = rows.count == 0;
    return true;
}

bool hold_leave(struct db *db, struct error *err)
{
    ARENA(work);
    return db_run(work, db, &SQL_HOLD_UNLOCK, NO_PARAMS, NULL, err);
}

bool hold_end(struct db *db, struct error *err)
{
    ARENA(work);
    if (!db_run(work, db, &SQL_HOLD_END, NO_PARAMS, NULL, err))
        return false;
    db_wake(db);
    return hold_leave(db, err);
}

bool hold_noted(struct db *db, bool *noted, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_HOLD_NOTED, NO_PARAMS, &rows, err))
        return false;
    *noted = rows_bool(&rows, 0, 0);
    return true;
}
