/* Changing the dictionary of a hub: what is refused by what it holds, and what applying does. */
#include "tests/unit/database.h"

#include <setjmp.h>

#include <cmocka.h>

#include "hub/base/file.h"
#include "hub/store/amend.h"
#include "hub/store/migrate.h"
#include "hub/store/sources.h"

#define SITE(body) "<dictionary xmlns='urn:axle:dictionary:1'>" body "</dictionary>"
#define ELEMENT(name, domain, more)                                             \
    "<class name='customer'><element name='" name "' label='L' domain='" domain \
    "' sensitivity='internal' survivorship='recent' " more                      \
    "><definition>D.</definition></element>"                                    \
    "</class>"
#define CODES(codes) "<domain name='grade' kind='code'>" codes "</domain>"
#define GOLD "<code value='gold' label='Gold'/>"
#define TIN "<code value='tin' label='Tin'/>"
#define SCORE(most) "<domain name='mark' kind='integer' minimum='0' maximum='" most "'/>"
#define PET                                                                                     \
    "<class name='pet'><definition>P.</definition><element name='name' label='N' domain='text'" \
    " sensitivity='public' survivorship='trust'><definition>N.</definition></element></class>"

#define BASE                                                                                      \
    SITE(ELEMENT("hobby", "text", "many='yes'") ELEMENT("grade", "grade", "standardiser='code'")  \
             ELEMENT("mark", "mark", "") ELEMENT("spare", "text", "") CODES(GOLD TIN) SCORE("50") \
                 PET)

/* Ann collects and is of gold with 7 marks; Bob's grade could not be read; a deleted record has it all; a pet. */
static const char records[] =
    "insert into hub.source (name) values ('shop'), ('desk');"
    "insert into hub.record (record_id, content_hash, inbox_id, seq, mapping_id, version, "
    "source_id,"
    " state, class, source_key, part, region, doc, features, keys) values"
    " (1, 0, 1, 1, 1, 1, 1, 0, 'customer', 'a', '', '', '{\"hobby\":[{\"v\":\"coins\"}],"
    "  \"grade\":[{\"v\":\"gold\"}],\"mark\":[{\"v\":\"7\"}]}', '', ''),"
    " (2, 0, 1, 1, 1, 1, 2, 0, 'customer', 'b', 'spouse', '', "
    "'{\"grade\":[{\"r\":\"zinc\",\"f\":\"code\"}]}', '', ''),"
    " (3, 0, 1, 1, 1, 1, 2, 1, 'customer', 'c', '', '', '{\"spare\":[{\"v\":\"x\"}]}', '', ''),"
    " (4, 0, 1, 1, 1, 1, 1, 0, 'pet', 'a', 'pet', '', '{\"name\":[{\"v\":\"Rex\"}]}', '', '');"
    "insert into hub.link values (1, '018f0000-0000-7000-8000-000000000001')";

static struct db *new_hub(struct arena *arena)
{
    struct error err;
    unsigned ran;
    struct db *db = database_open(arena, database_new(arena));
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    return db;
}

static struct amendment plan_of(struct arena *arena, struct db *db, const char *body)
{
    struct amendment plan;
    struct error err;
    struct findings findings = {.arena = arena};
    struct proposal proposal = {"schemas", "site.xml", body};
    database_must(amend_plan(arena, db, &proposal, &plan, &findings, &err), &err);
    if (!plan.after)
        fail_msg("%s", finding_first(arena, &findings));
    return plan;
}

static void must_apply(struct arena *arena, struct db *db, const char *body)
{
    struct amendment plan = plan_of(arena, db, body);
    struct error err;
    database_must(amend_apply(arena, db, &plan, &err), &err);
}

/* "NAME RECORDS CUSTOMERS EXAMPLE,EXAMPLE;" of every obstacle. */
static const char *obstacles_of(struct arena *arena, const struct amendment *plan)
{
    struct buffer out = {.arena = arena};
    for (size_t i = 0; i < plan->obstacles.count; i++) {
        const struct obstacle *o = &plan->obstacles.list[i];
        buffer_printf(&out, "%s %lld %lld ", o->name, (long long)o->records,
                      (long long)o->customers);
        for (size_t e = 0; e < OBSTACLE_EXAMPLES && o->examples[e]; e++)
            buffer_printf(&out, "%s%s", e ? "," : "", o->examples[e]);
        buffer_char(&out, ';');
    }
    return buffer_string(&out);
}

#define KEPT ELEMENT("hobby", "text", "many='yes'")
#define REST ELEMENT("grade", "grade", "standardiser='code'") ELEMENT("mark", "mark", "")

static const struct {
    const char *body, *obstacles;
    bool stale; /* something may be read otherwise */
} proposals[] = {
    {BASE, "", false},
    /* nobody carries what is removed; a deleted record does not count */
    {SITE(KEPT REST CODES(GOLD TIN) SCORE("10") PET), "", false},
    {SITE(REST CODES(GOLD TIN) SCORE("10") PET), "customer.hobby 1 1 shop a;", false},
    {SITE(KEPT ELEMENT("mark", "mark", "") CODES(GOLD TIN) SCORE("10") PET),
     "customer.grade 2 1 desk b spouse,shop a;", false},
    {SITE(KEPT REST CODES(GOLD TIN) SCORE("10")), "pet 1 0 shop a pet;", false},
    /* other kinds of values */
    {SITE(ELEMENT("hobby", "text", "") REST CODES(GOLD TIN) SCORE("10") PET),
     "customer.hobby 1 1 shop a;", false},
    {SITE(ELEMENT("hobby", "date", "many='yes'") REST CODES(GOLD TIN) SCORE("10") PET),
     "customer.hobby 1 1 shop a;", false},
    /* narrower domains */
    {SITE(KEPT REST CODES(GOLD) SCORE("10") PET), "", false},
    {SITE(KEPT REST CODES(TIN) SCORE("10") PET), "customer.grade 1 1 shop a;", false},
    {SITE(KEPT REST CODES(GOLD TIN) SCORE("7") PET), "", false},
    {SITE(KEPT REST CODES(GOLD TIN) SCORE("6") PET), "customer.mark 1 1 shop a;", false},
    /* wider ones */
    {SITE(KEPT REST CODES(GOLD TIN "<code value='zinc' label='Zinc'/>") SCORE("10") PET), "", true},
    {SITE(KEPT REST CODES(GOLD TIN) SCORE("60") PET), "", false},
};

static void test_plans(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    must_apply(work, db, BASE);
    database_must(db_script(db, records, &err), &err);
    for (size_t i = 0; i < COUNT_OF(proposals); i++) {
        struct amendment plan = plan_of(work, db, proposals[i].body);
        print_message("%zu\n", i);
        assert_string_equal(obstacles_of(work, &plan), proposals[i].obstacles);
        assert_int_equal(plan.stale.count > 0, proposals[i].stale);
        for (size_t s = 0; s < plan.stale.count; s++) {
            assert_string_equal(plan.stale.list[s].source, "desk");
            assert_string_equal(plan.stale.list[s].element, "customer.grade");
            assert_int_equal(plan.stale.list[s].values, 1);
        }
        bool done = amend_apply(work, db, &plan, &err); /* and back again, where it was done */
        assert_int_equal(done, !*proposals[i].obstacles);
        if (done)
            must_apply(work, db, BASE);
        else
            assert_int_equal(err.kind, ERROR_CONFLICT);
    }
}

/* What came in since the plan was made counts as well; so does what somebody else applied. */
static void test_meanwhile(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    must_apply(work, db, BASE);
    struct amendment plan = plan_of(work, db, SITE(REST CODES(GOLD TIN) SCORE("10") PET));
    assert_int_equal(plan.obstacles.count, 0);
    database_must(db_script(db, records, &err), &err);
    assert_false(amend_apply(work, db, &plan, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    assert_string_equal(obstacles_of(work, &plan), "customer.hobby 1 1 shop a;");

    plan = plan_of(work, db, SITE(KEPT REST CODES(GOLD TIN) SCORE("10") PET));
    must_apply(work, db, SITE(KEPT REST CODES(GOLD TIN) SCORE("20") PET));
    assert_false(amend_apply(work, db, &plan, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
}

/* Only what golden records are made of is made anew. */
static void test_jobs(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    struct rows rows;
    static const struct {
        const char *body;
        int64_t jobs;
    } changes[] = {
        {SITE(KEPT REST ELEMENT("spare", "text", "") CODES(GOLD TIN) SCORE("12") PET), 0},
        {SITE(KEPT REST ELEMENT("spare", "text", "") CODES(GOLD TIN) SCORE("12") PET
              "<refine of='customer.mark' survivorship='trust'/>"),
         1},
    };
    must_apply(work, db, BASE);
    database_must(db_script(db, records, &err), &err);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        database_must(db_script(db, "delete from hub.job", &err), &err);
        must_apply(work, db, changes[i].body);
        rows = database_run(work, db, "select count(*) from hub.job where record_id = 1");
        assert_int_equal(rows_int(&rows, 0, 0), changes[i].jobs);
        rows = database_run(work, db, "select count(*) from hub.job where record_id <> 1");
        assert_int_equal(rows_int(&rows, 0, 0), 0);
    }
}

/* Who works by the dictionary before must not write any more; who follows may. */
static void test_following(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    struct sources_now sources = {0};
    struct applied_now applied = {0};
    database_must(sources_follow(&sources, db, "schemas", &err), &err); /* nothing applied yet */
    const struct dictionary *first = sources.sources->dictionary;
    assert_null(dictionary_element(first, "customer.hobby"));
    database_must(applied_enter(db, first, &err), &err);
    must_apply(work, db, BASE);
    assert_false(applied_enter(db, first, &err));
    assert_int_equal(err.kind, ERROR_RETRY);
    database_must(sources_follow(&sources, db, "schemas", &err), &err);
    database_must(applied_follow(&applied, db, "schemas", &err), &err);
    assert_non_null(dictionary_element(sources.sources->dictionary, "customer.hobby"));
    assert_non_null(dictionary_element(applied.dictionary, "customer.hobby"));
    database_must(applied_enter(db, sources.sources->dictionary, &err), &err);

    const struct sources *same = sources.sources;
    const struct dictionary *dictionary = applied.dictionary;
    database_must(sources_follow(&sources, db, "schemas", &err) &&
                      applied_follow(&applied, db, "schemas", &err),
                  &err);
    assert_ptr_equal(sources.sources, same);
    assert_ptr_equal(applied.dictionary, dictionary);
    arena_free(sources.arena);
    arena_free(applied.arena);
}

static const char *hash_applied(struct arena *arena, struct db *db)
{
    struct applied applied;
    struct error err;
    database_must(applied_newest(arena, db, &applied, &err), &err);
    return applied.hash;
}

/* A start applies what can be applied, and goes on with what was applied where it cannot. */
static void test_start(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    struct amended amended;
    char *directory = arena_strdup(work, "/tmp/axle-test-XXXXXX");
    assert_non_null(mkdtemp(directory));
    const char *file = arena_printf(work, "%s/dictionary.xml", directory);
    const struct instance instance = {.site = directory, .schemas = "schemas"};
    static const struct {
        const char *body;
        bool refused, queued;
    } starts[] = {
        {BASE, false, false},
        {BASE, false, false},
        {SITE(REST CODES(GOLD TIN) SCORE("10") PET), true, false},
        {SITE("<clas/>"), true, false},
        {SITE(KEPT REST CODES(GOLD TIN) SCORE("10") PET), false, false},
    };
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        const char *before = hash_applied(work, db);
        database_must(file_write(file, 0600, starts[i].body, &err), &err);
        database_must(amend_at_start(work, db, &instance, &amended, &err), &err);
        print_message("%zu %s\n", i, amended.refused ? amended.refused : "");
        assert_int_equal(amended.refused != NULL, starts[i].refused);
        assert_int_equal(amended.queued, starts[i].queued);
        assert_string_equal(amended.dictionary->hash, hash_applied(work, db));
        if (starts[i].refused)
            assert_string_equal(hash_applied(work, db), before);
        if (i == 0)
            database_must(db_script(db, records, &err), &err);
    }
    /* what is shipped is another since: everything is made anew by it */
    database_must(db_script(db,
                            "update hub.dictionary set hash = 'x'; delete from hub.job;"
                            " update hub.instance set dictionary_hash = 'x/1'",
                            &err),
                  &err);
    database_must(amend_at_start(work, db, &instance, &amended, &err), &err);
    assert_true(amended.queued);
    assert_string_equal(amended.dictionary->hash, hash_applied(work, db));
    struct rows rows = database_run(work, db, "select count(*) from hub.job");
    assert_int_equal(rows_int(&rows, 0, 0), 3);
    (void)unlink(file);
    (void)rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plans), cmocka_unit_test(test_meanwhile),
        cmocka_unit_test(test_jobs),  cmocka_unit_test(test_following),
        cmocka_unit_test(test_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
