/* The model: what the file says becomes weights, a site changes only what it names, mistakes have a place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/match/fixed.h"
#include "hub/match/model.h"
#include "tests/unit/people.h"
#include "tests/unit/scratch.h"

static const struct {
    const char *numerator, *denominator;
    int32_t bits; /* thousandths of log2, from a table of logarithms */
} logarithms[] = {
    {"1", "1", 0},
    {"2", "1", 1000},
    {"1", "2", -1000},
    {"0.5", "0.001", 8966},
    {"0.85", "0.05", 4087},
    {"0.84", "0.00005", 14036},
    {"3", "1", 1585},
    {"10", "1", 3322},
    {"0.000001", "1", -19932},
    {"999999", "1000000", 0},
};

static void test_logarithms(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(logarithms); i++) {
        struct ratio a, b;
        assert_true(ratio_read(logarithms[i].numerator, &a));
        assert_true(ratio_read(logarithms[i].denominator, &b));
        assert_int_equal(ratio_log2_of(a, b), logarithms[i].bits);
    }
    struct ratio ratio;
    const char *const wrong[] = {"", "0", "0.0", "-1", "1e3", "1,5", ".", "1.2.3", "12345678901"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(ratio_read(wrong[i], &ratio));
}

#define SITE(body) "<matching xmlns=\"urn:axle:matching:1\">" body "</matching>"

static void test_site_changes_what_it_names(void **state)
{
    (void)state;
    ARENA(work);
    const struct model *shipped = people_model(work, NULL);
    const struct model *site =
        people_model(work, scratch_file(work, SITE("<threshold match=\"0.99\"/>"
                                                   "<key name=\"birth\" use=\"no\"/>"
                                                   "<key name=\"phone\" limit=\"3\"/>")));
    assert_string_not_equal(model_hash(shipped), model_hash(site));
    assert_string_equal(model_hash(shipped), model_hash(people_model(work, NULL)));
    assert_int_equal(strlen(model_hash(shipped)), 64);
    assert_true(model_match_weight(site, 9) > model_match_weight(shipped, 9) + 2000);
    assert_int_equal(model_review_weight(site, 9), model_review_weight(shipped, 9));
    assert_int_equal(blocking_limit(site, BLOCK_PHONE), 3);
    assert_int_equal(blocking_holders(site, BLOCK_PHONE, false),
                     blocking_holders(shipped, BLOCK_PHONE, false));
    assert_false(site->stated.blocking[BLOCK_BIRTH].on);
    assert_memory_equal(site->levels, shipped->levels, sizeof(site->levels));
    assert_non_null(people_model(work, "/nonexistent/matching.xml"));
}

static const struct {
    const char *body, *message;
    unsigned line, column;
} mistakes[] = {
    {"\n<threshold match=\"1\"/>", "give a probability between 0 and 1", 2, 12},
    {"\n <key name=\"shoe-size\"/>", "there is no blocking key 'shoe-size'", 2, 7},
    {"<compare element=\"given\">\n<level name=\"odd\" m=\"1\" u=\"1\"/></compare>",
     "'given' has no level 'odd'", 2, 8},
    {"\n<compare element=\"shoe\"><level name=\"exact\" m=\"1\" u=\"1\"/></compare>",
     "there is no comparison 'shoe'", 2, 10},
    {"<threshold match=\"0.5\"/>", "the review threshold is above that of a match", 1, 43},
    {"<compare element=\"given\"><level name=\"exact\" m=\"1\" u=\"0\"/></compare>",
     "give a number greater than 0, with at most nine digits", 1, 95},
};

static void test_mistakes_have_a_place(void **state)
{
    (void)state;
    ARENA(work);
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        struct findings findings = {.arena = work};
        const char *file = scratch_file(
            work, arena_printf(work, "<matching xmlns=\"urn:axle:matching:1\">%s</matching>",
                               mistakes[i].body));
        assert_null(
            model_load(work, "schemas/matching.xsd", "schemas/matching.xml", file, &findings));
        assert_string_equal(findings.first->message, mistakes[i].message);
        assert_string_equal(findings.first->file, file);
        assert_int_equal(findings.first->line, mistakes[i].line);
        if (mistakes[i].line > 1)
            assert_int_equal(findings.first->column, mistakes[i].column);
    }
}

/* Steps of four; more records ask for more evidence; below the least step all is the same. */
static void test_steps(void **state)
{
    (void)state;
    ARENA(work);
    const struct model *model = people_model(work, NULL);
    assert_int_equal(model_step(model, 0), model->step_least);
    assert_int_equal(model_step(model, 1024), model->step_least);
    assert_int_equal(model_step(model, 4095), model->step_least);
    assert_int_equal(model_step(model, 4096), model->step_least + 1);
    for (unsigned step = model->step_least; step < 15; step++) {
        int32_t match = model_match_weight(model, step), review = model_review_weight(model, step);
        assert_true(review <= match);
        assert_int_equal(model_match_weight(model, step + 1) - match, 2000);
        assert_true(model_probability(model, step, match) > 0.799);
        assert_true(model_probability(model, step, match) < 0.801);
        assert_true(model_probability(model, step, review) > 0.64);
    }
}

static void test_tables(void **state)
{
    (void)state;
    ARENA(work);
    const struct model *model = people_model(work, NULL);
    assert_true(model_rarity(model, &model->family, "smith", 5) <
                model_rarity(model, &model->family, "zellweger", 9));
    assert_true(model_nickname(model, (struct slice){"bob", 3}, (struct slice){"robert", 6}));
    assert_true(model_nickname(model, (struct slice){"robert", 6}, (struct slice){"bob", 3}));
    assert_false(model_nickname(model, (struct slice){"bob", 3}, (struct slice){"william", 7}));
    struct slice formal = model_formal(model, (struct slice){"peggy", 5});
    assert_int_equal(formal.size, 8);
    assert_memory_equal(formal.bytes, "margaret", 8);
}

/* A version's text needs no file beside it, and says the same when it is read and written again. */
static void test_text_is_whole(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = work};
    const char *table = scratch_file(work, "name,per_million\no'br&ien,12.5\n");
    const struct model *model = people_model(
        work,
        scratch_file(work, arena_printf(work,
                                        SITE("<threshold match=\"0.97\" precision=\"0.9\"/>"
                                             "<single name=\"a&quot;b\"/>"
                                             "<frequencies of=\"family\" file=\"%s\"/>"
                                             "<seen of=\"given\" rest=\"0.25\">zoe 900</seen>"),
                                        table)));
    const char *text = model_text(work, model);
    const struct model *again =
        model_read(work, "schemas/matching.xsd", "version 3", text, &findings);
    if (!again)
        fail_msg("%s", finding_first(work, &findings));
    assert_string_equal(model_text(work, again), text);
    assert_string_equal(model_hash(again), model_hash(model));
    assert_string_equal(model_form(again), model_form(model));
    assert_memory_equal(again->levels, model->levels, sizeof(model->levels));
    assert_int_equal(again->match, model->match);
    assert_int_equal(again->step_least, model->step_least);
    assert_int_equal(model_rarity(again, &again->family, "o'br&ien", 8),
                     model_rarity(model, &model->family, "o'br&ien", 8));
    assert_true(model_nickname(again, (struct slice){"bob", 3}, (struct slice){"robert", 6}));
    assert_null(model_read(work, "schemas/matching.xsd", "part", SITE(""), &findings));
}

/* What the site has seen counts for its values; all others become rarer, and nothing is read by it. */
static void test_seen_names(void **state)
{
    (void)state;
    ARENA(work);
    const struct model *shipped = people_model(work, NULL);
    const struct model *site = people_model(
        work,
        scratch_file(work, SITE("<seen of=\"family\" rest=\"0.5\">smith 100 quux 20000</seen>")));
    int32_t smith = model_rarity(shipped, &shipped->family, "smith", 5);
    assert_true(model_rarity(site, &site->family, "smith", 5) > smith + 4000);
    assert_true(model_rarity(site, &site->family, "quux", 4) < smith + 1000);
    assert_int_equal(model_rarity(site, &site->family, "jones", 5),
                     model_rarity(shipped, &shipped->family, "jones", 5) + 1000);
    int32_t rarity;
    assert_false(model_family_name(site, "quux", &rarity));
    assert_string_equal(model_form(site), model_form(shipped));
    assert_string_not_equal(model_hash(site), model_hash(shipped));
}

static void test_ratio_text(void **state)
{
    (void)state;
    ARENA(work);
    static const struct {
        double estimate;
        const char *text;
    } cases[] = {
        {0.5, "0.5"},       {1, "1"},          {0.123456, "0.123"},    {0.00004567, "0.0000457"},
        {12345, "12345"},   {3.14159, "3.14"}, {1e-12, "0.000000001"}, {5e6, "999999"},
        {0.0999996, "0.1"}, {0.9996, "1"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct ratio ratio = ratio_of(cases[i].estimate), again;
        assert_string_equal(ratio_text(work, ratio), cases[i].text);
        assert_true(ratio_read(cases[i].text, &again));
        assert_int_equal(ratio_log2(again), ratio_log2(ratio));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logarithms),
        cmocka_unit_test(test_site_changes_what_it_names),
        cmocka_unit_test(test_mistakes_have_a_place),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_text_is_whole),
        cmocka_unit_test(test_seen_names),
        cmocka_unit_test(test_ratio_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
