/* Staging against a real database: each position once, whatever is repeated, rewound or unreadable. */
#include "tests/unit/database.h"

#include <fcntl.h>
#include <setjmp.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "hub/store/stage.h"
#include "tests/unit/hub.h"
#include "tests/unit/scratch.h"

#define RECORDS 12000
#define BATCH 5000 /* records a transaction */

static const char mapping_text[] =
    "<source xmlns=\"urn:axle:source:1\" name=\"shop\" connector=\"web\">"
    "<from><directory/></from><format><csv/></format><record class=\"customer\" key=\"id\">"
    "<value of=\"customer.email\" from=\"email\"/></record></source>";

/* Lines below the header, of which each thousandth cannot be cut. */
static const char *many_records(struct arena *arena)
{
    struct buffer out = {.arena = arena};
    buffer_text(&out, "id,email\n");
    for (int i = 1; i <= RECORDS; i++)
        buffer_printf(&out, i % 1000 ? "%d,a%d@example.com\n" : "%d,\"x\"y%d\n", i, i);
    return scratch_file(arena, buffer_string(&out));
}

static struct staged stage(const struct test_hub *hub, const char *path, const char *label)
{
    struct error err = {0};
    struct staged staged;
    const struct incoming file = {.path = path, .label = label};
    bool done = stage_file(hub->db, hub->source, &file, &staged, &err);
    assert_true(done || err.kind == ERROR_REJECT);
    return staged;
}

static void each_position_once(void **state)
{
    (void)state;
    static const int rewound_to[] = {0, 1, BATCH - 1, BATCH, RECORDS - 1};
    ARENA(work);
    struct test_hub hub = hub_new(work, mapping_text);
    const char *path = many_records(work);
    struct staged staged = stage(&hub, path, "a.csv");
    assert_int_equal(staged.received, RECORDS);
    assert_int_equal(staged.rejected, RECORDS / 1000);
    assert_true(stage(&hub, path, "b.csv").known);
    for (size_t i = 0; i < COUNT_OF(rewound_to); i++) {
        (void)database_run(work, hub.db,
                           arena_printf(work,
                                        "update hub.stream set position = %d, ended_at = null",
                                        rewound_to[i]));
        staged = stage(&hub, path, "a.csv");
        assert_false(staged.known);
        assert_int_equal(staged.received, 0);
        assert_int_equal(staged.before, rewound_to[i]);
    }
    (void)database_run(work, hub.db,
                       "with lost as (delete from hub.inbox where position > 3000) update"
                       " hub.stream set position = 3000, received = 3000, ended_at = null");
    assert_int_equal(stage(&hub, path, "a.csv").received, RECORDS - 3000);
    (void)database_run(work, hub.db,
                       "with lost as (delete from hub.inbox where position between 101 and 150)"
                       " update hub.stream set position = 0, received = received - 50,"
                       " ended_at = null");
    assert_int_equal(stage(&hub, path, "a.csv").received, 50);
    assert_int_equal(hub_number(&hub, "select received from hub.stream"), RECORDS);
    assert_int_equal(hub_number(&hub, "select count(*) from hub.inbox"), RECORDS);
    assert_int_equal(
        hub_number(&hub, "select count(*) from hub.inbox join hub.payload using (inbox_id)"
                         " where body::text = format('%s,a%s@example.com', position, position)::"
                         "bytea::text and line = position + 1"),
        RECORDS - RECORDS / 1000);
}

static void what_is_no_file_is_one_reject(void **state)
{
    (void)state;
    ARENA(work);
    struct test_hub hub = hub_new(work, mapping_text);
    const char *pipe = arena_printf(work, "/tmp/axle-test-%d.fifo", (int)getpid());
    arena_defer(work, scratch_remove, arena_strdup(work, pipe));
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(stage(&hub, pipe, "a\xff.csv").received, 1);
    assert_int_equal(stage(&hub, pipe, "a\xff.csv").received, 0);
    assert_int_equal(stage(&hub, "/tmp", "a\xff.csv").received, 1); /* another of that name */
    assert_int_equal(hub_number(&hub, "select count(*) from hub.reject where stage = 'transport'"),
                     2);

    struct error err = {0};
    struct staged staged;
    const struct incoming nothing = {.path = "/nowhere/at-all", .label = "x"};
    assert_false(stage_file(hub.db, hub.source, &nothing, &staged, &err));
    assert_int_equal(err.kind, ERROR_NOT_FOUND);
}

static bool cut_short(void *path, size_t done, size_t all, int64_t records)
{
    (void)done;
    (void)all;
    (void)records;
    assert_int_equal(truncate(path, 1000), 0);
    return true;
}

static bool write_over(void *path, size_t done, size_t all, int64_t records)
{
    (void)done;
    (void)records;
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "#", 1, (off_t)all - 2), 1);
    assert_int_equal(close(fd), 0);
    return true;
}

/* The first batch stays: it was in the file.  What comes then is another stream. */
static void a_file_that_changes_is_read_again(void **state)
{
    (void)state;
    static bool (*const changes[])(void *, size_t, size_t, int64_t) = {cut_short, write_over};
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        ARENA(work);
        struct test_hub hub = hub_new(work, mapping_text);
        struct error err = {0};
        struct staged staged;
        char *path = arena_strdup(work, many_records(work));
        struct timespec past[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
        assert_int_equal(utimensat(AT_FDCWD, path, past, 0), 0);
        const struct progress progress = {changes[i], path};
        const struct incoming file = {.path = path, .label = "a.csv", .progress = &progress};
        assert_false(stage_file(hub.db, hub.source, &file, &staged, &err));
        assert_int_equal(err.kind, ERROR_RETRY);
        assert_int_equal(hub_number(&hub, "select count(*) from hub.inbox"), BATCH);
        (void)stage(&hub, path, "a.csv");
        assert_int_equal(
            hub_number(&hub, "select count(*) from hub.stream where ended_at is not null"), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_position_once),
        cmocka_unit_test(what_is_no_file_is_one_reject),
        cmocka_unit_test(a_file_that_changes_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
