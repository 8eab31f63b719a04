/* Products, registrations, orders and visits after random histories: whatever the order in which deliveries came,
 * however they were cut, and however many worked on them, the things, what is published of them, whose they
 * are and who owned them are the same. */
#include "tests/unit/database.h"

#include <setjmp.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/pipeline/drift.h"
#include "hub/pipeline/work.h"
#include "hub/store/migrate.h"
#include "hub/store/publish.h"
#include "hub/store/stage.h"
#include "hub/verify/verify.h"
#include "tests/unit/people.h"
#include "tests/unit/scratch.h"

#define ROWS 60
#define RUNS 6
#define VERSION "<version from=\"rev\"/>"

static const char mapping_text[] =
    "<source xmlns=\"urn:axle:source:1\" name=\"%s\" connector=\"web\" "
    "trust=\"%d\"><from><directory/>"
    "</from><format><csv/></format><delete if=\"op\" is=\"D\"/>"
    "<record class=\"customer\" key=\"id\" part=\"who\">" VERSION
    "<value of=\"customer.name.full\" from=\"name\"/><value of=\"customer.email\" from=\"email\"/>"
    "</record>"
    "<record class=\"product\" key=\"id\" part=\"what\" if=\"kind\" is=\"car\">" VERSION
    "<value of=\"product.vin\" from=\"vin\"/><value of=\"product.serial\" from=\"serial\"/>"
    "<value of=\"product.maker\" from=\"maker\"/></record>"
    "<record class=\"registration\" key=\"id\" if=\"kind\" is=\"car\">" VERSION
    "<value of=\"registration.purchase_date\" from=\"day\"/>"
    "<relation to=\"who\" role=\"customer\"/><relation to=\"what\" key=\"car\" "
    "role=\"product\"/></record>"
    "<record class=\"transaction\" key=\"id\" part=\"order\" if=\"kind\" is=\"order\">" VERSION
    "<value of=\"transaction.number\" from=\"serial\"/><value of=\"transaction.date\" "
    "from=\"day\"/>"
    "<value of=\"transaction.amount\" const=\"10\"/><value of=\"transaction.kind\" from=\"maker\"/>"
    "</record>"
    "<record class=\"campaign\" key=\"id\" part=\"campaign\">" VERSION
    "<effective from=\"day\" date=\"YYYY-MM-DD\"/>"
    "<value of=\"campaign.code\" from=\"kind\"/><value of=\"campaign.name\" from=\"maker\"/>"
    "<relation to=\"who\" role=\"customer\"/></record></source>";

/* Visits: some of a customer of the shop, who may be deleted or never come, most of nobody. */
static const char visits_text[] =
    "<source xmlns=\"urn:axle:source:1\" name=\"%s\" connector=\"web\" "
    "trust=\"%d\"><from><directory/>"
    "</from><format><csv/></format><delete if=\"op\" is=\"D\"/>"
    "<record class=\"interaction\" key=\"id\">" VERSION
    "<value of=\"interaction.visitor\" from=\"serial\"/>"
    "<value of=\"interaction.time\" from=\"day\"/>"
    "<relation to=\"who\" key=\"car\" source=\"shop\" role=\"customer\"/></record></source>";

static const char *const sources[] = {"shop", "web", "visits"};

static uint64_t seed;

static size_t below(size_t n)
{
    seed = hash64_mix(seed, 1);
    return (size_t)(seed % n);
}

struct hall {
    struct arena *arena;
    const char *dsn;
    struct hub hub;
    int files;
};

static void load_sources(struct hall *hall)
{
    struct error err = {0};
    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        struct findings findings = {.arena = hall->arena};
        bool changed;
        const char *text =
            text_equal(sources[i], "visits")
                ? arena_printf(hall->arena, visits_text, sources[i], 20)
                : arena_printf(hall->arena, mapping_text, sources[i], 60 - (int)i * 20);
        const struct mapping *mapping =
            mapping_read(hall->arena, hall->hub.dictionary, "schemas/source.xsd",
                         arena_printf(hall->arena, "%s.xml", sources[i]),
                         (struct slice){text, strlen(text)}, &findings);
        if (!mapping)
            fail_msg("%s", finding_first(hall->arena, &findings));
        database_must(sources_register(hall->hub.db, mapping, hall->hub.dictionary, &changed, &err),
                      &err);
    }
    hall->hub.sources = sources_load(hall->arena, hall->hub.db, "schemas", &err);
    database_must(hall->hub.sources, &err);
}

static struct hall open_hall(struct arena *arena)
{
    struct error err = {0};
    struct findings findings = {.arena = arena};
    unsigned ran;
    struct hall hall = {.arena = arena, .dsn = database_new(arena)};
    hall.hub = (struct hub){.batch = 200, .drift = drift_new(arena)};
    hall.hub.db = database_open(arena, hall.dsn);
    database_must(migrate(hall.hub.db, MIGRATIONS, &ran, &err), &err);
    hall.hub.dictionary =
        dictionary_load(arena, "schemas/dictionary.xsd", "schemas/dictionary.xml", "", &findings);
    hall.hub.model =
        model_load(arena, "schemas/matching.xsd", "schemas/matching.xml", "", &findings);
    assert_non_null(hall.hub.dictionary);
    assert_non_null(hall.hub.model);
    (void)database_run(
        arena, hall.hub.db,
        arena_printf(arena, "update hub.instance set model_hash = '%s', epoch = gen_random_uuid()",
                     model_hash(hall.hub.model)));
    database_must(publish_views(hall.hub.db, hall.hub.dictionary, &err), &err);
    load_sources(&hall);
    return hall;
}

struct lines {
    struct line {
        size_t source;
        const char *text;
    } * list;
    size_t count, room;
};

/* Few VINs, serial numbers, makers, days and people, so that much meets and much contradicts; a sixth of them
 * are deletions, and a third of the registrations are of another row's car. */
static const char *make_line(struct arena *arena, const char *source, size_t row, int rev)
{
    static const char *const vins[] = {"", "", "1M8GDM9AXKP042788", "1HGCM82633A004352",
                                       "11111111111111111"};
    static const char *const makers[] = {"", "Acme", "Zenith"};
    static const char *const kinds[] = {"", "purchase", "return"};
    static const char *const days[] = {"",           "2024",       "2024-03",
                                       "2024-03-05", "2024-03-05", "2025-06-01"};
    static const char *const far[] = {"", "", "k0", "k3", "k9"};
    bool car = below(3) != 0;
    size_t who = below(5), maker = below(3);
    size_t other = below(3) ? row : row % 2 + 2 * below(ROWS / 2);
    return arena_printf(arena,
                        "k%zu,%s,%d,%s,Person%zu Surname%zu,p%zu@mail%zu.org,%s,S%zu,%s,%s,%s\n",
                        row, below(6) ? "" : "D", rev, car ? "car" : "order", who, who, who, who,
                        vins[below(COUNT_OF(vins))], below(6), car ? makers[maker] : kinds[maker],
                        days[below(COUNT_OF(days))],
                        text_equal(source, "visits") ? far[below(COUNT_OF(far))]
                                                     : arena_printf(arena, "k%zu", other));
}

/* Rows in several versions each. */
static void make_lines(struct arena *arena, struct lines *lines)
{
    for (size_t row = 0; row < ROWS; row++)
        for (int rev = 1, last = 1 + (int)below(4); rev <= last; rev++) {
            struct line line = {.source = row % COUNT_OF(sources)};
            line.text = make_line(arena, sources[line.source], row, rev);
            LIST_ADD(arena, lines, line);
        }
}

static void shuffle(struct lines *lines)
{
    for (size_t i = lines->count; i > 1; i--) {
        size_t other = below(i);
        struct line line = lines->list[i - 1];
        lines->list[i - 1] = lines->list[other];
        lines->list[other] = line;
    }
}

static void drop(struct hall *hall, const struct lines *lines, size_t from, size_t to)
{
    for (size_t s = 0; s < COUNT_OF(sources); s++) {
        struct error err = {0};
        struct staged staged;
        struct buffer out = {.arena = hall->arena};
        buffer_text(&out, "id,op,rev,kind,name,email,vin,serial,maker,day,car\n");
        for (size_t i = from; i < to; i++)
            if (lines->list[i].source == s)
                buffer_text(&out, lines->list[i].text);
        const struct incoming file = {.path = scratch_file(hall->arena, buffer_string(&out)),
                                      .label = arena_printf(hall->arena, "file %d", ++hall->files)};
        database_must(stage_file(hall->hub.db, sources_by_name(hall->hub.sources, sources[s]),
                                 &file, &staged, &err),
                      &err);
    }
}

static void work_until_done(struct hub *hub, bool tolerant)
{
    struct error err = {0};
    for (bool busy = true; busy;) {
        hub->batch = 1 + below(30);
        if (!work_round(hub, &busy, &err)) {
            database_must(tolerant && err.kind == ERROR_RETRY, &err);
            busy = true;
        }
    }
}

/* Two at once, each a process with a connection of its own. */
static void work_together(struct hall *hall)
{
    pid_t workers[2];
    for (size_t i = 0; i < COUNT_OF(workers); i++) {
        workers[i] = fork();
        if (workers[i])
            continue;
        struct arena *arena = arena_new(); /* ends with the process: nothing of the parent's does */
        struct hub hub = hall->hub;
        hub.db = database_open(arena, hall->dsn);
        seed = hash64_mix(seed, i);
        work_until_done(&hub, true);
        _exit(0);
    }
    for (size_t i = 0; i < COUNT_OF(workers); i++) {
        int status;
        assert_int_equal(waitpid(workers[i], &status, 0), workers[i]);
        assert_int_equal(status, 0);
    }
    work_until_done(&hall->hub, false);
}

/* Everything about things, each thing and customer by its records. */
static const char state_query[] =
    "with things as (select l.thing_id, string_agg(s.name || r.source_key || r.part, ','"
    "    order by s.name, r.source_key, r.part) as name"
    "  from hub.thing_link l join hub.record r using (record_id) join hub.source s using "
    "(source_id)"
    "  group by 1),"
    " customers as (select l.customer_id, min(s.name || r.source_key || r.part) as name"
    "  from hub.link l join hub.record r using (record_id) join hub.source s using (source_id)"
    "  group by 1)"
    " select string_agg(line, E'\\n' order by line) from ("
    " select concat_ws(' ', t.class, n.name, t.doc, t.lineage, t.lead_id, c.name,"
    "   (select count(*) from hub.thing_link l where l.thing_id = t.thing_id),"
    "   (select string_agg(x.role || x.to_id, ',' order by x.role) from hub.thing_relation x"
    "    where x.thing_id = t.thing_id)) as line"
    "  from hub.thing t join things n using (thing_id)"
    "  left join hub.link l on l.record_id = coalesce(t.customer_record_id, t.stitched_record_id)"
    "  left join customers c using (customer_id)"
    " union all select concat_ws(' ', 'owner', p.name, c.name, coalesce(o.since, '?'), o.until, "
    "r.name)"
    "  from axle.ownership o join things p on p.thing_id = o.product_id"
    "  join things r on r.thing_id = o.registration_id join customers c using (customer_id)"
    " union all select concat_ws(' ', 'dispute', p.name, v.left_id, v.right_id, v.reason)"
    "  from hub.review v join things p using (thing_id) where v.closed_at is null"
    " union all select concat_ws(' ', 'relation', n) from hub.relation n"
    " ) s";

static const char *state_of(struct hall *hall)
{
    struct rows rows = database_run(hall->arena, hall->hub.db, state_query);
    return rows_text(&rows, 0, 0);
}

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

/* The campaigns are two, and most rows say of them what others do. */
static void assert_shared(struct hall *hall)
{
    struct rows rows =
        database_run(hall->arena, hall->hub.db,
                     "select count(*) > 2 * count(distinct statement), count(distinct thing_id) = 2"
                     " from hub.thing_member join hub.thing_link using (record_id)"
                     " join hub.thing using (thing_id) where class = 'campaign'");
    assert_true(rows_bool(&rows, 0, 0));
    assert_true(rows_bool(&rows, 0, 1));
}

/* Who a visitor was at a moment, by looking at all things of his. */
static int64_t who_was(const struct rows *rows, size_t at)
{
    size_t none = rows->count, next = none, last = none;
    for (size_t i = 0; i < rows->count; i++) {
        if (rows_int(rows, i, 0) != rows_int(rows, at, 0) || rows_is_null(rows, i, 3))
            continue;
        int order = strcmp(rows_text(rows, i, 1), rows_text(rows, at, 1));
        if (order >= 0 && next == none)
            next = i;
        if (order < 0)
            last = i;
    }
    size_t best = next != none ? next : last;
    return best == none ? 0 : rows_int(rows, best, 3);
}

static void assert_stitched(struct hall *hall)
{
    size_t stitched = 0;
    struct rows rows = database_run(
        hall->arena, hall->hub.db,
        "select visitor, moment, lead_id, customer_record_id, coalesce(stitched_record_id, 0)"
        " from hub.thing where visitor is not null order by visitor, moment, lead_id");
    for (size_t i = 0; i < rows.count; i++) {
        int64_t is = rows_int(&rows, i, 4);
        assert_true(is == (rows_is_null(&rows, i, 3) ? who_was(&rows, i) : 0));
        stitched += is != 0;
    }
    assert_true(stitched > 0);
    struct rows published = database_run(
        hall->arena, hall->hub.db,
        "select count(*) from axle.interaction v join hub.thing t on t.thing_id = v.interaction_id"
        " left join hub.link l on l.record_id = coalesce(t.customer_record_id, "
        "t.stitched_record_id)"
        " where v.customer_id is distinct from l.customer_id or"
        "  v.is_stitched <> (t.customer_record_id is null and l.customer_id is not null)");
    assert_int_equal(rows_int(&published, 0, 0), 0);
}

static void any_order(void **state)
{
    (void)state;
    ARENA(whole);
    struct lines lines = {0};
    const char *first = NULL;
    make_lines(whole, &lines);
    for (int run = 0; run < RUNS; run++) {
        ARENA(work);
        struct hall hall = open_hall(work);
        for (size_t at = 0, end; at < lines.count; at = end) {
            end = at + 1 + below(lines.count);
            end = end < lines.count ? end : lines.count;
            drop(&hall, &lines, at, end);
            if (run % 2)
                work_together(&hall);
            else if (below(2))
                work_until_done(&hall.hub, false);
        }
        work_until_done(&hall.hub, false);
        assert_shared(&hall);
        assert_stitched(&hall);
        const char *now = state_of(&hall);
        assert_sound(&hall);
        if (first && !text_equal(first, now))
            fail_msg("run %d:\n%s\n\ninstead of\n%s", run, now, first);
        first = first ? first : arena_strdup(whole, now);
        shuffle(&lines);
    }
    assert_non_null(strstr(first, "owner"));
    assert_non_null(strstr(first, "dispute"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_order)};
    seed = people_seed();
    print_message("SEED=%llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
