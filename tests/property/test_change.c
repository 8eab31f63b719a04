/* What a source's records are after random histories of versions, deletions, snapshots and replays, against
 * a small model; and that deliveries are accounted for at every step. */
#include "tests/unit/database.h"

#include <setjmp.h>

#include <cmocka.h>

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/pipeline/drift.h"
#include "hub/pipeline/ingest.h"
#include "hub/pipeline/replay.h"
#include "hub/pipeline/verify.h"
#include "hub/pipeline/work.h"
#include "hub/store/migrate.h"
#include "hub/store/stage.h"
#include "tests/unit/people.h"
#include "tests/unit/scratch.h"

#define KEYS 12
#define ROUNDS_MOST 5000
#define HEAD "<source xmlns=\"urn:axle:source:1\" name=\"shop\" connector=\"web\"><from>"
#define RECORDS(version)                                                                         \
    "</from><format><csv/></format><delete if=\"op\" is=\"D\"/>"                                 \
    "<record class=\"customer\" key=\"id\">" version                                             \
    "<value of=\"customer.email\" from=\"email\"/></record>"                                     \
    "<record class=\"customer\" key=\"id\" part=\"spouse\" if=\"spouse\">" version               \
    "<value of=\"customer.email\" from=\"spouse\"/><relation to=\"\" role=\"spouse\"/></record>" \
    "</source>"

static const char ordered[] = HEAD "<directory/>" RECORDS("<version from=\"rev\"/>");
static const char listed[] = HEAD "<directory snapshot=\"yes\"/>" RECORDS("");
static const char plain[] = HEAD "<directory/>" RECORDS("");

static uint64_t seed;

static size_t below(size_t n)
{
    seed = hash64_mix(seed, 1);
    return (size_t)(seed % n);
}

struct hall {
    struct arena *arena;
    struct hub hub;
    const struct source *source;
    int files;
};

/* Make a mapping live, and know of it. */
static void map_by(struct hall *hall, const char *text)
{
    struct error err = {0};
    struct findings findings = {.arena = hall->arena};
    bool changed;
    const struct mapping *mapping =
        mapping_read(hall->arena, hall->hub.dictionary, "schemas/source.xsd", "shop.xml",
                     (struct slice){text, strlen(text)}, &findings);
    if (!mapping)
        fail_msg("%s", finding_first(hall->arena, &findings));
    database_must(sources_register(hall->hub.db, mapping, hall->hub.dictionary, &changed, &err),
                  &err);
    hall->hub.sources = sources_load(hall->arena, hall->hub.db, "schemas", &err);
    database_must(hall->hub.sources, &err);
    hall->source = sources_by_name(hall->hub.sources, "shop");
}

static struct hall open_hall(struct arena *arena, const char *mapping)
{
    struct error err = {0};
    struct findings findings = {.arena = arena};
    unsigned ran;
    struct hall hall = {.arena = arena, .hub = {.batch = 200, .drift = drift_new(arena)}};
    hall.hub.db = database_open(arena, database_new(arena));
    database_must(migrate(hall.hub.db, MIGRATIONS, &ran, &err), &err);
    hall.hub.dictionary =
        dictionary_load(arena, "schemas/dictionary.xsd", "schemas/dictionary.xml", "", &findings);
    hall.hub.model =
        model_load(arena, "schemas/matching.xsd", "schemas/matching.xml", "", &findings);
    assert_non_null(hall.hub.model);
    struct rows ignored = database_run(
        arena, hall.hub.db,
        arena_printf(arena, "update hub.instance set model_hash = '%s', epoch = gen_random_uuid()",
                     model_hash(hall.hub.model)));
    (void)ignored;
    map_by(&hall, mapping);
    return hall;
}

/* Drop a file, and stage it. */
static void drop_file(struct hall *hall, const char *header, const char *records)
{
    struct error err = {0};
    struct staged staged;
    const char *text = arena_printf(hall->arena, "%s\n%s", header, records);
    const struct incoming file = {.path = scratch_file(hall->arena, text),
                                  .label = arena_printf(hall->arena, "file %d", ++hall->files)};
    database_must(stage_file(hall->hub.db, hall->source, &file, &staged, &err), &err);
}

static void drop(struct hall *hall, const char *records)
{
    drop_file(hall, "id,op,rev,email,spouse", records);
}

static void work_until_done(struct hall *hall)
{
    struct error err = {0};
    bool busy = true;
    for (int round = 0; busy && round < ROUNDS_MOST; round++) {
        hall->hub.batch = 1 + below(30);
        database_must(work_round(&hall->hub, &busy, &err), &err);
    }
    assert_false(busy);
}

/* What is current: "k1=a@x k1#spouse=b@x ...". */
static const char *state_of(struct hall *hall)
{
    struct rows rows = database_run(
        hall->arena, hall->hub.db,
        "select string_agg(source_key || case part when '' then '' else '#' || part end || '=' ||"
        " coalesce(doc #>> '{email,0,v}', ''), ' ' order by source_key collate \"C\", part)"
        " from hub.record where state = 0");
    return rows_text(&rows, 0, 0) ? rows_text(&rows, 0, 0) : "";
}

static void assert_state(struct hall *hall, const char *what, const char *expected)
{
    const char *state = state_of(hall);
    if (!text_equal(state, expected))
        fail_msg("%s: '%s' instead of '%s'", what, state, expected);
}

/* Every promise that the hub makes about itself; sampled, as they are many runs. */
static void assert_sound(struct hall *hall)
{
    ARENA(work);
    struct error err = {0};
    struct verdicts verdicts = {0};
    database_must(verify_hub(work, &hall->hub, 0, &verdicts, &err), &err);
    for (size_t i = 0; i < verdicts.count; i++)
        if (verdicts.list[i].wrong && !text_equal(verdicts.list[i].name, "model"))
            fail_msg("verify %s: %lld wrong, such as %s", verdicts.list[i].name,
                     (long long)verdicts.list[i].wrong, verdicts.list[i].example);
}

static int64_t number(struct hall *hall, const char *sql)
{
    struct rows rows = database_run(hall->arena, hall->hub.db, sql);
    return rows_int(&rows, 0, 0);
}

/* ---- a version field */

struct lines {
    const char **list;
    size_t count, room;
};

static const char *shuffled(struct arena *arena, const struct lines *lines, size_t from, size_t to)
{
    struct buffer out = {.arena = arena};
    for (size_t i = from; i < to; i++)
        buffer_text(&out, lines->list[i]);
    return buffer_string(&out);
}

static void shuffle(struct lines *lines)
{
    for (size_t i = lines->count; i > 1; i--) {
        size_t other = below(i);
        const char *line = lines->list[i - 1];
        lines->list[i - 1] = lines->list[other];
        lines->list[other] = line;
    }
}

/* Versions of some records, a fourth of them deletions, and what must come of them. */
static const char *make_versions(struct arena *arena, struct lines *lines)
{
    struct buffer expected = {.arena = arena};
    for (int key = 10; key < 10 + KEYS; key++)
        for (int rev = 1, last = (int)below(7); rev <= last; rev++) {
            bool gone = below(4) == 0, spouse = !gone && below(3) == 0;
            LIST_ADD(arena, lines,
                     arena_printf(arena, "k%d,%s,%d,a%d@x.org,%s\n", key, gone ? "D" : "", rev * 9,
                                  rev, spouse ? "s@x.org" : ""));
            if (rev == last && !gone)
                buffer_printf(&expected, "%sk%d=a%d@x.org%s", expected.length ? " " : "", key, rev,
                              spouse ? arena_printf(arena, " k%d#spouse=s@x.org", key) : "");
        }
    return buffer_string(&expected);
}

static void any_order_of_versions(void **state)
{
    (void)state;
    ARENA(whole);
    struct lines lines = {0};
    const char *expected = make_versions(whole, &lines);
    for (int run = 0; run < 6; run++) {
        ARENA(work);
        struct hall hall = open_hall(work, ordered);
        shuffle(&lines);
        size_t cut = below(lines.count + 1);
        drop(&hall, shuffled(work, &lines, 0, cut));
        if (below(2))
            work_until_done(&hall);
        drop(&hall, shuffled(work, &lines, cut, lines.count));
        work_until_done(&hall);
        assert_state(&hall, "versions in any order", expected);
        assert_sound(&hall);
    }
}

/* State after state of the inbox: u unchanged, c current, s superseded, d deleted. */
static const struct {
    const char *what, *lines, *state, *deliveries;
} orders[] = {
    {"deleted", "a,,1,a@x.org,s@x.org\na,D,2,,\n", "", "dd"},
    {"deleted twice", "a,,1,a@x.org,\na,D,2,,\na,D,3,,\n", "", "ddu"},
    {"deleted before it was there", "a,D,2,,\na,,1,a@x.org,\n", "", "ds"},
    {"it comes back", "a,D,2,,\na,,3,a@x.org,\n", "a=a@x.org", "dc"},
    {"too late to delete", "a,,3,a@x.org,\na,D,2,,\n", "a=a@x.org", "cs"},
    {"by their numbers", "a,,10,a@x.org,\na,,9,b@x.org,\n", "a=a@x.org", "cs"},
    {"equal ones as they come", "a,,1,a@x.org,\na,,1,b@x.org,\n", "a=b@x.org", "sc"},
    {"without any as they come", "a,,,a@x.org,\na,,,b@x.org,\na,D,,,\n", "", "sdd"},
    {"the same again, newer", "a,,1,a@x.org,\na,,5,a@x.org,\na,,3,b@x.org,\n", "a=a@x.org", "cus"},
    {"a part is gone", "a,,1,a@x.org,s@x.org\na,,2,a@x.org,\n", "a=a@x.org", "cu"},
};

static void orders_one_by_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(orders) * 2; i++) {
        ARENA(work);
        struct hall hall = open_hall(work, ordered);
        size_t count;
        const char **lines = text_split(work, orders[i / 2].lines, '\n', &count);
        if (i % 2) /* at once, */
            drop(&hall, orders[i / 2].lines);
        for (size_t line = 0; i % 2 == 0 && line + 1 < count; line++) { /* or each by itself */
            drop(&hall, arena_printf(work, "%s\n", lines[line]));
            work_until_done(&hall);
        }
        work_until_done(&hall);
        assert_state(&hall, orders[i / 2].what, orders[i / 2].state);
        struct rows rows = database_run(work, hall.hub.db,
                                        "select string_agg(substr('....ucsd', state + 1, 1), ''"
                                        " order by inbox_id) from hub.inbox");
        if (!text_equal(rows_text(&rows, 0, 0), orders[i / 2].deliveries))
            fail_msg("%s: deliveries are %s", orders[i / 2].what, rows_text(&rows, 0, 0));
        assert_sound(&hall);
    }
}

/* ---- snapshots, deltas, deletions */

struct model {
    const char *emails[KEYS]; /* NULL: there is none */
};

static const char *model_text(struct arena *arena, const struct model *model)
{
    struct buffer out = {.arena = arena};
    for (size_t key = 0; key < KEYS; key++)
        if (model->emails[key])
            buffer_printf(&out, "%sk%zu=%s", out.length ? " " : "", key + 10, model->emails[key]);
    return buffer_string(&out);
}

/* A list of everything: what it lacks is gone, unless some of it cannot be read. */
static void drop_snapshot(struct hall *hall, struct model *model)
{
    struct buffer out = {.arena = hall->arena};
    struct model now = {0};
    bool broken = below(4) == 0;
    size_t rows = 0;
    for (size_t key = 0; key < KEYS; key++) {
        if (below(3) == 0)
            continue;
        now.emails[key] = arena_printf(hall->arena, "a%zu@x.org", below(3));
        buffer_printf(&out, "k%zu,,,%s,\n", key + 10, now.emails[key]);
        rows++;
    }
    if (broken)
        buffer_text(&out, ",,,nobody@x.org,\n");
    /* a row of its own in each makes no two the same */
    buffer_printf(&out, "z,D,,%d,\n", hall->files);
    drop(hall, buffer_string(&out));
    if (!rows)
        return;
    for (size_t key = 0; key < KEYS; key++)
        if (now.emails[key] || !broken)
            model->emails[key] = now.emails[key];
}

/* Something that comes by another way than the lists. */
static void drop_delta(struct hall *hall, struct model *model)
{
    struct buffer out = {.arena = hall->arena};
    buffer_printf(&out, "y,D,,%d,\n", hall->files);
    for (size_t i = 0; i < 3; i++) {
        size_t key = below(KEYS);
        bool gone = below(3) == 0;
        model->emails[key] = gone ? NULL : arena_printf(hall->arena, "b%zu@x.org", below(3));
        buffer_printf(&out, "k%zu,%s,,%s,\n", key + 10, gone ? "D" : "",
                      gone ? "" : model->emails[key]);
    }
    map_by(hall, plain);
    drop(hall, buffer_string(&out));
    map_by(hall, listed);
}

static void snapshots_and_deltas(void **state)
{
    (void)state;
    for (int run = 0; run < 6; run++) {
        ARENA(work);
        struct hall hall = open_hall(work, listed);
        struct model model = {0};
        for (int step = 0; step < 12; step++) {
            if (below(2))
                drop_snapshot(&hall, &model);
            else
                drop_delta(&hall, &model);
            if (below(2))
                continue;
            work_until_done(&hall);
            assert_state(&hall, "snapshots and deltas", model_text(work, &model));
        }
        work_until_done(&hall);
        assert_state(&hall, "at the end", model_text(work, &model));
        assert_sound(&hall);
    }
}

static void what_a_snapshot_needs(void **state)
{
    (void)state;
    ARENA(work);
    struct hall hall = open_hall(work, listed);
    drop(&hall, "a,,,a@x.org,\nb,,,b@x.org,\n");
    work_until_done(&hall);
    drop(&hall, "");
    work_until_done(&hall);
    assert_state(&hall, "no record at all deletes nothing", "a=a@x.org b=b@x.org");
    assert_int_equal(number(&hall, "select count(*) from hub.stream where snapshot and"
                                   " swept_at is not null and swept is null"),
                     1);
    drop(&hall, "a,,,a@x.org,\n,,,who@x.org,\n");
    work_until_done(&hall);
    assert_state(&hall, "a reject keeps all", "a=a@x.org b=b@x.org");
    drop(&hall, "a,,,a@x.org,\n");
    work_until_done(&hall);
    assert_state(&hall, "the next one is whole", "a=a@x.org");
    drop(&hall, "a,,,a@x.org,\nb,,,b@x.org,\n");
    work_until_done(&hall);
    assert_state(&hall, "the first list again is a new one", "a=a@x.org b=b@x.org");
    assert_int_equal(number(&hall, "select count(*) from hub.stream"), 5);
    assert_sound(&hall);
}

/* A part that a list cannot state, for its column is missing, is not missing from the list. */
static void a_snapshot_without_a_column(void **state)
{
    (void)state;
    ARENA(work);
    struct hall hall = open_hall(work, listed);
    drop(&hall, "a,,,a@x.org,s@x.org\nb,,,b@x.org,t@x.org\nc,,,c@x.org,u@x.org\n");
    work_until_done(&hall);
    drop_file(&hall, "id,op,rev,email", "a,,,a@x.org\nb,,,d@x.org\n");
    work_until_done(&hall);
    assert_state(&hall, "parts stay with their records",
                 "a=a@x.org a#spouse=s@x.org b=d@x.org b#spouse=t@x.org");
    assert_sound(&hall);
}

/* ---- replay */

static const struct replay_report *replay(struct hall *hall, bool dry)
{
    struct error err = {0};
    struct replay_terms *terms = NEW(hall->arena, struct replay_terms);
    *terms = (struct replay_terms){hall->source, .dry = dry, .actor = "test", .reason = ""};
    struct replay *replay = replay_new(hall->arena, &hall->hub, terms);
    for (bool more = true; more;)
        database_must(replay_step(replay, &more, &err), &err);
    return replay_report(replay);
}

#define BY(key, value)                                                                           \
    HEAD "<directory/></from><format><csv/></format>"                                            \
         "<record class=\"customer\" key=\"" key "\"><value of=\"customer.email\" from=\"" value \
         "\"/></record></source>"

static const struct {
    const char *what, *before, *after;
    int64_t pass, appear, disappear, change, remain, fail;
    const char *state;
} replays[] = {
    {"nothing", BY("id", "email"), BY("id", "email"), 0, 0, 0, 0, 1, 0, "a=a@x.org b=c@x.org"},
    {"another value", BY("id", "email"), BY("id", "spouse"), 0, 0, 0, 2, 1, 0,
     "a=s@x.org b=t@x.org"},
    {"another key", BY("id", "email"), BY("email", "email"), 1, 3, 2, 0, 0, 0,
     "a@x.org=a@x.org c@x.org=c@x.org d@x.org=d@x.org"},
    {"a key that is not there", BY("id", "email"), BY("rev", "email"), 0, 0, 0, 0, 1, 2,
     "a=a@x.org b=c@x.org"},
    {"a key at last", BY("rev", "email"), BY("id", "email"), 3, 2, 0, 0, 1, 0,
     "a=a@x.org b=c@x.org"},
};

static void check_report(const struct replay_report *report, size_t i)
{
    int64_t remain = 0, fail = 0;
    for (size_t c = 0; c < report->remain.count; c++)
        remain += report->remain.list[c].count;
    for (size_t c = 0; c < report->fail.count; c++)
        fail += report->fail.list[c].count;
    if (report->pass != replays[i].pass || report->appear != replays[i].appear ||
        report->disappear != replays[i].disappear || report->change != replays[i].change ||
        remain != replays[i].remain || fail != replays[i].fail)
        fail_msg("%s: pass %lld appear %lld disappear %lld change %lld remain %lld fail %lld",
                 replays[i].what, (long long)report->pass, (long long)report->appear,
                 (long long)report->disappear, (long long)report->change, (long long)remain,
                 (long long)fail);
}

static void replays_do_what_they_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(replays); i++) {
        ARENA(work);
        struct hall hall = open_hall(work, replays[i].before);
        drop(&hall, "a,,,a@x.org,s@x.org\nb,,,b@x.org,\nb,,,c@x.org,t@x.org\n,,,d@x.org,\n");
        work_until_done(&hall);
        const char *before = state_of(&hall);
        map_by(&hall, replays[i].after);
        check_report(replay(&hall, true), i);
        assert_state(&hall, "a dry run changes nothing", before);
        for (int again = 0; again < 2; again++) {
            (void)replay(&hall, false);
            assert_int_equal(number(&hall, "select count(*) from hub.inbox"), 4);
            work_until_done(&hall);
            assert_state(&hall, replays[i].what, replays[i].state);
            assert_sound(&hall);
        }
    }
}

/* Keys what has no id by something else, and changes nothing else. */
static const char mended[] =
    HEAD "<directory snapshot=\"yes\"/></from><format><csv/></format>"
         "<record class=\"customer\" key=\"id\" if=\"id\"><value of=\"customer.email\""
         " from=\"email\"/></record><record class=\"customer\" key=\"rev\" unless=\"id\">"
         "<value of=\"customer.email\" from=\"email\"/></record></source>";

static const struct {
    const char *what, *files[3], *before, *after;
} mendings[] = {
    {"a list that waits goes on",
     {"a,,,a@x.org,\nb,,,b@x.org,\n", "a,,,a@x.org,\n,,r9,c@x.org,\n", NULL},
     "a=a@x.org b=b@x.org",
     "a=a@x.org r9=c@x.org"},
    {"a list that a newer one made needless brings nothing back",
     {"a,,,a@x.org,\nb,,,b@x.org,\n,,r9,c@x.org,\n", "a,,,a@x.org,\n", NULL},
     "a=a@x.org",
     "a=a@x.org"},
    {"also where both lists wait",
     {"a,,,a@x.org,\nb,,,b@x.org,\n", "c,,,c@x.org,\n,,r8,d@x.org,\n",
      "a,,,a@x.org,\n,,r9,e@x.org,\n"},
     "a=a@x.org b=b@x.org c=c@x.org",
     "a=a@x.org r9=e@x.org"},
};

static void mended_snapshots(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mendings); i++) {
        ARENA(work);
        struct hall hall = open_hall(work, listed);
        for (size_t f = 0; f < COUNT_OF(mendings[i].files) && mendings[i].files[f]; f++) {
            drop(&hall, mendings[i].files[f]);
            work_until_done(&hall);
        }
        assert_state(&hall, mendings[i].what, mendings[i].before);
        map_by(&hall, mended);
        (void)replay(&hall, false);
        work_until_done(&hall);
        assert_state(&hall, mendings[i].what, mendings[i].after);
        assert_int_equal(number(&hall, "select count(*) from hub.reject"), 0);
        assert_sound(&hall);
    }
}

/* A history of whole lists, with replays in between, is the same as without. */
static void replays_change_nothing(void **state)
{
    (void)state;
    for (int run = 0; run < 4; run++) {
        ARENA(work);
        struct hall hall = open_hall(work, listed);
        struct model model = {0};
        for (int step = 0; step < 8; step++) {
            if (below(2))
                drop_snapshot(&hall, &model);
            else
                drop_delta(&hall, &model);
            if (below(2))
                work_until_done(&hall);
            (void)replay(&hall, false);
            if (below(2))
                work_until_done(&hall);
        }
        work_until_done(&hall);
        assert_state(&hall, "with replays", model_text(work, &model));
        assert_sound(&hall);
    }
}

static const char both_keys[] = HEAD
    "<directory/></from><format><csv/></format>"
    "<record class=\"customer\" key=\"id\"><value of=\"customer.email\" from=\"email\"/></record>"
    "<record class=\"customer\" key=\"rev\"><value of=\"customer.email\" from=\"spouse\"/></record>"
    "</source>";

/* More deliveries than a page of a replay, each of two records, far from each other by their keys. */
static void replays_of_several_pages(void **state)
{
    (void)state;
    ARENA(work);
    struct hall hall = open_hall(work, both_keys);
    struct buffer lines = {.arena = work};
    for (int i = 0; i < 600; i++)
        buffer_printf(&lines, "a%d,,z%d,a%d@x.org,z%d@x.org\n", i, i, i, i);
    drop(&hall, buffer_string(&lines));
    work_until_done(&hall);
    assert_int_equal(number(&hall, "select count(*) from hub.record where state = 0"), 1200);
    map_by(&hall, BY("id", "email"));
    (void)replay(&hall, false);
    work_until_done(&hall);
    assert_int_equal(number(&hall, "select count(*) from hub.record where state = 0"), 600);
    assert_int_equal(number(&hall, "select count(*) from hub.record where state = 0 and"
                                   " source_key like 'z%'"),
                     0);
    assert_sound(&hall);
}

static int print_seed(void **state)
{
    (void)state;
    seed = people_seed();
    (void)fprintf(stderr, "note: SEED=%llu\n", (unsigned long long)seed);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_one_by_one),        cmocka_unit_test(any_order_of_versions),
        cmocka_unit_test(snapshots_and_deltas),     cmocka_unit_test(what_a_snapshot_needs),
        cmocka_unit_test(replays_do_what_they_say), cmocka_unit_test(mended_snapshots),
        cmocka_unit_test(replays_change_nothing),   cmocka_unit_test(a_snapshot_without_a_column),
        cmocka_unit_test(replays_of_several_pages),
    };
    return cmocka_run_group_tests(tests, print_seed, NULL);
}
