#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/trial/truth.h"

static const char *const sources[] = {"shop", "Desk", NULL};

static bool read_truth(struct arena *work, const char *csv, const char *only, struct truth *truth,
                       struct error *err)
{
    *truth = (struct truth){.arena = work, .sources = sources, .only = only};
    return truth_read(truth, (struct slice){csv, strlen(csv)}, "truth.csv", err);
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *csv, *message;
    } rows[] = {
        {"key,entity\n1,a\n", "truth.csv:2: the columns must be"},
        {"id,entity\n1,a\n1,b\n", "truth.csv:3: '1' was given another entity before"},
        {"id,entity\n1,a\n,b\n", "truth.csv:3: a key or an entity is empty"},
        {"id,entity\n1,a\n\"2,b\n", "truth.csv:3: "},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        struct truth truth;
        struct error err;
        assert_false(read_truth(work, rows[i].csv, NULL, &truth, &err));
        assert_memory_equal(err.text, rows[i].message, strlen(rows[i].message));
    }
}

/* Record 1 of the shop and D1 in cluster 7; of D2 the first part in 8, others in 9; a stranger in 7. */
static bool place(struct truth *truth, struct error *err)
{
    return truth_place(truth, "shop", "1", "", 7, err) &&
           truth_place(truth, "Desk", "D1", "", 7, err) &&
           truth_place(truth, "Desk", "D2", "b", 9, err) &&
           truth_place(truth, "Desk", "D2", "a", 8, err) &&
           truth_place(truth, "Desk", "D2", "c", 9, err) &&
           truth_place(truth, "shop", "stranger", "", 7, err);
}

static void places_records(void **state)
{
    (void)state;
    static const struct {
        const char *csv, *only;
        size_t count, found, left_out;
        uint64_t clusters[4]; /* 0: alone */
    } rows[] = {
        {"source,source_key,entity\nSHOP,1,x\nDESK,D1,x\nDesk,D2,y\nshop,gone,y\n",
         NULL,
         4,
         3,
         0,
         {7, 7, 8, 0}},
        {"id,entity\n1,x\nD1,x\ndesk:D2,y\nodd:D2,y\n", NULL, 4, 3, 0, {7, 7, 8, 0}},
        {"id,entity\n1,x\nD1,x\ndesk:D2,y\nSHOP:gone,y\n", "Shop", 3, 1, 1, {7, 0, 0}},
        {"id,entity\n1,x\n1,x\nshop:1,x\n", "shop", 1, 1, 0, {7}},
        {"entity,note,id\nx,\"a, b\",1\n", NULL, 1, 1, 0, {7}},
        {"id,entity\n", NULL, 0, 0, 0, {0}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        struct truth truth;
        struct error err = {.text = ""};
        (void)read_truth(work, rows[i].csv, rows[i].only, &truth, &err);
        (void)place(&truth, &err);
        assert_string_equal(err.text, "");
        assert_int_equal(truth.count, rows[i].count);
        assert_int_equal(truth.found, rows[i].found);
        assert_int_equal(truth.left_out, rows[i].left_out);
        const struct assignment *list = truth_assignments(work, &truth);
        for (size_t n = 0; n < truth.count; n++)
            if (rows[i].clusters[n])
                assert_int_equal(list[n].cluster, rows[i].clusters[n]);
            else
                for (size_t m = 0; m < truth.count; m++)
                    assert_true(m == n || list[n].cluster != list[m].cluster);
    }
}

static void refuses_a_key_of_two_sources(void **state)
{
    (void)state;
    ARENA(work);
    struct truth truth;
    struct error err;
    assert_true(read_truth(work, "id,entity\n1,x\n", NULL, &truth, &err));
    assert_true(truth_place(&truth, "shop", "1", "", 7, &err));
    assert_false(truth_place(&truth, "Desk", "1", "", 8, &err));
    assert_non_null(strstr(err.text, "--source"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(places_records),
        cmocka_unit_test(refuses_a_key_of_two_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
