/* The queues: a claim takes what it was asked for, whatever the statement is planned to do. */
#include "tests/unit/database.h"

#include <setjmp.h>

#include <cmocka.h>

#include "hub/store/migrate.h"
#include "sql.gen.h"

#define QUEUED 2000
#define ASKED 50

static const char fill[] =
    "insert into hub.source (name) values ('shop');"
    "insert into hub.stream (source_id, name, label) values (1, 'push', 'push');"
    "insert into hub.inbox (stream_id, position, source_id) select 1, n, 1 from generate_series(1, "
    "2000) n;"
    "insert into hub.payload select inbox_id, '' from hub.inbox;"
    "insert into hub.pending select inbox_id from hub.inbox;"
    "insert into hub.job (record_id, kind) select n, n % 2 from generate_series(1, 4000) n";

static const struct {
    const struct stmt *claim;
    const char *parameters[2], *left;
} queues[] = {
    {&SQL_INBOX_CLAIM, {"50", "3"}, "select count(*) from hub.pending"},
    {&SQL_JOB_CLAIM, {"50", "0"}, "select count(*) from hub.job where kind = 0"},
    {&SQL_JOB_CLAIM, {"50", "1"}, "select count(*) from hub.job where kind = 1"},
};

/* A plan made while the queue is empty is kept, and has to serve when it is long. */
static void test_claims(void **state)
{
    (void)state;
    ARENA(work);
    unsigned ran;
    struct error err;
    struct rows rows;
    struct db *db = database_open(work, database_new(work));
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    database_must(db_script(db, "vacuum analyze", &err), &err);
    database_must(db_script(db, "set plan_cache_mode = force_generic_plan", &err), &err);
    for (size_t filled = 0; filled < 2; filled++) {
        if (filled)
            database_must(db_script(db, fill, &err), &err);
        for (size_t i = 0; i < COUNT_OF(queues); i++) {
            database_must(
                db_run(work, db, queues[i].claim,
                       PARAMS(db_text(queues[i].parameters[0]), db_text(queues[i].parameters[1])),
                       &rows, &err),
                &err);
            assert_int_equal(rows.count, filled ? ASKED : 0);
            rows = database_run(work, db, queues[i].left);
            assert_int_equal(rows_int(&rows, 0, 0), filled ? QUEUED - ASKED : 0);
        }
    }
}

/* A job that cannot be done goes behind the others of its kind, with all that it holds. */
static void test_postpone(void **state)
{
    (void)state;
    ARENA(work);
    unsigned ran;
    struct error err;
    struct db *db = database_open(work, database_new(work));
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    database_must(db_script(db,
                            "insert into hub.job (record_id, kind, dropped)"
                            " values (7, 1, ''), (8, 0, 'x'), (9, 0, '')",
                            &err),
                  &err);
    database_must(db_run(work, db, &SQL_JOB_POSTPONE, PARAMS(db_int(work, 0)), NULL, &err), &err);
    struct rows rows = database_run(work, db,
                                    "select record_id, kind, dropped = 'x' from hub.job"
                                    " order by kind, job_id");
    assert_int_equal(rows.count, 3);
    assert_int_equal(rows_int(&rows, 0, 0), 9);
    assert_int_equal(rows_int(&rows, 1, 0), 8);
    assert_true(rows_bool(&rows, 1, 2));
    assert_int_equal(rows_int(&rows, 2, 0), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_claims),
                                       cmocka_unit_test(test_postpone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
