/* How alike texts are, against values worked by hand and the literature's examples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/match/kernels.h"
#include "tests/unit/people.h"

static struct slice slice(const char *text)
{
    return (struct slice){text, strlen(text)};
}

/* Winkler's own examples among them. */
static const struct {
    const char *left, *right;
    unsigned thousandths;
} jaros[] = {
    {"martha", "marhta", 961},
    {"dixon", "dicksonx", 813},
    {"dwayne", "duane", 840},
    {"jones", "johnson", 832},
    {"abroms", "abrams", 922},
    {"hardin", "martinez", 722},
    {"itman", "smith", 467},
    {"", "", 0},
    {"a", "", 0},
    {"a", "a", 1000},
    {"a", "b", 0},
    {"abc", "xyz", 0},
    {"jeraldine", "geraldine", 926},
    {"michelle", "michael", 921},
    {"julies", "julius", 933},
    {"tanya", "tonya", 880},
    {"jon", "john", 933},
    {"same", "same", 1000},
};

static void test_jaro_winkler(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(jaros); i++) {
        unsigned got = jaro_winkler(slice(jaros[i].left), slice(jaros[i].right));
        if (got != jaros[i].thousandths)
            fail_msg("%s, %s: %u, not %u", jaros[i].left, jaros[i].right, got,
                     jaros[i].thousandths);
    }
}

static const struct {
    const char *left, *right;
    unsigned damerau;
} distances[] = {
    {"", "", 0},
    {"a", "", 1},
    {"kitten", "sitting", 3},
    {"smith", "smiht", 1},
    {"saturday", "sunday", 3},
    {"ab", "ba", 1},
    {"ca", "abc", 3},
    {"flaw", "lawn", 2},
    {"same", "same", 0},
    {"abcdef", "badcfe", 3},
};

static void test_distances(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(distances); i++) {
        struct slice l = slice(distances[i].left), r = slice(distances[i].right);
        assert_int_equal(damerau(l, r, 9), distances[i].damerau);
        for (unsigned most = 0; most < 4; most++) {
            unsigned wanted = distances[i].damerau > most ? most + 1 : distances[i].damerau;
            assert_int_equal(damerau(l, r, most), wanted);
        }
    }
}

/* By definition, to check the table against: a text against another from a place in each. */
static unsigned slow(const char *l, const char *r)
{
    unsigned best;
    if (!*l || !*r)
        return (unsigned)(strlen(l) + strlen(r));
    best = slow(l + 1, r + 1) + (*l != *r);
    unsigned gone = slow(l + 1, r) + 1, come = slow(l, r + 1) + 1;
    best = gone < best ? gone : best;
    best = come < best ? come : best;
    if (l[1] && l[0] == r[1] && l[1] == r[0]) {
        unsigned turned = slow(l + 2, r + 2) + 1;
        best = turned < best ? turned : best;
    }
    return best;
}

static void test_random_against_definition(void **state)
{
    (void)state;
    uint64_t seed = people_seed();
    print_message("  SEED=%llu\n", (unsigned long long)seed);
    for (int round = 0; round < 2000; round++) {
        char text[2][8] = {""};
        for (int t = 0; t < 2; t++)
            for (unsigned i = 0, size = (unsigned)(round + t) % 7; i < size; i++) {
                seed = seed * 6364136223846793005U + 1442695040888963407U;
                text[t][i] = (char)('a' + (seed >> 33) % 3);
            }
        struct slice l = slice(text[0]), r = slice(text[1]);
        assert_int_equal(damerau(l, r, 20), slow(text[0], text[1]));
        assert_int_equal(damerau(l, r, 20), damerau(r, l, 20));
        assert_true(jaro_winkler(l, r) <= 1000);
    }
}

static const struct {
    const char *left, *right;
    bool alike;
} sounds[] = {
    {"meyer", "maier", true},      {"meyer", "mayr", true},          {"schmidt", "schmitt", true},
    {"smith", "smyth", true},      {"catherine", "katharine", true}, {"philip", "filip", true},
    {"stephen", "stefan", true},   {"knight", "night", true},        {"garsky", "garski", true},
    {"thompson", "tompson", true}, {"moony", "mooney", true},        {"klempski", "klempsky", true},
    {"wright", "right", true},     {"gerd", "gert", true},           {"mueller", "muller", true},
    {"smith", "jones", false},     {"meyer", "beyer", false},        {"robert", "rupert", true},
    {"peter", "paul", false},      {"anna", "hanna", false},         {"lee", "leah", true},
};

static void test_sounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sounds); i++) {
        struct sound l = sound_of(slice(sounds[i].left)), r = sound_of(slice(sounds[i].right));
        if ((strcmp(l.code, r.code) == 0) != sounds[i].alike)
            fail_msg("%s is %s, %s is %s", sounds[i].left, l.code, sounds[i].right, r.code);
    }
    assert_string_equal(sound_of(slice("")).code, "");
    assert_string_equal(sound_of(slice("\xe7\x8e\x8b")).code, "");
}

static void test_long_texts(void **state)
{
    (void)state;
    char longer[200];
    memset(longer, 'x', sizeof(longer));
    struct slice all = {longer, sizeof(longer)}, part = {longer, KERNEL_MOST};
    assert_int_equal(jaro_winkler(all, part), 1000);
    assert_int_equal(damerau(all, part, 3), 0);
    assert_int_equal(strlen(sound_of(all).code), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jaro_winkler),
        cmocka_unit_test(test_distances),
        cmocka_unit_test(test_random_against_definition),
        cmocka_unit_test(test_sounds),
        cmocka_unit_test(test_long_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
