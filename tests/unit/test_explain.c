/* What is said of a pair: how sure it is, in a line, with how rare a name is; and which values stand for nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/people.h"

#define STEP 6

static struct arena *arena;
static const struct model *model;

static struct explanation explain(const char *left, const char *right)
{
    struct explanation explanation;
    explain_records(arena, model, NULL, person(arena, model, 1, left),
                    person(arena, model, 2, right), &explanation);
    return explanation;
}

static void test_sure(void **state)
{
    (void)state;
    int32_t match = model_match_weight(model, STEP), review = model_review_weight(model, STEP);
    const struct {
        struct judgement judgement;
        const char *outcome, *bucket;
    } rows[] = {
        {{match + 30000, false}, "match", "same"},   {{match, false}, "match", "close"},
        {{match - 1, false}, "review", "likely"},    {{review, false}, "review", "likely"},
        {{review - 1, false}, "no match", NULL},     {{-90000, false}, "no match", "no chance"},
        {{match + 30000, true}, "veto", "no chance"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum match_outcome outcome = match_outcome(model, STEP, rows[i].judgement);
        assert_string_equal(match_outcome_name(outcome), rows[i].outcome);
        if (rows[i].bucket)
            assert_string_equal(match_bucket(model, STEP, rows[i].judgement), rows[i].bucket);
    }
}

static void test_a_line(void **state)
{
    (void)state;
    struct explanation explanation =
        explain("name.given=Ann; name.family=Lee; birth_date=1978-11-12; phone=+61391112222",
                "name.given=Zelda; name.family=Lee; birth_date=1978-11-12; phone=+61391112222");
    const char *words = explanation_words(arena, &explanation);
    assert_non_null(strstr(words, "born the same day"));
    assert_non_null(strstr(words, "; but "));
    assert_non_null(strstr(strstr(words, "; but "), "given name"));
    explanation = explain("name.given=Ann", "name.given=Ann");
    assert_null(strstr(explanation_words(arena, &explanation), "; but "));
    explanation = explain("name.given=Ann", "email=lee@example.net");
    assert_string_equal(explanation_words(arena, &explanation), "");
}

static const struct reason *reason_of(const struct explanation *explanation, const char *element)
{
    for (size_t i = 0; i < explanation->count; i++)
        if (text_equal(explanation->reasons[i].element, element))
            return &explanation->reasons[i];
    fail_msg("no %s", element);
    return NULL;
}

static void test_rare_names(void **state)
{
    (void)state;
    struct explanation common = explain("name.family=Smith", "name.family=Smith");
    struct explanation rare = explain("name.family=Quillfeather", "name.family=Quillfeather");
    const struct reason *smith = reason_of(&common, "family"), *other = reason_of(&rare, "family");
    assert_true(smith->one_in > 1 && smith->one_in < 1000);
    assert_true(other->one_in >= 1000);
    assert_true(smith->frequency < other->frequency);
    assert_string_equal(smith->agreement, "same");
    assert_string_equal(other->words,
                        arena_printf(arena, "same rare surname (about 1 in %s people)",
                                     text_number(arena, other->one_in)));
    struct explanation apart = explain("name.family=Smith", "name.family=Quillfeather");
    assert_string_equal(reason_of(&apart, "family")->agreement, "different");
    assert_int_equal(reason_of(&apart, "family")->one_in, 0);
}

static void test_nobodys_values(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool passed_over;
    } rows[] = {
        {"phone=+61390000000", true},        {"phone=+61394172263", false},
        {"email=none@example.net", true},    {"email=ann@example.net", false},
        {"birth_date=1900-01-01", true},     {"birth_date=1978-11-12", false},
        {"name.given=Unknown", true},        {"name.given=Ann", false},
        {"identifier[card]=00000000", true}, {"identifier[card]=LX77123", false},
        {"status=customer", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct record *record = people_record(arena, 1, rows[i].value);
        if (match_passes_over(arena, model, &record->values[0]) != rows[i].passed_over)
            fail_msg("%s", rows[i].value);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    model = people_model(arena, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sure),
        cmocka_unit_test(test_a_line),
        cmocka_unit_test(test_rare_names),
        cmocka_unit_test(test_nobodys_values),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
