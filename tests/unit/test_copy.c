/* Rows by the thousand into a table and out of it, in binary, against a real server. */
#include "tests/unit/database.h"

#include <setjmp.h>

#include <cmocka.h>

#include "hub/store/copy.h"

#define ROWS 30000 /* of more bytes than are sent at once */

static const struct stmt into = {
    "into", "copy test (a, b, c, d, e, f, g, h, i) from stdin (format binary)", 0};
static const struct stmt back = {"back",
                                 "copy (select a, b, c, d, e, f::text, g, h, i, extract(epoch from "
                                 "i)::bigint from test order by a)"
                                 " to stdout (format binary)",
                                 0};

static struct db *open_table(struct arena *work)
{
    struct error err;
    struct db *db = database_open(work, database_new(work));
    database_must(
        db_script(db,
                  "set search_path to public;"
                  "create table test (a bigint primary key, b integer, c smallint, d text,"
                  " e bytea, f jsonb, g uuid, h boolean, i timestamptz)",
                  &err),
        &err);
    return db;
}

static const struct uuid some_id = {.bytes = "\0\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe"};

static bool put_row(struct copy *copy, int64_t a, const char *text, struct error *err)
{
    if (!copy_row(copy, 9, err))
        return false;
    copy_int8(copy, a);
    copy_int4(copy, (int32_t)-a);
    copy_int2(copy, a % 2 ? -1 : 1);
    copy_text(copy, text);
    copy_bytes(copy, a % 2 ? (struct slice){"\0x", 2} : (struct slice){0});
    copy_jsonb(copy, text ? "{\"k\": 1}" : NULL);
    copy_uuid(copy, some_id);
    copy_bool(copy, a % 2 != 0);
    if (a % 2)
        copy_time(copy, a * 1000000);
    else
        copy_null(copy);
    return true;
}

struct seen {
    int64_t rows, most;
};

static bool see(void *context, const struct copied *row, struct error *err)
{
    struct seen *seen = context;
    int64_t a = copied_int(row, 0);
    if (++seen->rows > seen->most)
        return error_set(err, ERROR_CONFLICT, "enough");
    assert_int_equal(row->count, 10);
    assert_int_equal(copied_int(row, 1), -a);
    assert_int_equal(copied_int(row, 2), a % 2 ? -1 : 1);
    assert_int_equal(copied_bytes(row, 4).size, a % 2 ? 2 : 0);
    assert_non_null(copied_bytes(row, 4).bytes);
    if (a == 3) {
        assert_null(copied_text(row, 3));
        assert_null(copied_text(row, 5));
    } else {
        assert_string_equal(copied_text(row, 3), a == 4 ? "" : "Łódź");
        assert_string_equal(copied_text(row, 5), "{\"k\": 1}");
    }
    assert_int_equal(uuid_compare(copied_uuid(row, 6), some_id), 0);
    assert_int_equal(*copied_bytes(row, 7).bytes, a % 2);
    assert_int_equal(copied_int(row, 9), a % 2 ? a : 0);
    return true;
}

static void there_and_back(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    struct seen seen = {.most = ROWS};
    struct db *db = open_table(work);
    struct copy *copy = copy_in(work, db, &into, &err);
    for (int64_t a = 0; a < ROWS; a++)
        database_must(put_row(copy, a, a == 3 ? NULL : a == 4 ? "" : "Łódź", &err), &err);
    database_must(copy_end(copy, &err), &err);
    database_must(copy_out(db, &back, see, &seen, &err), &err);
    assert_int_equal(seen.rows, ROWS);

    seen = (struct seen){.most = 7}; /* who takes them may have had enough: */
    assert_false(copy_out(db, &back, see, &seen, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    assert_int_equal(seen.rows, 8);
    database_must(db_script(db, "select", &err), &err); /* the connection goes on */
}

static bool count(void *context, const struct copied *row, struct error *err)
{
    (void)row;
    (void)err;
    ++*(int *)context;
    return true;
}

static void what_fails(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    int rows = 0;
    static const struct stmt nowhere = {"nowhere", "copy none from stdin (format binary)", 0};
    struct db *db = open_table(work);
    assert_null(copy_in(work, db, &nowhere, &err));
    assert_false(copy_out(db, &nowhere, count, &rows, &err));

    struct copy *copy = copy_in(work, db, &into, &err); /* twice the same key */
    database_must(put_row(copy, 1, "x", &err) && put_row(copy, 1, "y", &err), &err);
    assert_false(copy_end(copy, &err));
    assert_int_equal(err.kind, ERROR_REJECT);
    for (int i = 0; i < 2; i++) {
        ARENA(given_up);
        copy = copy_in(given_up, db, &into, &err);
        database_must(put_row(copy, 2, "x", &err), &err);
    }
    database_must(copy_out(db, &back, count, &rows, &err), &err);
    assert_int_equal(rows, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(what_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
