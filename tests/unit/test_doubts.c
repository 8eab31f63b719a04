/* What of a clustering is worth a question, and that none is asked twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/match/doubts.h"
#include "tests/unit/people.h"

#define STEP 6

static struct arena *arena;
static const struct model *model;
static int32_t match;

/* Weights are relative to a match; records are 1, 2, .... */
static const struct {
    const char *why;
    int64_t clusters[6];
    struct match_edge edges[6];
    const char *asked; /* "kind left-right" */
} cases[] = {
    {"one customer, no question", {1, 1, 1}, {{1, 2, 0}, {2, 3, 0}}, ""},
    {"two that are perhaps one", {1, 1, 3}, {{1, 2, 9000}, {1, 3, -900}}, "possible_match 1-3 "},
    {"by their best pair",
     {1, 1, 3},
     {{1, 2, 9000}, {1, 3, -900}, {2, 3, -800}},
     "possible_match 2-3 "},
    {"each customer is asked about once, the best question first",
     {1, 2, 3},
     {{1, 2, -900}, {2, 3, -800}},
     "possible_match 2-3 "},
    {"who is left over is asked about, too",
     {1, 2, 3, 4},
     {{1, 2, -900}, {2, 3, -800}, {1, 4, -950}},
     "possible_match 1-4 possible_match 2-3 "},
    {"a record between two", {1, 1, 3}, {{1, 2, 2000}, {2, 3, 1000}}, "ambiguous 2-3 "},
    {"at home with one of them", {1, 1, 3}, {{1, 2, 9000}, {2, 3, 1000}}, "possible_match 2-3 "},
    {"ties go by ids", {1, 2, 3}, {{2, 3, -500}, {1, 2, -500}}, "possible_match 1-2 "},
};

static const char *ask(const struct clustered *clustered)
{
    size_t count;
    struct buffer said = {.arena = arena};
    const struct doubt *doubts = doubts_find(arena, model, STEP, clustered, &count);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&said, "%s %lld-%lld ", doubt_name(doubts[i].kind), (long long)doubts[i].left,
                      (long long)doubts[i].right);
    return buffer_string(&said);
}

static void test_questions(void **state)
{
    (void)state;
    static const int64_t records[] = {1, 2, 3, 4, 5, 6};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct match_edge edges[6], turned[6];
        size_t count = 0, edge_count = 0;
        while (count < 6 && cases[i].clusters[count])
            count++;
        for (; edge_count < 6 && cases[i].edges[edge_count].left; edge_count++) {
            edges[edge_count] = cases[i].edges[edge_count];
            edges[edge_count].weight += match;
        }
        for (size_t e = 0; e < edge_count; e++)
            turned[e] = edges[edge_count - 1 - e];
        struct clustered given = {records, cases[i].clusters, count, edges, edge_count};
        const char *asked = ask(&given);
        if (!text_equal(asked, cases[i].asked))
            fail_msg("%s: %s", cases[i].why, asked);
        given.edges = turned;
        assert_string_equal(ask(&given), asked);
    }
}

/* Records 1 .. count of one customer, with so many of their pairs. */
static const char *ask_one(size_t count, size_t pairs, const char **words)
{
    int64_t *records = NEW_ARRAY(arena, int64_t, count);
    int64_t *clusters = NEW_ARRAY(arena, int64_t, count);
    struct match_edge *edges = NEW_ARRAY(arena, struct match_edge, pairs);
    size_t made = 0, found;
    for (size_t i = 0; i < count; i++) {
        records[i] = (int64_t)i + 1;
        clusters[i] = 1;
    }
    for (size_t apart = 1; apart < count && made < pairs; apart++)
        for (size_t i = 0; i + apart < count && made < pairs; i++)
            edges[made++] = (struct match_edge){records[i], records[i + apart], match};
    struct clustered given = {records, clusters, count, edges, made};
    const struct doubt *doubts = doubts_find(arena, model, STEP, &given, &found);
    *words = found ? doubts[0].words : "";
    return ask(&given);
}

static void test_shapes(void **state)
{
    (void)state;
    const char *words;
    assert_string_equal(ask_one(8, 7, &words), "");
    assert_string_equal(ask_one(10, 9, &words), "loose 1-10 ");
    assert_string_equal(words,
                        "a customer of 10 records that hang together loosely: 9 of 45 pairs match");
    assert_string_equal(ask_one(10, 45, &words), "");
    assert_string_equal(ask_one(DOUBTS_OVERSIZE + 1, 5050, &words), "oversize 1-101 ");
    assert_string_equal(words, "a customer of 101 records");
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    model = people_model(arena, NULL);
    match = model_match_weight(model, STEP);
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
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_shapes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
