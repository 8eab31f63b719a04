/* Work in several processes: all of it is done, failures come back, and nobody stays behind. */
#include "hub/base/crew.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    enum { WELL, FAILING, DYING, SILENT } how;
    struct {
        int done[8];
        pid_t pids[8];
    } * shared;
    int ticks, ticks_most;
};

static bool work(void *to, size_t i, struct error *err)
{
    struct place *place = to;
    place->shared->pids[i] = getpid();
    if (place->how != WELL && i == 1) {
        if (place->how == DYING)
            (void)raise(SIGKILL);
        return place->how == FAILING ? error_set(err, ERROR_CONFLICT, "the second has failed")
                                     : false;
    }
    if (place->how != WELL || place->ticks_most)
        (void)pause(); /* the others are ended */
    place->shared->done[i]++;
    place->ticks = 100; /* its own copy */
    return true;
}

static bool tick(void *to)
{
    struct place *place = to;
    return !place->ticks_most || ++place->ticks < place->ticks_most;
}

static void nobody_left(const struct place *place, size_t count)
{
    assert_true(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
    for (size_t i = 0; i < count; i++)
        assert_true(!place->shared->pids[i] || kill(place->shared->pids[i], 0) != 0);
}

static void test_all_work(void **state)
{
    (void)state;
    ARENA(arena);
    struct error err;
    struct place place = {.shared = crew_share(arena, sizeof(*place.shared))};
    const struct crew crew = {.count = 5, .work = work, .tick = tick, .to = &place};
    assert_true(crew_run(&crew, &err));
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(place.shared->done[i], i < 5);
    assert_int_equal(place.ticks, 0);
    nobody_left(&place, 5);
}

static void test_failures(void **state)
{
    static const struct {
        int how;
        enum error_kind kind;
        const char *text;
    } cases[] = {
        {FAILING, ERROR_CONFLICT, "the second has failed"},
        {DYING, ERROR_FATAL, "a process died: Killed"},
        {SILENT, ERROR_FATAL, "a process ended early"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(arena);
        struct error err;
        struct place place = {.shared = crew_share(arena, sizeof(*place.shared))};
        place.how = cases[i].how;
        size_t died;
        const struct crew crew = {.count = 3, .work = work, .to = &place, .died = &died};
        assert_false(crew_run(&crew, &err));
        assert_int_equal(err.kind, cases[i].kind);
        assert_string_equal(err.text, cases[i].text);
        assert_int_equal(died, cases[i].how == DYING ? 1 : 3);
        nobody_left(&place, 3);
    }
}

static void test_interrupted(void **state)
{
    (void)state;
    ARENA(arena);
    struct error err;
    struct place place = {.shared = crew_share(arena, sizeof(*place.shared)), .ticks_most = 2};
    const struct crew crew = {.count = 2, .work = work, .tick = tick, .to = &place};
    assert_false(crew_run(&crew, &err));
    assert_int_equal(err.kind, ERROR_RETRY);
    nobody_left(&place, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_work),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
