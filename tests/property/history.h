/* A hub whose one source goes through a history, for the tests of what its records are then. */
#pragma once

#include "tests/unit/database.h"

#include <setjmp.h>

#include <cmocka.h>

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/pipeline/drift.h"
#include "hub/pipeline/ingest.h"
#include "hub/pipeline/work.h"
#include "hub/store/migrate.h"
#include "hub/store/stage.h"
#include "hub/verify/verify.h"
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

static const char listed[] = HEAD "<directory snapshot=\"yes\"/>" RECORDS("");
static const char plain[] = HEAD "<directory/>" RECORDS("");

static uint64_t seed;

static inline size_t below(size_t n)
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
static inline void map_by(struct hall *hall, const char *text)
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
    hall->hub.dictionary = hall->hub.sources->dictionary; /* elements are told by their address */
    hall->source = sources_by_name(hall->hub.sources, "shop");
}

static inline struct hall open_hall(struct arena *arena, const char *mapping)
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
static inline void drop_file(struct hall *hall, const char *header, const char *records)
{
    struct error err = {0};
    struct staged staged;
    const char *text = arena_printf(hall->arena, "%s\n%s", header, records);
    const struct incoming file = {.path = scratch_file(hall->arena, text),
                                  .label = arena_printf(hall->arena, "file %d", ++hall->files)};
    database_must(stage_file(hall->hub.db, hall->source, &file, &staged, &err), &err);
}

static inline void drop(struct hall *hall, const char *records)
{
    drop_file(hall, "id,op,rev,email,spouse", records);
}

static inline void work_until_done(struct hall *hall)
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
static inline const char *state_of(struct hall *hall)
{
    struct rows rows = database_run(
        hall->arena, hall->hub.db,
        "select string_agg(source_key || case part when '' then '' else '#' || part end || '=' ||"
        " coalesce(doc #>> '{email,0,v}', ''), ' ' order by source_key collate \"C\", part)"
        " from hub.record where state = 0");
    return rows_text(&rows, 0, 0) ? rows_text(&rows, 0, 0) : "";
}

static inline void assert_state(struct hall *hall, const char *what, const char *expected)
{
    const char *state = state_of(hall);
    if (!text_equal(state, expected))
        fail_msg("%s: '%s' instead of '%s'", what, state, expected);
}

/* Every promise that the hub makes about itself; sampled, as they are many runs. */
static inline void assert_sound(struct hall *hall)
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

static inline int64_t number(struct hall *hall, const char *sql)
{
    struct rows rows = database_run(hall->arena, hall->hub.db, sql);
    return rows_int(&rows, 0, 0);
}

struct model {
    const char *emails[KEYS]; /* NULL: there is none */
};

static inline const char *expected_text(struct arena *arena, const struct model *model)
{
    struct buffer out = {.arena = arena};
    for (size_t key = 0; key < KEYS; key++)
        if (model->emails[key])
            buffer_printf(&out, "%sk%zu=%s", out.length ? " " : "", key + 10, model->emails[key]);
    return buffer_string(&out);
}

/* A list of everything: what it lacks is gone, unless some of it cannot be read. */
static inline void drop_snapshot(struct hall *hall, struct model *model)
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
static inline void drop_delta(struct hall *hall, struct model *model)
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

static inline int print_seed(void **state)
{
    (void)state;
    seed = people_seed();
    (void)fprintf(stderr, "note: SEED=%llu\n", (unsigned long long)seed);
    return 0;
}
