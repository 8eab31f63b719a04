/* Resolving everything at once gives what resolving record by record gives, whatever there was before. */
#include "tests/property/history.h"

#include <signal.h>
#include <sys/wait.h>

#include "hub/base/clock.h"
#include "hub/base/file.h"
#include "hub/load/settle.h"
#include "hub/pipeline/ingest.h"
#include "hub/store/hold.h"
#include "hub/store/publish.h"
#include "tests/data/customers.h"

#define SOURCES 4

static const char *const sources[SOURCES] = {"mail", "callcenter", "web", "warranty"};
static const char *const files[SOURCES] = {"mail.jsonl", "callcenter.csv", "web.jsonl",
                                           "warranty.csv"};

/* One of two hubs to which the same is told. */
struct twin {
    struct hall hall;
    const char *dsn;
};

static void register_sources(struct twin *twin)
{
    struct error err = {0};
    struct arena *arena = twin->hall.arena;
    struct hub *hub = &twin->hall.hub;
    for (size_t i = 0; i < SOURCES; i++) {
        struct findings findings = {.arena = arena};
        struct slice text;
        bool changed;
        const char *path = arena_printf(arena, "mappings/%s.xml", sources[i]);
        database_must(file_read(arena, path, 1 << 20, &text, &err), &err);
        const struct mapping *mapping = mapping_read(arena, hub->dictionary, "schemas/source.xsd",
                                                     path + strlen("mappings/"), text, &findings);
        if (!mapping)
            fail_msg("%s", finding_first(arena, &findings));
        database_must(sources_register(hub->db, mapping, hub->dictionary, &changed, &err), &err);
    }
    hub->sources = sources_load(arena, hub->db, "schemas", &err);
    database_must(hub->sources, &err);
    hub->dictionary = hub->sources->dictionary;
}

static const char shop[] =
    HEAD "<directory/></from><format><csv/></format><delete if=\"op\" is=\"D\"/>"
         "<record class=\"customer\" key=\"id\">"
         "<value of=\"customer.name.full\" from=\"name\"/>"
         "<value of=\"customer.birth_date\" from=\"born\" date=\"YYYY-MM-DD\"/>"
         "<value of=\"customer.phone\" from=\"phone\"/>"
         "<value of=\"customer.email\" from=\"email\"/></record></source>";

static struct twin open_twin(struct arena *arena)
{
    struct error err = {0};
    struct twin twin = {.hall = open_hall(arena, shop)};
    struct rows rows = database_run(arena, twin.hall.hub.db, "select current_database()");
    twin.dsn = arena_printf(arena, "%s dbname=%s", getenv("AXLE_DSN"), rows_text(&rows, 0, 0));
    register_sources(&twin);
    database_must(publish_views(twin.hall.hub.db, twin.hall.hub.dictionary, &err), &err);
    twin.hall.source = sources_by_name(twin.hall.hub.sources, "shop");
    return twin;
}

static void stage_path(struct twin *twin, const char *source, const char *path)
{
    struct error err = {0};
    struct staged staged;
    const struct incoming file = {
        .path = path, .label = arena_printf(twin->hall.arena, "file %d", ++twin->hall.files)};
    database_must(stage_file(twin->hall.hub.db, sources_by_name(twin->hall.hub.sources, source),
                             &file, &staged, &err),
                  &err);
}

/* Store everything, resolve nothing. */
static void take_in(struct twin *twin)
{
    struct error err = {0};
    for (size_t done = 1; done;)
        database_must(ingest_batch(&twin->hall.hub, 500, &done, &err), &err);
}

static bool settle(struct twin *twin, unsigned cores, struct error *err)
{
    bool broken_off;
    const struct settle_settings settings = {
        .dsn = twin->dsn, .scratch = "/tmp", .cores = cores, .portion = 20 + below(200)};
    return hold_begin(twin->hall.hub.db, &broken_off, err) &&
           settle_all(&twin->hall.hub, &settings, err) && hold_end(twin->hall.hub.db, err);
}

/* What the state hash does not tell. */
static const char *const beside[] = {
    "select count(*) || ' edges ' || coalesce(md5(string_agg(left_id || ' ' || right_id || ' ' || "
    "weight,"
    " ',' order by left_id, right_id)), '') from hub.edge",
    "select count(*) || ' generic ' || coalesce(string_agg(key || ' ' || refine, ',' order by key, "
    "refine),"
    " '') from hub.generic_key",
    "select count(*) || ' partial ' || coalesce(string_agg(record_id || ' ' || skipped::text, ','"
    " order by record_id), '') from hub.partial",
    "select count(*) || ' reviews ' || coalesce(string_agg(concat_ws(' ', left_id, right_id, "
    "weight, kind,"
    " reason), ',' order by left_id, right_id), '') from hub.review where closed_at is null"
    " and kind <> 'ownership'",
    "select count(*) || ' jobs' from hub.job",
    "select 'step ' || model_step from hub.instance",
};

static void assert_equal_twins(struct twin *one, struct twin *other, const char *when)
{
    ARENA(work);
    struct error err = {0};
    assert_sound(&one->hall);
    assert_sound(&other->hall);
    for (size_t i = 0; i < COUNT_OF(beside); i++) {
        struct rows l = database_run(work, one->hall.hub.db, beside[i]);
        struct rows r = database_run(work, other->hall.hub.db, beside[i]);
        if (!text_equal(rows_text(&l, 0, 0), rows_text(&r, 0, 0)))
            fail_msg("%s: %s\n instead of %s", when, rows_text(&r, 0, 0), rows_text(&l, 0, 0));
    }
    const char *l = verify_hash(work, &one->hall.hub, &err);
    const char *r = verify_hash(work, &other->hall.hub, &err);
    database_must(l && r, &err);
    if (!text_equal(l, r))
        fail_msg("%s: another state", when);
}

static void finish(struct twin *twin)
{
    struct error err = {0};
    bool busy = true;
    twin->hall.hub.batch = 300;
    for (int round = 0; busy && round < ROUNDS_MOST; round++)
        database_must(work_round(&twin->hall.hub, &busy, &err), &err);
    assert_false(busy);
}

static void drop_to(struct twin *twin, const char *lines)
{
    drop_file(&twin->hall, "id,op,name,born,phone,email", lines);
}

/* People of four sources, the keys of each counted from 1: those of another seed change them. */
static void drop_people(struct arena *arena, struct twin *twins, int64_t records)
{
    struct error err = {0};
    char *directory = arena_strdup(arena, "/tmp/axle-settle-XXXXXX");
    assert_non_null(mkdtemp(directory));
    const struct customers customers = {
        .seed = (int64_t)below(1 << 30), .records = records, .dirt = 200, .directory = directory};
    database_must(customers_write(&customers, &err), &err);
    for (size_t i = 0; i < SOURCES; i++)
        for (int t = 0; t < 2; t++)
            stage_path(&twins[t], sources[i], arena_printf(arena, "%s/%s", directory, files[i]));
    const char *remove = arena_printf(arena, "rm -r %s", directory);
    assert_int_equal(system(remove), 0); // NOLINT(cert-env33-c): our own files
}

static const char *one_of(const char *one, const char *other, size_t to, size_t in)
{
    return below(in) < to ? one : other;
}

static const char *crowd_line(struct arena *arena)
{
    unsigned key = (unsigned)below(300), born = 40 + (unsigned)below(50);
    char first = (char)('A' + below(26)), second = (char)('a' + below(26));
    const char *given = one_of("nna", "lfred", 1, 2);
    const char *family = one_of("Ferguson", "Montague", 1, 2);
    const char *phone = one_of("+61299990000", "", 3, 4);
    return arena_printf(arena, "%u,,%c%c%s %s,19%02u-0%zu-1%zu,%s,%s\n", key, first, second, given,
                        family, born, 1 + below(9), below(9), phone,
                        one_of("info@example.org", "", 1, 3));
}

/* Many who share a telephone and a mailbox, some who go, and those who were there twice. */
static void drop_crowd(struct arena *arena, struct twin *twins, unsigned run)
{
    struct buffer out = {.arena = arena};
    for (unsigned i = 0; i < 400; i++)
        if (run && below(3) == 0)
            buffer_printf(&out, "%zu,D,,,,\n", below(300));
        else
            buffer_text(&out, crowd_line(arena));
    for (int t = 0; t < 2; t++)
        drop_to(&twins[t], buffer_string(&out));
}

static void whole_equals_one_by_one(void **state)
{
    (void)state;
    ARENA(work);
    struct error err = {0};
    struct twin twins[2] = {open_twin(work), open_twin(work)};
    for (unsigned run = 0; run < 4; run++) {
        const char *when = arena_printf(work, "run %u", run);
        drop_people(work, twins, run == 0 ? 1500 : 100 + (int64_t)below(600));
        drop_crowd(work, twins, run);
        finish(&twins[0]);
        take_in(&twins[1]);
        database_must(settle(&twins[1], 1 + run % 3, &err), &err);
        if (run == 0)
            assert_string_equal(
                rows_text(&(struct rows[]){database_run(work, twins[1].hall.hub.db,
                                                        "select string_agg(distinct type, ' ')"
                                                        " from hub.outbox")}[0],
                          0, 0),
                "hub.loaded");
        finish(&twins[1]);
        assert_equal_twins(&twins[0], &twins[1], when);
        struct twin first =
            twins[0]; /* whoever was resolved as a whole goes on one by one, and back */
        twins[0] = twins[1];
        twins[1] = first;
    }
}

/* As soon as nobody is at it any more: a dead one's lock goes with his connection. */
static void settle_after(struct twin *twin)
{
    struct error err = {0};
    for (int attempt = 0; attempt < 500 && !settle(twin, 2, &err); attempt++) {
        if (err.kind != ERROR_CONFLICT)
            database_must(false, &err);
        (void)usleep(10000);
    }
}

/* Settle in a process that is killed after a while; whether it was still at it. */
static bool settle_killed(struct twin *twin, int64_t after_us)
{
    struct error err = {0};
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        ARENA(session);
        struct twin mine = *twin;
        mine.hall.hub.db = db_open(session, twin->dsn, "test", &err);
        database_must(mine.hall.hub.db, &err);
        settle_after(&mine);
        _exit(0);
    }
    (void)usleep((useconds_t)after_us);
    (void)kill(pid, SIGKILL);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
}

static void killed_it_goes_on(void **state)
{
    (void)state;
    ARENA(work);
    struct error err = {0};
    unsigned met = 0;
    struct twin twins[2] = {open_twin(work), open_twin(work)};
    for (unsigned run = 0; run < 3; run++) {
        drop_people(work, twins, run == 0 ? 2000 : 400);
        drop_crowd(work, twins, run);
        take_in(&twins[0]);
        int64_t began = clock_us();
        database_must(settle(&twins[0], 2, &err), &err);
        int64_t takes = clock_us() - began;
        take_in(&twins[1]);
        for (unsigned times = 0; times < 4; times++)
            met += settle_killed(&twins[1], takes / 8 + (int64_t)below((size_t)takes));
        settle_after(&twins[1]);
        finish(&twins[0]);
        finish(&twins[1]);
        assert_equal_twins(&twins[0], &twins[1], arena_printf(work, "killed in run %u", run));
        assert_int_equal(number(&twins[1].hall, "select count(*) from hub.outbox"
                                                " where type = 'hub.loaded'"),
                         1);
    }
    (void)fprintf(stderr, "note: killed at work %u times\n", met);
    assert_true(met > 0);
}

/* When very many jobs wait, nobody does them one by one. */
static void a_crowd_is_settled_at_once(void **state)
{
    (void)state;
    ARENA(work);
    struct error err = {0};
    struct twin twins[2] = {open_twin(work), open_twin(work)};
    const struct settle_settings settings = {.dsn = twins[1].dsn, .scratch = "/tmp", .cores = 2};
    bool busy;
    drop_people(work, twins, 300);
    take_in(&twins[1]);
    database_must(settle_when_due(&twins[1].hall.hub, &settings, &busy, &err), &err);
    assert_false(busy); /* more than half of the records wait, but they are few */
    (void)database_run(
        work, twins[1].hall.hub.db,
        arena_printf(work,
                     "insert into hub.job (record_id) select record_id from hub.record,"
                     " generate_series(1, %d) where class = 'customer'",
                     SETTLE_LEAST / 200));
    database_must(settle_when_due(&twins[1].hall.hub, &settings, &busy, &err), &err);
    assert_true(busy);
    assert_int_equal(number(&twins[1].hall, "select count(*) from hub.job where kind = 0"), 0);
    finish(&twins[0]);
    finish(&twins[1]);
    assert_equal_twins(&twins[0], &twins[1], "a crowd");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crowd_is_settled_at_once),
        cmocka_unit_test(whole_equals_one_by_one),
        cmocka_unit_test(killed_it_goes_on),
    };
    return cmocka_run_group_tests(tests, print_seed, NULL);
}
