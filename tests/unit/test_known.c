/* What a load keeps in mind: which records it has met, in several processes; and times as PostgreSQL counts them. */
#include "hub/load/known.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "hub/base/crew.h"
#include "hub/base/hash.h"
#include "hub/standard/iso_time.h"

static void test_each_once(void **state)
{
    (void)state;
    ARENA(arena);
    struct known *known = known_new(arena, 200000);
    for (uint64_t i = 1; i <= 200000; i++)
        assert_true(known_add(known, (int64_t)hash64(&i, sizeof(i))));
    for (uint64_t i = 1; i <= 200000; i++)
        assert_false(known_add(known, (int64_t)hash64(&i, sizeof(i))));
}

/* Then everything counts as known, and takes the longer way. */
static void test_full(void **state)
{
    (void)state;
    ARENA(arena);
    struct known *known = known_new(arena, 1);
    int64_t added = 0;
    for (int64_t i = 1; i <= 1000000; i++)
        added += known_add(known, i);
    assert_in_range(added, 1000, 999999);
    assert_false(known_add(known, 2000000));
}

static bool add_two(void *to, size_t i, struct error *err)
{
    if (i == 0)
        return known_add(to, 7) ? true : error_set(err, ERROR_FATAL, "7 is not known yet");
    return true;
}

static void test_shared(void **state)
{
    (void)state;
    ARENA(arena);
    struct error err;
    struct known *known = known_new(arena, 10);
    assert_true(crew_run(&(struct crew){.count = 2, .work = add_two, .to = known}, &err));
    assert_false(known_add(known, 7));
    assert_true(known_add(known, 8));
}

static void test_times(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds; /* by date --utc +%s; -1: no such form */
    } cases[] = {
        {"1970-01-01", 0},
        {"1970-01-01T00:00:01Z", 1},
        {"2000-02-29T12:30:59Z", 951827459},
        {"2000-03-01", 951868800},
        {"2024-03-05T14:30:00Z", 1709649000},
        {"1900-03-01", -2203891200},
        {"1850-01-01", -3786825600},
        {"2200-12-31T23:59:59Z", 7289654399},
        {"2023-02-29", -1},
        {"2024-03-05T14:30:00", -1},
        {"2024-03-05 14:30:00Z", -1},
        {"2024-03-05T14:30:00Z ", -1},
        {"2024", -1},
        {"", -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t us = 0;
        assert_int_equal(iso_time_us(cases[i].text, &us), cases[i].seconds != -1);
        if (cases[i].seconds != -1)
            assert_int_equal(us, cases[i].seconds * 1000000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_once),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
