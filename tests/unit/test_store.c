/* The database layer against a real server: every type, every statement, migrations. */
#include "tests/unit/database.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "hub/base/file.h"
#include "hub/base/list.h"
#include "hub/dictionary/dictionary.h"
#include "hub/store/copy.h"
#include "hub/store/migrate.h"
#include "hub/store/publish.h"
#include "sql.gen.h"

static const struct stmt echo = {"echo",
                                 "select $1::text, $2::bigint, $3::bytea, $4::uuid, $5::bigint[], "
                                 "$6::integer[]::bigint[], $7::text[],"
                                 " $8::uuid[], $9::bytea[], $2::bigint > 0",
                                 9};
static const struct stmt unnest_byteas = {"unnest_byteas", "select unnest($1::bytea[])", 1};
static const struct stmt unnest_uuids = {"unnest_uuids", "select unnest($1::uuid[])", 1};

static void test_types(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = database_open(work, database_new(work));
    struct error err;
    struct rows rows;
    const int64_t int8s[] = {INT64_MIN, -1, 0, INT64_MAX};
    const int32_t int4s[] = {INT32_MIN, 7, INT32_MAX};
    const int64_t widened[] = {INT32_MIN, 7, INT32_MAX};
    const char *texts[] = {"", NULL, "Jürgen, \"{}\" \\ 'x'", "NULL"};
    const struct slice zeros = {"a\0b\0", 4}, empty = {"", 0};
    const struct slice byteas[] = {zeros, {NULL, 0}, empty}; /* no bytes is empty, not null */
    const struct uuid uuid = uuid_new();
    database_must(db_run(work, db, &echo,
                         PARAMS(db_text("Łódź"), db_int(work, INT64_MIN), db_bytes(zeros),
                                db_uuid(work, uuid), db_int8s(work, int8s, COUNT_OF(int8s)),
                                db_int4s(work, int4s, COUNT_OF(int4s)),
                                db_texts(work, texts, COUNT_OF(texts)), db_uuids(work, &uuid, 1),
                                db_byteas(work, byteas, COUNT_OF(byteas))),
                         &rows, &err),
                  &err);
    assert_int_equal(rows.count, 1);
    assert_string_equal(rows_text(&rows, 0, 0), "Łódź");
    assert_true(rows_int(&rows, 0, 1) == INT64_MIN);
    assert_int_equal(rows_bytes(&rows, 0, 2).size, 4);
    assert_memory_equal(rows_bytes(&rows, 0, 2).bytes, zeros.bytes, 4);
    assert_int_equal(uuid_compare(rows_uuid(&rows, 0, 3), uuid), 0);
    assert_false(rows_bool(&rows, 0, 9));

    size_t count;
    const int64_t *got8 = rows_int8s(work, &rows, 0, 4, &count);
    assert_int_equal(count, COUNT_OF(int8s));
    assert_memory_equal(got8, int8s, sizeof(int8s));
    const int64_t *got4 = rows_int8s(work, &rows, 0, 5, &count);
    assert_int_equal(count, COUNT_OF(int4s));
    assert_memory_equal(got4, widened, sizeof(widened));
    const char *const *got = rows_texts(work, &rows, 0, 6, &count);
    assert_int_equal(count, COUNT_OF(texts));
    assert_null(got[1]);
    for (size_t i = 0; i < count; i += 2)
        assert_string_equal(got[i], texts[i]);

    database_must(db_run(work, db, &unnest_byteas,
                         PARAMS(db_byteas(work, byteas, COUNT_OF(byteas))), &rows, &err),
                  &err);
    assert_int_equal(rows.count, COUNT_OF(byteas));
    assert_memory_equal(rows_bytes(&rows, 0, 0).bytes, zeros.bytes, 4);
    for (size_t i = 1; i < rows.count; i++) {
        assert_false(rows_is_null(&rows, i, 0));
        assert_int_equal(rows_bytes(&rows, i, 0).size, 0);
    }
    database_must(db_run(work, db, &unnest_uuids, PARAMS(db_uuids(work, &uuid, 1)), &rows, &err),
                  &err);
    assert_int_equal(uuid_compare(rows_uuid(&rows, 0, 0), uuid), 0);
}

static const struct stmt columns = {
    .name = "test_columns",
    .text = "select n::text || s from unnest($1::bigint[], $2::integer[], $3::text[], $4::bytea[], "
            "$5::uuid[]) as u(l, n, s, b, i) where l = n and length(b) = 2 and i is not null",
    .params = 5};

static void test_columns(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = database_open(work, database_new(work));
    struct error err;
    struct rows rows;
    struct {
        struct line {
            int32_t small;
            const char *text;
            int64_t large;
            struct slice bytes;
            struct uuid id;
        } * list;
        size_t count, room;
    } lines = {0};
    for (int i = 0; i < 2; i++) { /* first none at all */
        database_must(db_run(work, db, &columns,
                             PARAMS(DB_COLUMN(work, &lines, large), DB_COLUMN(work, &lines, small),
                                    DB_COLUMN(work, &lines, text), DB_COLUMN(work, &lines, bytes),
                                    DB_COLUMN(work, &lines, id)),
                             &rows, &err),
                      &err);
        assert_int_equal(rows.count, lines.count);
        if (!i)
            for (int32_t n = -1; n < 2; n++)
                LIST_ADD(work, &lines, ((struct line){n, "x", n, {"ab", 2}, uuid_new()}));
    }
    assert_string_equal(rows_text(&rows, 0, 0), "-1x");
    assert_string_equal(rows_text(&rows, 2, 0), "1x");
}

static void test_nothing(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = database_open(work, database_new(work));
    struct error err;
    struct rows rows;
    size_t count = 1;
    const struct slice none = {NULL, 0};
    database_must(
        db_run(work, db, &echo,
               PARAMS(db_text(NULL), db_text(NULL), db_bytes(none), db_text(NULL),
                      db_int8s(work, NULL, 0), db_int4s(work, NULL, 0), db_texts(work, NULL, 0),
                      db_uuids(work, NULL, 0), db_byteas(work, NULL, 0)),
               &rows, &err),
        &err);
    assert_null(rows_text(&rows, 0, 0));
    assert_true(rows_is_null(&rows, 0, 1));
    assert_true(rows_int(&rows, 0, 1) == 0);
    assert_int_equal(rows_bytes(&rows, 0, 2).size, 0);
    (void)rows_int8s(work, &rows, 0, 4, &count);
    assert_int_equal(count, 0);
    (void)rows_texts(work, &rows, 0, 6, &count);
    assert_int_equal(count, 0);
}

static void test_errors(void **state)
{
    (void)state;
    static const struct {
        struct stmt stmt;
        enum error_kind kind;
    } cases[] = {
        {{"e1", "select 1 / 0", 0}, ERROR_REJECT},
        {{"e2", "select nothing from nowhere", 0}, ERROR_FATAL},
        {{"e3", "select 'x'::integer", 0}, ERROR_REJECT},
        {{"e4", "select pg_terminate_backend(pg_backend_pid())", 0}, ERROR_RETRY},
    };
    ARENA(work);
    struct db *db = database_open(work, database_new(work));
    struct error err;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_false(db_run(work, db, &cases[i].stmt, NO_PARAMS, NULL, &err));
        assert_int_equal(err.kind, cases[i].kind);
    }
    assert_true(db_broken(db));
    assert_null(db_open(work, "host=/nowhere", "test", &err));
    assert_int_equal(err.kind, ERROR_RETRY);
}

/* What was not committed is gone, however the block is left. */
static void test_transaction(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = database_open(work, database_new(work));
    struct error err;
    database_must(db_script(db, "create table public.t (n integer)", &err), &err);
    {
        ARENA(unit);
        assert_non_null(tx_begin(unit, db, &err));
        (void)database_run(unit, db, "insert into public.t values (1)");
    }
    {
        ARENA(unit);
        struct tx *tx = tx_begin(unit, db, &err);
        (void)database_run(unit, db, "insert into public.t values (2)");
        assert_true(tx_commit(tx, &err));
    }
    struct rows rows = database_run(work, db, "select n from public.t");
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows_int(&rows, 0, 0), 2);
}

static bool ignore_row(void *context, const struct copied *row, struct error *err)
{
    (void)context;
    (void)row;
    (void)err;
    return true;
}

/* The server accepts it: it is parsed, or where that is not offered, run with no rows. */
static bool accepted(struct db *db, const struct stmt *stmt, struct error *err)
{
    ARENA(work);
    if (!strstr(stmt->text, "(format binary)"))
        return db_prepare(db, stmt, err);
    assert_int_equal(stmt->params, 0);
    if (strstr(stmt->text, "to stdout"))
        return copy_out(db, stmt, ignore_row, NULL, err);
    struct copy *copy = copy_in(work, db, stmt, err);
    return copy && copy_end(copy, err);
}

static void test_statements(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = work};
    struct db *db = database_open(work, database_new(work));
    struct error err;
    unsigned ran, failed = 0;
    const struct dictionary *dictionary =
        dictionary_load(work, "schemas/dictionary.xsd", "schemas/dictionary.xml", NULL, &findings);
    assert_non_null(dictionary);
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    database_must(publish_views(db, dictionary, &err), &err);
    for (size_t i = 0; sql_all[i]; i++)
        if (!accepted(db, sql_all[i], &err)) {
            print_message("%s\n", err.text);
            failed++;
        }
    assert_int_equal(failed, 0);
}

/* A copy of the migrations, with `text` added to the end of one file, and perhaps one file more. */
static const char *copy_migrations(struct arena *arena, const char *added, bool one_more)
{
    struct error err;
    struct slice text;
    char *directory = arena_strdup(arena, "/tmp/axle-migrations-XXXXXX");
    assert_non_null(mkdtemp(directory));
    const char *copy = arena_printf(arena, "cp " MIGRATIONS "/*.sql %s", directory);
    assert_int_equal(system(copy), 0); // NOLINT(cert-env33-c): our own files
    const char *path = arena_printf(arena, "%s/0001_hub.sql", directory);
    database_must(file_read(arena, path, 1 << 20, &text, &err), &err);
    database_must(file_write(path, 0644, arena_printf(arena, "%s%s", text.bytes, added), &err),
                  &err);
    if (one_more)
        database_must(
            file_write(arena_printf(arena, "%s/%04d_more.sql", directory, SCHEMA_NUMBER + 1), 0644,
                       "create table hub.more ();\n", &err),
            &err);
    return directory;
}

static void remove_migrations(struct arena *arena, const char *directory)
{
    // NOLINTNEXTLINE(cert-env33-c): our own files
    assert_int_equal(system(arena_printf(arena, "rm -r %s", directory)), 0);
}

static void test_migrate(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = database_open(work, database_new(work));
    struct error err;
    unsigned ran;
    assert_false(migrate_check(db, &err));
    assert_non_null(strstr(err.text, "axle init"));

    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    assert_int_equal(ran, SCHEMA_NUMBER);
    database_must(migrate_check(db, &err), &err);
    struct rows before = database_run(work, db, "select epoch from hub.instance");
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    assert_int_equal(ran, 0);
    struct rows after = database_run(work, db, "select epoch from hub.instance");
    assert_int_equal(after.count, 1);
    assert_int_equal(uuid_compare(rows_uuid(&before, 0, 0), rows_uuid(&after, 0, 0)), 0);

    const char *changed = copy_migrations(work, "-- changed\n", false);
    assert_false(migrate(db, changed, &ran, &err));
    assert_int_equal(err.kind, ERROR_FATAL);
    assert_non_null(strstr(err.text, "0001_hub.sql has changed"));
    remove_migrations(work, changed);
}

static void test_newer_schema(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = database_open(work, database_new(work));
    struct error err;
    unsigned ran;
    const char *newer = copy_migrations(work, "", true);
    database_must(migrate(db, newer, &ran, &err), &err);
    assert_int_equal(ran, SCHEMA_NUMBER + 1);
    remove_migrations(work, newer);
    assert_false(migrate_check(db, &err));
    assert_int_equal(err.kind, ERROR_FATAL);
    assert_non_null(strstr(err.text, "newer"));
    assert_false(migrate(db, MIGRATIONS, &ran, &err));
    assert_non_null(strstr(err.text, "newer"));
}

/* A migration that fails leaves nothing of itself behind. */
static void test_failed_migration(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = database_open(work, database_new(work));
    struct error err;
    unsigned ran;
    const char *broken = copy_migrations(work, "select nonsense;\n", false);
    assert_false(migrate(db, broken, &ran, &err));
    assert_non_null(strstr(err.text, "0001_hub.sql"));
    remove_migrations(work, broken);
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    assert_int_equal(ran, SCHEMA_NUMBER);
}

/* Several programs start at once on an empty database: one migrates, all succeed. */
static void test_migrate_at_once(void **state)
{
    (void)state;
    enum { CHILDREN = 4 };
    ARENA(work);
    const char *dsn = database_new(work);
    pid_t children[CHILDREN];
    unsigned total = 0;
    for (size_t i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i])
            continue;
        struct error err;
        unsigned ran;
        struct db *db = database_open(work, dsn);
        database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
        _exit((int)ran);
    }
    for (size_t i = 0; i < CHILDREN; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        total += (unsigned)WEXITSTATUS(status);
    }
    assert_int_equal(total, SCHEMA_NUMBER);
    struct error err;
    database_must(migrate_check(database_open(work, dsn), &err), &err);
}

/* Who sleeps in db_wait() is woken by another's db_wake(). */
static void test_wake(void **state)
{
    (void)state;
    ARENA(work);
    const char *dsn = database_new(work);
    struct db *sleeper = database_open(work, dsn), *waker = database_open(work, dsn);
    struct error err;
    database_must(db_wait(sleeper, 1, &err), &err);
    db_wake(waker);
    time_t start = time(NULL);
    database_must(db_wait(sleeper, 60000, &err), &err);
    assert_true(time(NULL) - start < 30);
}

/* Looking again under a lock shows what others committed meanwhile: whatever the server is set to. */
static void test_isolation(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    const char *dsn = database_new(work);
    struct db *db = database_open(work, dsn);
    database_must(db_script(db,
                            "do $$ begin execute format('alter database %I set"
                            " default_transaction_isolation = serializable', current_database());"
                            " end $$",
                            &err),
                  &err);
    struct rows rows = database_run(work, database_open(work, dsn), "show transaction_isolation");
    assert_string_equal(rows_text(&rows, 0, 0), "read committed");
}

/* Whoever is waited for does not wait for ever. */
static void test_limit(void **state)
{
    (void)state;
    ARENA(work);
    ARENA(session);
    struct db *db = database_open(session, database_new(work));
    struct error err;
    static const struct stmt nap = {"nap", "select pg_sleep(10)", 0};
    db_limit(db, 300);
    database_must(db_script(db, "select 1; select 2", &err), &err);
    assert_false(db_script(db, "select nonsense; select 2", &err));
    assert_non_null(strstr(err.text, "nonsense"));
    assert_false(db_broken(db));
    assert_true(tx_begin(session, db, &err) != NULL);
    assert_false(db_run(work, db, &nap, NO_PARAMS, NULL, &err));
    assert_int_equal(err.kind, ERROR_RETRY);
    assert_non_null(strstr(err.text, "does not answer"));
    assert_true(db_broken(db));
    assert_false(db_script(db, "select 1", &err));
}

/* Nor while more is sent than a connection holds, and nobody reads it. */
static void test_limit_of_sending(void **state)
{
    (void)state;
    ARENA(work);
    ARENA(session);
    struct db *db = database_open(session, database_new(work));
    struct error err;
    static const struct stmt length = {"length", "select length($1)", 1};
    size_t size = (size_t)8 << 20;
    char *text = memset(arena_alloc(work, size), 'x', size);
    text[size - 1] = '\0';
    struct rows rows = database_run(work, db, "select pg_backend_pid()");
    pid_t server = (pid_t)rows_int(&rows, 0, 0);
    db_limit(db, 60000);
    database_must(db_run(work, db, &length, PARAMS(db_text(text)), &rows, &err), &err);
    assert_int_equal(rows_int(&rows, 0, 0), size - 1);
    db_limit(db, 500);
    assert_int_equal(kill(server, SIGSTOP), 0);
    time_t start = time(NULL);
    bool done = db_run(work, db, &length, PARAMS(db_text(text)), NULL, &err);
    assert_int_equal(kill(server, SIGCONT), 0);
    assert_false(done);
    assert_non_null(strstr(err.text, "does not answer"));
    assert_true(time(NULL) - start < 10);
}

/* What a site's own class calls an e-mail address may be a whole text. */
static void test_long_email(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    unsigned ran;
    static const char insert[] =
        "insert into hub.thing (thing_id, class, lead_id, doc, lineage) select gen_random_uuid(), "
        "'x',"
        " 1, jsonb_build_object('email', string_agg(md5(i::text), '')), '{}'"
        " from generate_series(1, 400) i";
    struct db *db = database_open(work, database_new(work));
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    database_must(db_script(db, insert, &err), &err);
}

/* The quick way to a name's words gives what the other one gives, of plain names and of any. */
static void test_name_words(void **state)
{
    (void)state;
    ARENA(work);
    static const struct stmt differ = {
        "words_differ",
        "select count(*) from unnest(array[null, '', ' ', 'Ann', 'ANN de Lee', 'ann  lee', ' ann', "
        "'ann ',"
        " 'O''Brien-Smith', 'José Ñandú', 'Straße 5', 'a1 2b', E'ann\nlee', 'lee, ann',"
        " repeat('x', 100), repeat('x', 101), repeat('ann ', 30)]) as t(name)"
        " where hub.name_words(name) is distinct from hub.name_words_any(name)"
        " or (name = 'ANN de Lee') > (hub.name_words(name) = array['ann', 'de', 'lee'])",
        0};
    struct db *db = database_open(work, database_new(work));
    struct rows rows;
    struct error err;
    unsigned ran;
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    database_must(db_run(work, db, &differ, NO_PARAMS, &rows, &err), &err);
    assert_int_equal(rows_int(&rows, 0, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limit),           cmocka_unit_test(test_types),
        cmocka_unit_test(test_columns),         cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_errors),          cmocka_unit_test(test_transaction),
        cmocka_unit_test(test_statements),      cmocka_unit_test(test_migrate),
        cmocka_unit_test(test_newer_schema),    cmocka_unit_test(test_failed_migration),
        cmocka_unit_test(test_migrate_at_once), cmocka_unit_test(test_wake),
        cmocka_unit_test(test_isolation),       cmocka_unit_test(test_limit_of_sending),
        cmocka_unit_test(test_long_email),      cmocka_unit_test(test_name_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
