/* What connectors may do in the database, and that they are refused everything else. */
#include "tests/unit/database.h"

#include <setjmp.h>

#include <cmocka.h>

#include "hub/store/migrate.h"
#include "hub/store/role.h"

static const char *const connectors[] = {"mail", "callcenter", "web", "warranty"};

/* Every right on a table, a view or a sequence of ours that a connector has; on some columns: in ().  What
 * is not here is refused, new tables too. */
static const char *const rights[] = {
    "hub.dictionary SELECT",
    "hub.inbox INSERT (SELECT)",
    "hub.inbox_inbox_id_seq USAGE",
    "hub.instance SELECT",
    "hub.lease INSERT SELECT UPDATE",
    "hub.mapping SELECT",
    "hub.migration SELECT",
    "hub.payload INSERT",
    "hub.pending INSERT SELECT",
    "hub.reject INSERT",
    "hub.seen DELETE INSERT SELECT UPDATE",
    "hub.source SELECT",
    "hub.source_state INSERT SELECT UPDATE",
    "hub.stream INSERT SELECT UPDATE",
};

#define RIGHTS                                                                                     \
    "with thing as (select c.oid, n.nspname || '.' || c.relname as name, c.relkind from pg_class " \
    "c "                                                                                           \
    "join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('hub', 'axle') "            \
    "and c.relkind in ('r', 'v', 'S')), "                                                          \
    "have as (select name, p as what from thing, "                                                 \
    "unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) p "              \
    "where relkind <> 'S' and has_table_privilege('axle_%s', oid, p) "                             \
    "union all select name, '(' || p || ')' from thing, unnest(array['SELECT', 'UPDATE']) p "      \
    "where relkind <> 'S' and has_any_column_privilege('axle_%s', oid, p) "                        \
    "and not has_table_privilege('axle_%s', oid, p) "                                              \
    "union all select name, p from thing, unnest(array['USAGE', 'UPDATE', 'SELECT']) p "           \
    "where relkind = 'S' and has_sequence_privilege('axle_%s', oid, p)) "                          \
    "select name || ' ' || string_agg(what, ' ' order by left(what, 1) = '(', what) from have "    \
    "group by name order by name"

static struct db *new_hub(struct arena *arena)
{
    struct db *db = database_open(arena, database_new(arena));
    struct error err;
    unsigned ran;
    const char *advice;
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    database_must(role_admit(arena, db, &advice, &err), &err);
    assert_null(advice);
    return db;
}

static void test_rights(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    for (size_t c = 0; c < COUNT_OF(connectors); c++) {
        const char *name = connectors[c];
        struct rows rows =
            database_run(work, db, arena_printf(work, RIGHTS, name, name, name, name));
        for (size_t i = 0; i < rows.count && i < COUNT_OF(rights); i++)
            assert_string_equal(rows_text(&rows, i, 0), rights[i]);
        assert_int_equal(rows.count, COUNT_OF(rights));
    }
}

static const char *const refused[] = {
    "select from hub.record",
    "select doc from hub.golden",
    "select from hub.customer",
    "select from hub.token",
    "select body from hub.payload",
    "select raw from hub.reject",
    "select state from hub.inbox",
    "delete from hub.inbox",
    "update hub.inbox set state = 5",
    "delete from hub.pending",
    "delete from hub.stream",
    "update hub.source set trust = 100",
    "insert into hub.mapping (source_id, hash, body) values (1, '', '')",
    "insert into hub.dictionary (hash, body) values ('', '')",
    "select from axle.customer",
    "create table hub.mine ()",
    "create role somebody",
    "copy hub.source to program 'cat'",
};

/* The same, as a connector would find out. */
static void test_refusals(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    for (size_t c = 0; c < COUNT_OF(connectors); c++) {
        bool assumed;
        database_must(db_script(db, "reset role", &err), &err);
        database_must(role_assume(db, connectors[c], &assumed, &err), &err);
        assert_true(assumed);
        database_must(migrate_check(db, &err), &err);
        for (size_t i = 0; i < COUNT_OF(refused); i++) {
            if (db_script(db, refused[i], &err))
                fail_msg("axle_%s may '%s'", connectors[c], refused[i]);
            if (!strstr(err.text, "permission denied") && !strstr(err.text, "must be"))
                fail_msg("'%s': %s", refused[i], err.text);
        }
    }
    bool assumed = true;
    database_must(db_script(db, "reset role", &err), &err);
    database_must(role_assume(db, "nothing", &assumed, &err), &err);
    assert_false(assumed);
    database_must(db_script(db, "select from hub.record", &err), &err);
}

static void drop_user(void *arg)
{
    struct error err;
    database_must(db_script(arg, "drop owned by test_plain; drop role test_plain", &err), &err);
}

/* A user who may not make roles is told what an administrator must run; then it is as elsewhere. */
static void test_plain_user(void **state)
{
    (void)state;
    ARENA(work);
    const char *dsn = database_new(work);
    struct db *admin = database_open(work, dsn);
    struct error err;
    unsigned ran;
    const char *advice;
    bool assumed;
    database_must(
        db_script(admin,
                  "create role test_plain login; do $$ begin execute format('grant create "
                  "on database %I to test_plain', current_database()); end $$",
                  &err),
        &err);
    arena_defer(work, drop_user, admin);
    ARENA(session);
    struct db *db = database_open(session, arena_printf(work, "%s user=test_plain", dsn));
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    database_must(role_admit(work, db, &advice, &err), &err);
    assert_non_null(advice);
    assert_non_null(strstr(advice, "grant axle_web to test_plain"));
    database_must(role_assume(db, "web", &assumed, &err), &err);
    assert_false(assumed);

    database_must(db_script(admin, advice, &err), &err);
    database_must(role_admit(work, db, &advice, &err), &err);
    assert_null(advice);
    database_must(role_assume(db, "web", &assumed, &err), &err);
    assert_true(assumed);
    assert_false(db_script(db, "select from hub.record", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rights),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_plain_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
