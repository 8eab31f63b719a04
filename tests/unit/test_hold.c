/* One holds the hub, and everybody else waits; what he left half done is seen. */
#include "tests/unit/database.h"

#include <setjmp.h>

#include <cmocka.h>

#include "hub/store/applied.h"
#include "hub/store/hold.h"
#include "hub/store/migrate.h"

struct three {
    const char *name;
    struct db *holder, *other;
    struct dictionary dictionary;
};

static void open_three(struct arena *arena, struct three *three)
{
    struct error err;
    unsigned ran;
    three->name = database_new(arena);
    three->holder = database_open(arena, three->name);
    three->other = database_open(arena, three->name);
    three->dictionary = (struct dictionary){.hash = "a hash"};
    database_must(migrate(three->holder, MIGRATIONS, &ran, &err), &err);
}

static bool may_work(const struct three *three)
{
    ARENA(work);
    struct error err;
    struct tx *tx = tx_begin(work, three->other, &err);
    database_must(tx != NULL, &err);
    database_must(applied_enter(three->other, &three->dictionary, &err), &err);
    bool may = applied_enter_work(three->other, &three->dictionary, NULL, &err);
    assert_true(may || err.kind == ERROR_RETRY);
    return may;
}

static void test_others_wait(void **state)
{
    (void)state;
    ARENA(arena);
    struct error err;
    struct three three;
    bool broken_off, noted;
    open_three(arena, &three);
    assert_true(may_work(&three));
    database_must(hold_begin(three.holder, &broken_off, &err), &err);
    assert_false(broken_off);
    assert_false(may_work(&three));
    assert_false(hold_begin(three.other, &broken_off, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    database_must(hold_end(three.holder, &err), &err);
    assert_true(may_work(&three));
    database_must(hold_noted(three.other, &noted, &err), &err);
    assert_false(noted);
}

static void test_a_dead_holder_leaves_a_note(void **state)
{
    (void)state;
    ARENA(arena);
    struct error err;
    struct three three;
    bool broken_off, noted;
    open_three(arena, &three);
    {
        ARENA(session);
        struct db *dead = database_open(session, three.name);
        database_must(hold_begin(dead, &broken_off, &err), &err);
    }
    assert_false(may_work(&three));
    database_must(hold_noted(three.other, &noted, &err), &err);
    assert_true(noted);
    while (!hold_begin(three.holder, &broken_off, &err)) /* the server takes a moment to notice */
        assert_int_equal(err.kind, ERROR_CONFLICT);
    assert_true(broken_off);
    database_must(hold_leave(three.holder, &err), &err);
    assert_false(may_work(&three));
    database_must(hold_begin(three.holder, &broken_off, &err), &err);
    assert_true(broken_off);
    database_must(hold_end(three.holder, &err), &err);
    assert_true(may_work(&three));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_others_wait),
        cmocka_unit_test(test_a_dead_holder_leaves_a_note),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
