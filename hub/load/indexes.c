#include "hub/load/indexes.h"

#include <stdatomic.h>

#include "hub/base/crew.h"
#include "hub/base/list.h"
#include "sql.gen.h"

#define MEMORY_LEAST 16 /* MiB an index */
#define MEMORY_MOST 512

/* Those that a load fills with rows in no order of their keys. */
static const char *const tables[] = {"record", "golden", "link", "customer", "edge"};

/* Those whose rows will hardly be written again soon. */
static const char *const filled[] = {"inbox", "record", "golden"};

struct statements {
    const char **list;
    size_t count, room;
};

static bool note(struct arena *work, struct db *db, const struct rows *rows,
                 const struct rows *rooms, struct error *err)
{
    struct statements all = {0};
    for (size_t i = 0; i < rooms->count; i++)
        LIST_ADD(work, &all, rows_text(rooms, i, 1));
    for (size_t i = 0; i < rows->count; i++)
        LIST_ADD(work, &all, rows_text(rows, i, 1));
    for (size_t i = 0; i < rows->count; i++)
        if (!rows_is_null(rows, i, 2))
            LIST_ADD(work, &all, rows_text(rows, i, 2));
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        LIST_ADD(work, &all, arena_printf(work, "analyze hub.%s", tables[i]));
    return db_run(work, db, &SQL_INDEX_NOTE, PARAMS(db_texts(work, all.list, all.count)), NULL,
                  err);
}

static bool run_all(struct db *db, const struct rows *rows, struct error *err)
{
    for (size_t i = 0; i < rows->count; i++)
        if (!db_script(db, rows_text(rows, i, 0), err))
            return false;
    return true;
}

bool indexes_drop(struct db *db, bool *dropped, struct error *err)
{
    ARENA(work);
    struct rows rows, rooms;
    if (!db_run(work, db, &SQL_RECORD_ANY, NO_PARAMS, &rows, err))
        return false;
    *dropped = !rows_bool(&rows, 0, 0);
    if (!*dropped)
        return true;
    struct tx *tx = tx_begin(work, db, err);
    if (!tx ||
        !db_run(work, db, &SQL_INDEX_LIST, PARAMS(db_texts(work, tables, COUNT_OF(tables))), &rows,
                err) ||
        !db_run(work, db, &SQL_ROOM_LIST, PARAMS(db_texts(work, filled, COUNT_OF(filled))), &rooms,
                err) ||
        !note(work, db, &rows, &rooms, err))
        return false;
    return run_all(db, &rows, err) && run_all(db, &rooms, err) && tx_commit(tx, err);
}

/* Several processes at what does not depend on each other. */
struct making {
    const struct settle_settings *settings;
    const char *const *list;
    size_t count;
    unsigned cores;
    struct progress_board {
        _Atomic size_t next, done;
    } * board;
};

static bool make_one(struct db *db, const char *statement, struct error *err)
{
    ARENA(work);
    struct tx *tx = tx_begin(work, db, err);
    return tx && db_script(db, statement, err) &&
           db_run(work, db, &SQL_INDEX_MADE, PARAMS(db_text(statement)), NULL, err) &&
           tx_commit(tx, err);
}

static bool make_some(void *to, size_t i, struct error *err)
{
    ARENA(session);
    const struct making *making = to;
    size_t memory = making->settings->memory / making->cores >> 20;
    if (memory < MEMORY_LEAST)
        memory = MEMORY_LEAST;
    if (memory > MEMORY_MOST)
        memory = MEMORY_MOST;
    (void)i;
    struct db *db = db_open(session, making->settings->dsn, "axle load", err);
    if (!db || !db_run(session, db, &SQL_MEMORY_SET,
                       PARAMS(db_text(arena_printf(session, "%zuMB", memory))), NULL, err))
        return false;
    for (size_t at; (at = atomic_fetch_add(&making->board->next, 1)) < making->count;) {
        if (!make_one(db, making->list[at], err))
            return false;
        atomic_fetch_add(&making->board->done, 1);
    }
    return true;
}

static bool tick(void *to)
{
    const struct making *making = to;
    const struct settle_settings *settings = making->settings;
    return !settings->tick || settings->tick(settings->to, "indexing",
                                             atomic_load(&making->board->done), making->count);
}

static bool make_all(const struct settle_settings *settings, const struct statements *of,
                     struct error *err)
{
    ARENA(work);
    struct making making = {.settings = settings,
                            .list = of->list,
                            .count = of->count,
                            .cores = settings->cores ? settings->cores : 1,
                            .board = crew_share(work, sizeof(*making.board))};
    const struct crew crew = {
        .count = making.cores, .work = make_some, .tick = tick, .to = &making};
    return !of->count || crew_run(&crew, err);
}

bool indexes_make(struct db *db, const struct settle_settings *settings, struct error *err)
{
    ARENA(work);
    struct rows rows;
    size_t count;
    /* An index is a key only when it is there, and then its table is locked for a moment. */
    struct statements first = {0}, keys = {0}, last = {0};
    if (!db_run(work, db, &SQL_INDEX_NOTED, NO_PARAMS, &rows, err))
        return false;
    const char *const *noted = rows.count ? rows_texts(work, &rows, 0, 0, &count) : NULL;
    for (size_t i = 0; noted && i < count; i++) {
        struct statements *of = text_starts(noted[i], "alter")     ? &keys
                                : text_starts(noted[i], "analyze") ? &last
                                                                   : &first;
        LIST_ADD(work, of, noted[i]);
    }
    if (!make_all(settings, &first, err))
        return false;
    for (size_t i = 0; i < keys.count; i++)
        if (!make_one(db, keys.list[i], err))
            return false;
    return make_all(settings, &last, err);
}
