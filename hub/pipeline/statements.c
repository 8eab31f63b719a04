#include "hub/pipeline/statements.h"

#include "hub/base/list.h"
#include "hub/pipeline/resolve.h"
#include "sql.gen.h"

void statements_add(struct arena *work, struct statements *statements,
                    const struct statement_row *row, const struct thing_key *keys, size_t count)
{
    LIST_ADD(work, statements, *row);
    for (size_t i = 0; i < count; i++)
        LIST_ADD(work, &statements->keyed, ((struct keyed_row){keys[i].key, row->statement}));
}

/* Held while records are added to them: who takes one away that no record makes sees these first. */
static bool add(struct arena *work, struct db *db, const struct statements *s, struct error *err)
{
    struct rows held;
    struct map distinct = {.arena = work};
    size_t wanted = 0;
    struct param statements = DB_COLUMN(work, s, statement);
    for (size_t i = 0; i < s->count; i++) {
        wanted += !map_get(&distinct, (uint64_t)s->list[i].statement);
        map_put(&distinct, (uint64_t)s->list[i].statement, &s->list[i]);
    }
    if (!db_run(work, db, &SQL_THING_STATEMENT_ADD, PARAMS(statements), NULL, err) ||
        !db_run(work, db, &SQL_THING_STATEMENT_HOLD, PARAMS(statements), &held, err))
        return false;
    if (held.count < wanted)
        return error_set(err, ERROR_RETRY, "a statement went while a record came to make it");
    return db_run(work, db, &SQL_THING_MEMBER_ADD,
                  PARAMS(DB_COLUMN(work, s, record), statements, DB_COLUMN(work, s, effective)),
                  NULL, err) &&
           (!s->keyed.count ||
            db_run(work, db, &SQL_THING_KEY_ADD,
                   PARAMS(DB_COLUMN(work, &s->keyed, key), DB_COLUMN(work, &s->keyed, statement)),
                   NULL, err));
}

bool statements_write(struct arena *work, struct db *db, const struct statements *statements,
                      struct param before, struct error *err)
{
    struct rows left;
    struct ids jobs = {0};
    if (!db_run(work, db, &SQL_THING_MEMBER_REMOVE, PARAMS(before), &left, err) ||
        (statements->count && !add(work, db, statements, err)))
        return false;
    for (size_t i = 0; i < left.count; i++)
        LIST_ADD(work, &jobs, rows_int(&left, i, 0));
    for (size_t i = 0; i < statements->count; i++)
        LIST_ADD(work, &jobs, statements->list[i].statement);
    return !jobs.count ||
           db_run(work, db, &SQL_JOB_ADD_KIND,
                  PARAMS(db_int8s(work, jobs.list, jobs.count), db_int(work, JOB_THING)), NULL,
                  err);
}
