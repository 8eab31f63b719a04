/* How alike texts are, against values worked by hand and the literature's examples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

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

/* Words of a few letters, some of them outside of ASCII; half of the second ones a few slips from the first. */
static uint64_t dice;

static unsigned below(unsigned most)
{
    dice = dice * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(dice >> 33) % most;
}

static void make_word(char *word, size_t *size, unsigned most, unsigned letters)
{
    static const char all[] = "aeinrst\xc3\xa4\xd0\x9f -'zx";
    *size = below(most + 1);
    for (size_t i = 0; i < *size; i++)
        word[i] = all[below(letters)];
}

static void slip(char *word, size_t *size)
{
    if (!*size)
        return;
    size_t at = below((unsigned)*size);
    switch (below(4)) {
    case 0:
        memmove(word + at, word + at + 1, --*size - at);
        break;
    case 1:
        memmove(word + at + 1, word + at, (*size)++ - at);
        word[at] = 'q';
        break;
    case 2:
        word[at] = 'i';
        break;
    default:
        if (at + 1 < *size) {
            char c = word[at];
            word[at] = word[at + 1];
            word[at + 1] = c;
        }
    }
}

struct words {
    char left[96], right[96];
    struct slice l, r;
};

static void make_words(struct words *words, unsigned most)
{
    unsigned letters = 3 + below(13);
    size_t left, right;
    make_word(words->left, &left, most, letters);
    make_word(words->right, &right, most, letters);
    if (below(2)) {
        memcpy(words->right, words->left, right = left);
        for (unsigned slips = below(5); slips; slips--)
            slip(words->right, &right);
    }
    words->l = (struct slice){words->left, left};
    words->r = (struct slice){words->right, right};
}

/* By the book, to check the bits against: a matrix of distances. */
struct matrix {
    unsigned at[97][97];
    struct slice l, r;
    bool swaps;
};

static bool is_swap(const struct matrix *m, unsigned i, unsigned j)
{
    return m->swaps && i > 1 && j > 1 && m->l.bytes[i - 1] == m->r.bytes[j - 2] &&
           m->l.bytes[i - 2] == m->r.bytes[j - 1];
}

static unsigned cheapest(const struct matrix *m, unsigned i, unsigned j)
{
    unsigned best = m->at[i - 1][j - 1] + (m->l.bytes[i - 1] != m->r.bytes[j - 1]);
    best = m->at[i - 1][j] + 1 < best ? m->at[i - 1][j] + 1 : best;
    best = m->at[i][j - 1] + 1 < best ? m->at[i][j - 1] + 1 : best;
    return is_swap(m, i, j) && m->at[i - 2][j - 2] + 1 < best ? m->at[i - 2][j - 2] + 1 : best;
}

static unsigned slow_edits(struct slice l, struct slice r, bool swaps)
{
    struct matrix m = {.l = l, .r = r, .swaps = swaps};
    for (unsigned i = 0; i <= l.size; i++)
        for (unsigned j = 0; j <= r.size; j++)
            m.at[i][j] = i && j ? cheapest(&m, i, j) : i + j;
    return m.at[l.size][r.size];
}

/* Partners looked for one by one, and floating point. */
static double partners(struct slice l, struct slice r, bool taken[2][96])
{
    size_t longer = l.size > r.size ? l.size : r.size;
    size_t window = longer / 2 ? longer / 2 - 1 : 0;
    double matches = 0;
    for (size_t i = 0; i < l.size; i++)
        for (size_t j = i > window ? i - window : 0; j < r.size && j <= i + window; j++)
            if (!taken[0][i] && !taken[1][j] && l.bytes[i] == r.bytes[j]) {
                taken[0][i] = taken[1][j] = true;
                matches++;
            }
    return matches;
}

static double turned(struct slice l, struct slice r, bool taken[2][96])
{
    double count = 0;
    for (size_t i = 0, next = 0; i < l.size; i++) {
        if (!taken[0][i])
            continue;
        while (!taken[1][next])
            next++;
        count += l.bytes[i] != r.bytes[next++];
    }
    return floor(count / 2);
}

static double slow_jaro_winkler(struct slice l, struct slice r)
{
    bool taken[2][96] = {{false}};
    double matches = partners(l, r, taken);
    size_t prefix = 0;
    if (matches < 1)
        return 0;
    double jaro = (matches / (double)l.size + matches / (double)r.size +
                   (matches - turned(l, r, taken)) / matches) /
                  3;
    while (prefix < 4 && prefix < l.size && prefix < r.size && l.bytes[prefix] == r.bytes[prefix])
        prefix++;
    return jaro > .700002 ? jaro + (1 - jaro) * .1 * (double)prefix : jaro;
}

static void test_random_against_definition(void **state)
{
    (void)state;
    dice = people_seed();
    print_message("  SEED=%llu\n", (unsigned long long)dice);
    for (int round = 0; round < 40000; round++) {
        struct words w;
        make_words(&w, round % 5 ? 14 : KERNEL_MOST - 5);
        unsigned swaps = slow_edits(w.l, w.r, true), plain = slow_edits(w.l, w.r, false);
        unsigned most = below(5);
        assert_int_equal(damerau(w.l, w.r, 96), swaps);
        assert_int_equal(damerau(w.r, w.l, 96), swaps);
        assert_int_equal(levenshtein(w.l, w.r, 96), plain);
        assert_int_equal(damerau(w.l, w.r, most), swaps > most ? most + 1 : swaps);
        assert_int_equal(levenshtein(w.l, w.r, most), plain > most ? most + 1 : plain);
        double off = slow_jaro_winkler(w.l, w.r) * 1000 - jaro_winkler(w.l, w.r);
        if (off > .502 || off < -.502)
            fail_msg("'%.*s', '%.*s': Jaro-Winkler %u, off by %f", (int)w.l.size, w.l.bytes,
                     (int)w.r.size, w.r.bytes, jaro_winkler(w.l, w.r), off);
    }
}

static void test_beyond_what_is_compared(void **state)
{
    (void)state;
    char left[96], right[96];
    memset(left, 'a', sizeof(left));
    memcpy(right, left, sizeof(left));
    right[KERNEL_MOST] = 'b';
    struct slice l = {left, sizeof(left)}, r = {right, sizeof(right)};
    assert_int_equal(damerau(l, r, 3), 0);
    assert_int_equal(jaro_winkler(l, r), 1000);
    right[KERNEL_MOST - 1] = 'b';
    assert_int_equal(damerau(l, r, 3), 1);
    assert_int_equal(levenshtein(l, r, 3), 1);
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
        cmocka_unit_test(test_beyond_what_is_compared),
        cmocka_unit_test(test_sounds),
        cmocka_unit_test(test_long_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
