/* Folding for comparison: what must fold alike, what must stay apart, and hostile input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/standard/fold.h"

static const struct {
    const char *text, *folded;
} names[] = {
    {"", ""},
    {"John", "john"},
    {"O'Brien", "obrien"},
    {"O\xe2\x80\x99"
     "Brien",
     "obrien"},
    {"Mary-Jane  VAN der Berg", "mary jane van der berg"},
    {"  Smith, John Q. ", "smith john q"},
    {"...", ""},
    {"Jürgen Müller", "jurgen muller"},
    {"Ju\xcc\x88rgen", "jurgen"},
    {"Straße", "strasse"},
    {"Łukasz Żółć", "lukasz zolc"},
    {"Søren Ærø", "soren aero"},
    {"İstanbul ılık", "istanbul ilik"},
    {"ПУШКИН", "pushkin"},
    {"ВАСИЛЬЕВ, Александр", "vasilyev aleksandr"},
    {"Ελένη", "eleni"},
    {"王杰", "王杰"},
    {"ＡＢＣ１２３", "abc123"},
    {"٣٤", "34"},
    {"a\xe2\x80\x8b"
     "b\xef\xbb\xbf",
     "ab"},
};

static void test_names(void **state)
{
    (void)state;
    ARENA(work);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_string_equal(fold_name(work, names[i].text), names[i].folded);
        /* Once more: remembered. */
        assert_string_equal(fold_name(work, names[i].text), names[i].folded);
        /* Folding is a fixed point. */
        assert_string_equal(fold_name(work, names[i].folded), names[i].folded);
    }
}

static void test_german(void **state)
{
    (void)state;
    ARENA(work);
    assert_string_equal(fold_german(work, "Jürgen MÜLLER"), "juergen mueller");
    assert_string_equal(fold_german(work, "Søren Ågård"), "soeren aagaard");
    assert_null(fold_german(work, "Juergen"));
    assert_null(fold_german(work, "François"));
}

static void test_weak(void **state)
{
    (void)state;
    ARENA(work);
    assert_string_equal(fold_weak(work, "王杰"), "wang jie");
    assert_string_equal(fold_weak(work, "王杰"), "wang jie");
    assert_null(fold_weak(work, "John"));
    assert_null(fold_weak(work, "Пушкин"));
    const char *arabic = fold_weak(work, "محمد");
    assert_non_null(arabic);
    assert_true(text_is_ascii(arabic));
}

/* Every code point, alone and behind a letter, folds to valid text. */
static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 61) {
        if (c >= 0xd800 && c < 0xe000)
            continue;
        ARENA(work);
        struct buffer text = {.arena = work};
        buffer_char(&text, 'x');
        buffer_code_point(&text, c);
        const char *forms[] = {fold_name(work, buffer_string(&text)),
                               fold_german(work, buffer_string(&text)),
                               fold_weak(work, buffer_string(&text))};
        size_t bad;
        for (size_t i = 0; i < COUNT_OF(forms); i++)
            assert_true(!forms[i] || text_check(forms[i], strlen(forms[i]), &bad));
        assert_false(text_starts(forms[0], " ") || text_ends(forms[0], " "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_german),
        cmocka_unit_test(test_weak),
        cmocka_unit_test(test_every_code_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
