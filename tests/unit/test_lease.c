/* Leases against a real database: one process reads a source, and whoever lost it adds nothing. */
#include "tests/unit/database.h"

#include <setjmp.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "hub/store/feed.h"
#include "hub/store/stage.h"
#include "tests/unit/hub.h"
#include "tests/unit/scratch.h"

static const char mapping_text[] =
    "<source xmlns=\"urn:axle:source:1\" name=\"shop\" connector=\"web\">"
    "<from><directory/></from><format><csv/></format><record class=\"customer\" key=\"id\">"
    "<value of=\"customer.email\" from=\"email\"/></record></source>";

static struct lease take(const struct test_hub *hub, const char *place)
{
    struct error err = {0};
    struct lease lease = {0};
    database_must(lease_take(hub->db, hub->source->id, place, &lease, &err), &err);
    return lease;
}

static void must_conflict(bool done, const struct error *err)
{
    assert_false(done);
    assert_int_equal(err->kind, ERROR_CONFLICT);
}

/* Its time is over, though its process lives. */
static void let_expire(const struct test_hub *hub)
{
    ARENA(work);
    (void)database_run(work, hub->db, "update hub.lease set until = now() - interval '1 s'");
}

static void one_at_a_time(void **state)
{
    (void)state;
    ARENA(work);
    struct error err = {0};
    struct lease other = {0};
    struct test_hub hub = hub_new(work, mapping_text);
    struct lease ours = take(&hub, "here");
    must_conflict(lease_take(hub.db, hub.source->id, "there", &other, &err), &err);
    assert_non_null(strstr(err.text, "here"));
    database_must(lease_keep(hub.db, &ours, &err), &err);

    let_expire(&hub);
    database_must(lease_keep(hub.db, &ours, &err), &err); /* nobody came meanwhile */
    let_expire(&hub);
    other = take(&hub, "there");
    assert_true(other.token > ours.token);
    must_conflict(lease_keep(hub.db, &ours, &err), &err);

    (void)lease_release(hub.db, &ours, &err);
    must_conflict(lease_take(hub.db, hub.source->id, "elsewhere", &ours, &err), &err);
    (void)lease_release(hub.db, &other, &err);
    (void)take(&hub, "elsewhere");
}

/* Another process of this place takes it; `lives` while we look. */
static void taken_by_child(const struct test_hub *hub, bool lives)
{
    int done[2], go[2];
    char byte = 0;
    assert_int_equal(pipe(done) | pipe(go), 0);
    pid_t pid = fork();
    if (pid == 0) {
        ARENA(session);
        struct error err;
        struct lease lease;
        struct db *db = database_open(session, hub->dsn);
        bool taken = lease_take(db, hub->source->id, "here", &lease, &err);
        (void)!write(done[1], taken ? "t" : "f", 1);
        (void)!read(go[0], &byte, 1);
        _exit(0);
    }
    assert_int_equal(read(done[0], &byte, 1), 1);
    assert_int_equal(byte, 't');
    if (!lives) {
        assert_int_equal(write(go[1], "x", 1), 1);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
    }
    struct error err = {0};
    struct lease lease = {0};
    bool taken = lease_take(hub->db, hub->source->id, "here", &lease, &err);
    assert_int_equal(taken, !lives);
    if (lives) {
        assert_int_equal(write(go[1], "x", 1), 1);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
    }
}

static void a_successor_need_not_wait(void **state)
{
    (void)state;
    ARENA(work);
    struct test_hub hub = hub_new(work, mapping_text);
    taken_by_child(&hub, true);
    let_expire(&hub);
    taken_by_child(&hub, false);
}

static bool lose_it(void *hub, size_t done, size_t all, int64_t records)
{
    (void)done;
    (void)all;
    (void)records;
    let_expire(hub);
    (void)take(hub, "there");
    return true;
}

static const char *many_records(struct arena *arena)
{
    struct buffer out = {.arena = arena};
    buffer_text(&out, "id,email\n");
    for (int i = 1; i <= 12000; i++)
        buffer_printf(&out, "%d,a%d@example.com\n", i, i);
    return scratch_file(arena, buffer_string(&out));
}

static void whoever_lost_it_adds_nothing(void **state)
{
    (void)state;
    ARENA(work);
    struct error err = {0};
    struct staged staged;
    struct test_hub hub = hub_new(work, mapping_text);
    struct lease lease = take(&hub, "here");
    const struct progress progress = {lose_it, &hub};
    const struct incoming file = {
        .path = many_records(work), .label = "a.csv", .progress = &progress, .lease = &lease};
    must_conflict(stage_file(hub.db, hub.source, &file, &staged, &err), &err);
    int64_t first = hub_number(&hub, "select count(*) from hub.inbox");
    assert_in_range(first, 1, 11999); /* the batch before */
    must_conflict(stage_file(hub.db, hub.source, &file, &staged, &err), &err);

    const struct feed_item item = {.raw = {"1,b@example.com", 15}};
    const struct feed feed = {.stream = "s", .label = "s", .list = &item, .count = 1};
    must_conflict(feed_stage(hub.db, hub.source, &lease, &feed, &staged, &err), &err);
    assert_int_equal(hub_number(&hub, "select count(*) from hub.inbox"), first);
}

/* Stopped within a transaction, it must not hold up its successor, who does not add before it is over. */
static void a_stopped_one_holds_nobody_up(void **state)
{
    (void)state;
    ARENA(work);
    struct error err = {0};
    struct lease other;
    struct test_hub hub = hub_new(work, mapping_text);
    struct lease lease = take(&hub, "here");
    struct db *stopped = database_open(work, hub.dsn);
    let_expire(&hub);
    struct tx *tx = tx_begin(work, stopped, &err);
    database_must(tx && lease_check(stopped, &lease, &err), &err);
    must_conflict(lease_take(hub.db, hub.source->id, "there", &other, &err), &err);
    database_must(tx_commit(tx, &err), &err);
    (void)take(&hub, "there");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(a_successor_need_not_wait),
        cmocka_unit_test(whoever_lost_it_adds_nothing),
        cmocka_unit_test(a_stopped_one_holds_nobody_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
