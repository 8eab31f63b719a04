/* Measures of clustering, against cases worked by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/match/evaluate.h"

static const struct {
    const char *clusters, *entities; /* one letter a record */
    size_t cluster_count, entity_count, largest;
    struct measure pair, b3, cluster;
} cases[] = {
    /* Nothing, and one record: nothing can be wrong. */
    {"", "", 0, 0, 0, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}},
    {"a", "x", 1, 1, 1, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}},
    {"aabbc", "xxyyz", 3, 3, 2, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}},
    /* Nothing joined: none of one pair found. */
    {"abc", "xxy", 3, 2, 1, {1, 0, 0}, {1, 2.0 / 3, 0.8}, {1.0 / 3, 0.5, 0.4}},
    /* All joined: 1 pair of 3 is true; each of two records sees 2/3 of its cluster, the third 1/3. */
    {"aaa", "xxy", 1, 2, 3, {1.0 / 3, 1, 0.5}, {5.0 / 9, 1, 5.0 / 7}, {0, 0, 0}},
    /* {1,2,3}{4,5}{6} against {1,2}{3,4,5}{6}: pairs 12 45 of 12 13 23 45 and of 12 34 35 45;
     * b3 precision (2/3 + 2/3 + 1/3 + 1 + 1 + 1) / 6, recall the same by symmetry. */
    {"aaabbc",
     "xxyyyz",
     3,
     3,
     3,
     {0.5, 0.5, 0.5},
     {7.0 / 9, 7.0 / 9, 7.0 / 9},
     {1.0 / 3, 1.0 / 3, 1.0 / 3}},
    /* The same with its records shuffled and its names changed. */
    {"PQRQPQ",
     "klmkkl",
     3,
     3,
     3,
     {0.5, 0.5, 0.5},
     {7.0 / 9, 7.0 / 9, 7.0 / 9},
     {1.0 / 3, 1.0 / 3, 1.0 / 3}},
};

static void assert_near(double actual, double expected)
{
    assert_true(actual > expected - 1e-12 && actual < expected + 1e-12);
}

static void assert_measure(struct measure actual, struct measure expected)
{
    assert_near(actual.precision, expected.precision);
    assert_near(actual.recall, expected.recall);
    assert_near(actual.f1, expected.f1);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct assignment records[16];
        struct evaluation got;
        size_t count = strlen(cases[i].clusters);
        for (size_t r = 0; r < count; r++)
            records[r] = (struct assignment){.cluster = (uint64_t)cases[i].clusters[r],
                                             .entity = (uint64_t)cases[i].entities[r]};
        evaluate_clusters(records, count, &got);
        print_message("%s / %s\n", cases[i].clusters, cases[i].entities);
        assert_int_equal(got.n, count);
        assert_int_equal(got.clusters, cases[i].cluster_count);
        assert_int_equal(got.entities, cases[i].entity_count);
        assert_int_equal(got.largest_cluster, cases[i].largest);
        assert_measure(got.pair, cases[i].pair);
        assert_measure(got.b3, cases[i].b3);
        assert_measure(got.cluster, cases[i].cluster);
    }
}

/* 200,000 records in one cluster are 19,999,900,000 pairs: more than 32 bits hold. */
static void test_large(void **state)
{
    (void)state;
    enum { MANY = 200000 };
    ARENA(work);
    struct assignment *records = NEW_ARRAY(work, struct assignment, MANY);
    struct evaluation got;
    for (size_t i = 0; i < MANY; i++)
        records[i] = (struct assignment){.cluster = UINT64_MAX, .entity = i / 2};
    evaluate_clusters(records, MANY, &got);
    assert_int_equal(got.largest_cluster, MANY);
    assert_measure(got.pair, (struct measure){1.0 / (MANY - 1), 1, 2.0 / MANY});
    assert_near(got.b3.precision, 2.0 / MANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
