/* The kernels against others' work, value by value: PostgreSQL's fuzzystrmatch, and jellyfish where Debian's Python
 * has it.  Words are ASCII: those count characters, the kernels bytes. */
#include "tests/unit/database.h"

#include <setjmp.h>

#include <cmocka.h>

#include "hub/base/file.h"
#include "hub/base/process.h"
#include "hub/match/kernels.h"
#include "tests/unit/people.h"
#include "tests/unit/scratch.h"

#define PAIRS 20000
#define PYTHON "/usr/bin/python3"

static uint64_t dice;

static unsigned below(unsigned most)
{
    dice = dice * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(dice >> 33) % most;
}

static const char *const syllables[] = {"an", "ka", "ri", "sch", "mei", "er", "son",
                                        "to", "ll", "w",  "y",   "-",   "mc"};

static char *make_word(struct arena *arena)
{
    char *word = arena_strdup(arena, "");
    for (unsigned i = 1 + below(6); i; i--)
        word = arena_printf(arena, "%s%s", word, syllables[below(COUNT_OF(syllables))]);
    return word;
}

/* Another word, or the same with up to four letters swapped, replaced or gone. */
static const char *make_other(struct arena *arena, const char *word)
{
    char *other = below(3) ? arena_strdup(arena, word) : make_word(arena);
    for (unsigned slips = below(5); slips; slips--) {
        size_t size = strlen(other), at = below((unsigned)size);
        char c = other[at];
        if (below(3) == 0 && size > 1)
            memmove(other + at, other + at + 1, size - at);
        else if (below(2))
            other[at] = (char)('a' + (int)below(26));
        else if (at + 1 < size) {
            other[at] = other[at + 1];
            other[at + 1] = c;
        }
    }
    return other;
}

struct words {
    const char *left[PAIRS], *right[PAIRS];
};

static struct words *make_words(struct arena *arena)
{
    struct words *words = NEW(arena, struct words);
    dice = people_seed();
    print_message("  SEED=%llu\n", (unsigned long long)dice);
    for (size_t i = 0; i < PAIRS; i++) {
        words->left[i] = make_word(arena);
        words->right[i] = make_other(arena, words->left[i]);
    }
    return words;
}

static struct slice slice(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static void compare_values(const struct words *words, size_t i, const char *what, int64_t ours,
                           int64_t theirs, int64_t off)
{
    if (ours - theirs > off || theirs - ours > off)
        fail_msg("%s of '%s' and '%s': %lld, theirs %lld", what, words->left[i], words->right[i],
                 (long long)ours, (long long)theirs);
}

static void test_fuzzystrmatch(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    struct rows rows;
    const struct words *words = make_words(work);
    struct db *db = database_open(work, database_new(work));
    if (!db_script(db, "create schema other; create extension fuzzystrmatch schema other", &err)) {
        print_message("  no fuzzystrmatch here: %s\n", err.text);
        skip();
    }
    static const struct stmt distances = {
        "distances",
        "select other.levenshtein(l, r), other.levenshtein_less_equal(l, r, 2) from "
        "unnest($1::text[], $2::text[]) with ordinality as pair(l, r, n) order by n",
        2};
    database_must(
        db_run(work, db, &distances,
               PARAMS(db_texts(work, words->left, PAIRS), db_texts(work, words->right, PAIRS)),
               &rows, &err),
        &err);
    for (size_t i = 0; i < PAIRS; i++) {
        struct slice l = slice(words->left[i]), r = slice(words->right[i]);
        compare_values(words, i, "Levenshtein", levenshtein(l, r, KERNEL_MOST),
                       rows_int(&rows, i, 0), 0);
        /* Beyond what is asked for, any answer beyond it is right. */
        int64_t bounded = rows_int(&rows, i, 1);
        compare_values(words, i, "Levenshtein up to 2", levenshtein(l, r, 2),
                       bounded > 2 ? 3 : bounded, 0);
    }
}

static const char script[] = "import sys, warnings\n"
                             "warnings.simplefilter('ignore')\n"
                             "import jellyfish\n"
                             "for line in sys.stdin:\n"
                             "    l, r = line.rstrip('\\n').split('\\t')\n"
                             "    print(int(jellyfish.jaro_winkler_similarity(l, r) * 1000000),\n"
                             "          jellyfish.levenshtein_distance(l, r),\n"
                             "          jellyfish.damerau_levenshtein_distance(l, r))\n";

/* What it says of each pair, a line each; NULL when it is not there. */
static const char *ask_jellyfish(struct arena *arena, const struct words *words)
{
    struct buffer lines = {.arena = arena};
    struct slice said;
    struct error err;
    for (size_t i = 0; i < PAIRS; i++)
        buffer_printf(&lines, "%s\t%s\n", words->left[i], words->right[i]);
    const char *log = scratch_file(arena, "");
    const char *const args[] = {scratch_file(arena, script), NULL};
    struct process_plan plan = {
        .program = PYTHON,
        .args = args,
        .input = scratch_file(arena, buffer_string(&lines)),
        .log = log,
    };
    if (!process_run(&plan, &err))
        return NULL;
    assert_true(file_read(arena, log, (size_t)1 << 30, &said, &err));
    return said.bytes;
}

static void test_jellyfish(void **state)
{
    (void)state;
    ARENA(work);
    const struct words *words = make_words(work);
    const char *said = ask_jellyfish(work, words);
    if (!said) {
        print_message("  no jellyfish here (python3-jellyfish)\n");
        skip();
    }
    size_t count, values, restricted = 0;
    const char **lines = text_split(work, said, '\n', &count);
    assert_true(count >= PAIRS);
    for (size_t i = 0; i < PAIRS; i++) {
        struct slice l = slice(words->left[i]), r = slice(words->right[i]);
        const char **value = text_split(work, lines[i], ' ', &values);
        int64_t theirs[3] = {0};
        for (size_t v = 0; v < COUNT_OF(theirs); v++)
            assert_true(values == 3 && text_to_int(value[v], 0, INT32_MAX, &theirs[v]));
        /* Whether .7 is more than .7 is for floating point to say. */
        if (jaro_winkler(l, r) != 700)
            compare_values(words, i, "Jaro-Winkler", (int64_t)jaro_winkler(l, r) * 1000, theirs[0],
                           502);
        compare_values(words, i, "Levenshtein", levenshtein(l, r, KERNEL_MOST), theirs[1], 0);
        /* Theirs edits what it swapped again: less, but seldom. */
        int64_t ours = damerau(l, r, KERNEL_MOST);
        restricted += ours > theirs[2];
        if (ours < theirs[2] || ours > theirs[1])
            fail_msg("Damerau of '%s' and '%s': %lld, theirs %lld", words->left[i], words->right[i],
                     (long long)ours, (long long)theirs[2]);
    }
    print_message("  Damerau: %zu of %d differ as optimal string alignment does\n", restricted,
                  PAIRS);
    assert_true(restricted < PAIRS / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fuzzystrmatch),
        cmocka_unit_test(test_jellyfish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
