/* Statements that must do the right thing the second time, too, and whatever their plan: the queues, generic
 * keys, sources. */
#include "tests/unit/database.h"

#include <setjmp.h>

#include <cmocka.h>

#include "hub/pipeline/ingest.h"
#include "hub/pipeline/resolve.h"
#include "hub/store/hold.h"
#include "hub/store/migrate.h"
#include "hub/store/sources.h"
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

/* The first is current, the second deleted. */
static const char two_records[] =
    "insert into hub.record (record_id, content_hash, inbox_id, seq, mapping_id, version, "
    "source_id,"
    " state, class, source_key, part, region, doc, features, keys)"
    " select n, 0, n, n, 1, 1, 1, n - 1, 'customer', n, '', '', '{}', '', ''"
    " from generate_series(1, 2) n";

/* Queues of which attempts are counted. */
static const struct {
    bool (*carefully)(const struct hub *hub, size_t limit, size_t *taken, struct error *err);
    const struct stmt *attempt, *forgive;
    const char *kind, *rows, *attempts; /* kind: NULL where the statements have none */
    struct stmt lock;
} counted[] = {
    {ingest_carefully,
     &SQL_INBOX_ATTEMPT,
     &SQL_INBOX_FORGIVE,
     NULL,
     "select md5(string_agg(ctid::text, ' ' order by ctid)) from hub.pending",
     "select sum(attempts) from hub.pending",
     {"lock_pending",
      "with l as (select from hub.pending for update) select pg_sleep(1) from "
      "(select count(*) from l) n",
      0}},
    {resolve_carefully,
     &SQL_JOB_ATTEMPT,
     &SQL_JOB_FORGIVE,
     "0",
     "select md5(string_agg(ctid::text, ' ' order by ctid)) from hub.job",
     "select sum(attempts) from hub.job",
     {"lock_jobs",
      "with l as (select from hub.job for update) select pg_sleep(1) from "
      "(select count(*) from l) n",
      0}},
};

static const struct {
    const struct stmt *claim;
    const char *parameters[3], *left;
} queues[] = {
    {&SQL_INBOX_CLAIM, {"50", "3", "1000000"}, "select count(*) from hub.pending"},
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
            const char *const *p = queues[i].parameters;
            database_must(db_run(work, db, queues[i].claim,
                                 p[2] ? PARAMS(db_text(p[0]), db_text(p[1]), db_text(p[2]))
                                      : PARAMS(db_text(p[0]), db_text(p[1])),
                                 &rows, &err),
                          &err);
            assert_int_equal(rows.count, filled ? ASKED : 0);
            rows = database_run(work, db, queues[i].left);
            assert_int_equal(rows_int(&rows, 0, 0), filled ? QUEUED - ASKED : 0);
        }
    }
}

/* What is claimed at once has a limit in bytes, too; one delivery is always taken, however long. */
static void test_bytes(void **state)
{
    (void)state;
    ARENA(work);
    static const struct {
        const char *bytes;
        size_t taken;
    } claims[] = {{"2500", 3}, {"2000", 2}, {"1", 1}, {"1000000", 4}, {"1000000", 0}};
    unsigned ran;
    struct error err;
    struct rows rows;
    struct db *db = database_open(work, database_new(work));
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    database_must(
        db_script(db,
                  "insert into hub.source (name) values ('shop');"
                  "insert into hub.stream (source_id, name, label) values (1, 'push', 'push');"
                  "insert into hub.inbox (stream_id, position, source_id)"
                  " select 1, n, 1 from generate_series(1, 10) n;"
                  "insert into hub.payload select inbox_id, repeat('x', 1000)::bytea"
                  " from hub.inbox;"
                  "insert into hub.pending select inbox_id from hub.inbox",
                  &err),
        &err);
    for (size_t i = 0; i < COUNT_OF(claims); i++) {
        database_must(db_run(work, db, &SQL_INBOX_CLAIM,
                             PARAMS(db_text("50"), db_text("3"), db_text(claims[i].bytes)), &rows,
                             &err),
                      &err);
        assert_int_equal(rows.count, claims[i].taken);
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

/* A key that turns generic again begins anew: refines that were noted the last time are forgotten. */
static void test_generic_again(void **state)
{
    (void)state;
    ARENA(work);
    unsigned ran;
    struct error err;
    struct db *db = database_open(work, database_new(work));
    const int64_t keys[] = {5, 5, 6};
    const int32_t refines[] = {0, 8, 0}, types[] = {1, 1, 1};
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    database_must(db_script(db,
                            "insert into hub.generic_key (key, refine, type)"
                            " values (5, 9, 1), (6, 0, 1), (6, 9, 1)",
                            &err),
                  &err);
    struct rows turned;
    database_must(db_run(work, db, &SQL_GENERIC_ADD,
                         PARAMS(db_int8s(work, keys, 3), db_int4s(work, refines, 3),
                                db_int4s(work, types, 3)),
                         &turned, &err),
                  &err);
    struct rows rows =
        database_run(work, db,
                     "select string_agg(key || '/' || refine, ' ' order by key, refine)"
                     " from hub.generic_key");
    assert_string_equal(rows_text(&rows, 0, 0), "5/0 5/8 6/0 6/9");
    assert_int_equal(turned.count, 2); /* 6 was generic before */
}

/* Sources are numbered by a small integer: registering the same ones every day must not use it up. */
static void test_register_again(void **state)
{
    (void)state;
    ARENA(work);
    unsigned ran;
    struct error err;
    struct db *db = database_open(work, database_new(work));
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    const char *names[] = {"shop", "shop", "shop", "mail"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        database_must(db_run(work, db, &SQL_SOURCE_REGISTER, PARAMS(db_text(names[i])), NULL, &err),
                      &err);
        database_must(db_run(work, db, &SQL_MAPPING_REGISTER,
                             PARAMS(db_text(names[i]), db_text("hash"), db_text("body")), NULL,
                             &err),
                      &err);
    }
    struct rows rows = database_run(work, db,
                                    "select max(source_id)::integer,"
                                    " (select max(mapping_id) from hub.mapping),"
                                    " count(*) from hub.source");
    for (int column = 0; column < 3; column++)
        assert_int_equal(rows_int(&rows, 0, column), 2);
}

/* Trust decides what golden records say: with it every current record of the source is looked at again. */
static void test_trust(void **state)
{
    (void)state;
    ARENA(work);
    static const struct {
        const char *hash;
        unsigned trust;
        int64_t jobs;
    } versions[] = {{"a", 70, 0}, {"b", 70, 0}, {"b", 60, 1}, {"b", 60, 1}, {"c", 70, 2}};
    static const char *const no_fields[] = {NULL};
    unsigned ran;
    bool changed;
    struct error err;
    struct rows rows;
    struct db *db = database_open(work, database_new(work));
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        struct mapping mapping = {.source = "shop",
                                  .hash = versions[i].hash,
                                  .body = "<source/>",
                                  .drops = no_fields,
                                  .ignores = no_fields,
                                  .trust = versions[i].trust};
        database_must(sources_register(db, &mapping, NULL, &changed, &err), &err);
        rows = database_run(work, db, "select count(*) from hub.job where record_id = 1");
        assert_int_equal(rows_int(&rows, 0, 0), versions[i].jobs);
        if (i == 0)
            database_must(db_script(db, two_records, &err), &err);
    }
    rows = database_run(work, db, "select count(*) from hub.job where record_id <> 1");
    assert_int_equal(rows_int(&rows, 0, 0), 0);
}

/* A mapping may turn what it called a customer into something else: the new version says so. */
static void test_class(void **state)
{
    (void)state;
    ARENA(work);
    unsigned ran;
    struct error err;
    struct db *db = database_open(work, database_new(work));
    const int64_t one[] = {1};
    const int32_t two[] = {2};
    const char *nothing[] = {""}, *none[] = {NULL}, *doc[] = {"{}"}, *class_name[] = {"household"};
    const struct slice empty[] = {{"", 0}};
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    database_must(db_script(db, two_records, &err), &err);
    database_must(
        db_run(work, db, &SQL_RECORD_REPLACE,
               PARAMS(db_int8s(work, one, 1), db_int8s(work, one, 1), db_int8s(work, one, 1),
                      db_int8s(work, one, 1), db_int4s(work, two, 1), db_int4s(work, two, 1),
                      db_texts(work, nothing, 1), db_texts(work, none, 1), db_texts(work, doc, 1),
                      db_byteas(work, empty, 1), db_byteas(work, empty, 1),
                      db_texts(work, class_name, 1), db_texts(work, none, 1),
                      db_int8s(work, one, 1)),
               NULL, &err),
        &err);
    struct rows rows = database_run(work, db, "select class from hub.record order by record_id");
    assert_string_equal(rows_text(&rows, 0, 0), "household");
    assert_string_equal(rows_text(&rows, 1, 0), "customer");
}

/* An attempt is taken back also while another worker has the rows locked. */
static void check_forgiven(struct db *db, struct db *other, size_t i)
{
    ARENA(work);
    struct error err;
    struct rows rows;
    const char *kind = counted[i].kind;
    struct param most = db_text("50"), suspect = db_text("3");
    database_must(db_run(work, db, counted[i].attempt,
                         kind ? PARAMS(most, db_text(kind), suspect) : PARAMS(most, suspect), &rows,
                         &err),
                  &err);
    assert_int_equal(rows.count, ASKED);
    int64_t ids[ASKED];
    for (size_t r = 0; r < ASKED; r++)
        ids[r] = rows_int(&rows, r, 0);
    database_must(db_send(other, &counted[i].lock, NO_PARAMS, &err), &err);
    do
        rows = database_run(work, db,
                            "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
                            " and datname = current_database()");
    while (!rows_int(&rows, 0, 0));
    struct param forgiven = db_int8s(work, ids, ASKED);
    database_must(db_run(work, db, counted[i].forgive,
                         kind ? PARAMS(forgiven, db_text(kind)) : PARAMS(forgiven), NULL, &err),
                  &err);
    database_must(db_answer(work, other, NULL, &err), &err);
    rows = database_run(work, db, counted[i].attempts);
    assert_int_equal(rows_int(&rows, 0, 0), 0);
}

/* Who lives is no reason to suspect a delivery: while another holds the hub, nothing is counted at all. */
static void test_attempts(void **state)
{
    (void)state;
    ARENA(work);
    unsigned ran;
    struct error err;
    bool broken_off;
    const char *name = database_new(work);
    struct db *db = database_open(work, name), *other = database_open(work, name);
    const struct dictionary dictionary = {.hash = ""};
    const struct hub hub = {.db = db, .dictionary = &dictionary, .batch = ASKED};
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    database_must(db_script(db, fill, &err), &err);
    for (size_t i = 0; i < COUNT_OF(counted); i++) {
        size_t done;
        struct rows before = database_run(work, db, counted[i].rows);
        database_must(hold_begin(other, &broken_off, &err), &err);
        assert_false(counted[i].carefully(&hub, ASKED, &done, &err));
        assert_int_equal(err.kind, ERROR_RETRY);
        database_must(hold_end(other, &err), &err);
        struct rows after = database_run(work, db, counted[i].rows);
        assert_string_equal(rows_text(&before, 0, 0), rows_text(&after, 0, 0));
        check_forgiven(db, other, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims),         cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_postpone),       cmocka_unit_test(test_generic_again),
        cmocka_unit_test(test_register_again), cmocka_unit_test(test_trust),
        cmocka_unit_test(test_class),          cmocka_unit_test(test_attempts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
