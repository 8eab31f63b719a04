/* Clusters do not depend on the order of anything, and vetoes hold however records come together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/people.h"

#define NODES 60
#define WEIGHT 10000
#define GRAPH(nodes, count, edges, edge_count) \
    ((struct match_graph){nodes, count, edges, edge_count, NULL, 0})

static struct arena *arena;
static const struct model *model;

static uint64_t seed;

static unsigned dice(unsigned sides)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(seed >> 33) % sides;
}

static int64_t cluster_of(const struct features *const *nodes, size_t count,
                          const struct match_edge *edges, size_t edge_count, int64_t record)
{
    int64_t clusters[NODES];
    cluster_records(arena, model, &GRAPH(nodes, count, edges, edge_count), WEIGHT, clusters);
    for (size_t i = 0; i < count; i++)
        if (features_record(nodes[i]) == record)
            return clusters[i];
    return 0;
}

static const struct {
    const char *why;
    const char *people[4];
    struct match_edge edges[4];
    int64_t clusters[4];
} cases[] = {
    {"no edge, no cluster", {"name.given=Ann", "name.given=Ann"}, {{0, 0, 0}}, {1, 2}},
    {"an edge below the weight",
     {"name.given=Ann", "name.given=Ann"},
     {{1, 2, WEIGHT - 1}},
     {1, 2}},
    {"a chain",
     {"name.given=Ann", "name.given=Ann", "name.given=Ann"},
     {{1, 2, WEIGHT}, {2, 3, WEIGHT}},
     {1, 1, 1}},
    {"a veto carried: Jr and Sr by way of one without a suffix; the heavier edge wins",
     {"name.given=Al; name.suffix=Jr", "name.given=Al", "name.given=Al; name.suffix=Sr"},
     {{1, 2, WEIGHT + 1}, {2, 3, WEIGHT + 2}},
     {1, 2, 2}},
    {"verified identifiers, two joins away",
     {"identifier[ssn]!=294669998", "name.given=Al", "name.given=Al", "identifier[ssn]!=123456780"},
     {{1, 2, WEIGHT + 3}, {2, 3, WEIGHT + 2}, {3, 4, WEIGHT + 1}},
     {1, 1, 1, 4}},
    {"a person and a company by way of a mailbox",
     {"name.given=Al; name.family=Fox", "email=al@example.net", "name.organization=Fox Ltd"},
     {{1, 2, WEIGHT + 1}, {2, 3, WEIGHT}},
     {1, 1, 3}},
    {"father and son by way of one without a birth date",
     {"name.given=Al; name.family=Fox; birth_date=1940-05-06", "name.given=Al; name.family=Fox",
      "name.given=Al; name.family=Fox; birth_date=1971-12-23"},
     {{1, 2, WEIGHT + 1}, {2, 3, WEIGHT}},
     {1, 1, 3}},
    {"a wrong birth date beside an identifier that a person has one of",
     {"name.given=Al; birth_date=1940-05-06; identifier[ssn]=294669998",
      "name.given=Al; identifier[ssn]=294669998",
      "name.given=Al; birth_date=1971-12-23; identifier[ssn]=294669998"},
     {{1, 2, WEIGHT + 1}, {2, 3, WEIGHT}},
     {1, 1, 1}},
    {"spouses by way of an initial",
     {"name.given=Jim; name.family=Fox", "name.given=J; name.family=Fox",
      "name.given=Jane; name.family=Fox"},
     {{1, 2, WEIGHT}, {2, 3, WEIGHT + 1}},
     {1, 2, 2}},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct features *nodes[4];
        size_t count = 0, edge_count = 0;
        for (; count < 4 && cases[i].people[count]; count++)
            nodes[count] = person(arena, model, (int64_t)count + 1, cases[i].people[count]);
        while (edge_count < 4 && cases[i].edges[edge_count].left)
            edge_count++;
        for (size_t n = 0; n < count; n++) {
            int64_t got = cluster_of(nodes, count, cases[i].edges, edge_count, (int64_t)n + 1);
            if (got != cases[i].clusters[n])
                fail_msg("%s: record %zu is in %lld", cases[i].why, n + 1, (long long)got);
        }
    }
}

struct heard {
    struct match_join joins[4];
    size_t count;
};

static void hear(void *to, const struct match_join *join)
{
    struct heard *heard = to;
    assert_true(heard->count < COUNT_OF(heard->joins));
    heard->joins[heard->count++] = *join;
}

/* Who asks is told of each join and refusal, in the order in which they were decided. */
static void test_decisions_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *people[3];
        struct match_edge edges[2];
        enum match_verdict second;
        const char *element;
    } told[] = {
        {{"name.given=Al; name.suffix=Jr", "name.given=Al", "name.given=Al; name.suffix=Sr"},
         {{1, 2, WEIGHT + 1}, {2, 3, WEIGHT}},
         JOIN_VETOED,
         NULL},
        {{"name.given=Al; name.family=Fox; birth_date=1940-05-06", "name.given=Al; name.family=Fox",
          "name.given=Al; name.family=Fox; birth_date=1971-12-23"},
         {{1, 2, WEIGHT + 1}, {2, 3, WEIGHT}},
         JOIN_DIVIDED,
         "birth_date"},
        {{"name.given=Al", "name.given=Al", "name.given=Al"},
         {{1, 2, WEIGHT + 1}, {2, 3, WEIGHT}},
         JOIN_MADE,
         NULL},
    };
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        const struct features *nodes[3];
        int64_t clusters[3];
        struct heard heard = {.count = 0};
        for (int n = 0; n < 3; n++)
            nodes[n] = person(arena, model, n + 1, told[i].people[n]);
        cluster_telling(arena, model, &GRAPH(nodes, 3, told[i].edges, 2), WEIGHT, clusters,
                        &(struct match_listener){hear, &heard});
        assert_int_equal(heard.count, 2);
        assert_int_equal(heard.joins[0].verdict, JOIN_MADE);
        assert_int_equal(heard.joins[0].left, 1);
        assert_int_equal(heard.joins[0].right, 2);
        const struct match_join *second = &heard.joins[1];
        assert_int_equal(second->verdict, told[i].second);
        assert_int_equal(second->left, 1);
        assert_int_equal(second->left_size, 2);
        assert_int_equal(second->right, 3);
        if (told[i].element)
            assert_string_equal(second->element, told[i].element);
        else
            assert_null(second->element);
    }
}

static const char *const kinds_of_people[] = {
    "name.given=Al; name.family=Fox",
    "name.given=Al; name.family=Fox; name.suffix=Jr",
    "name.given=Al; name.family=Fox; name.suffix=Sr",
    "name.given=Susan; name.family=Fox; birth_date=1971-12-23",
    "name.given=S; name.family=Fox",
    "name.given=Al; name.family=Fox; birth_date=1940-05-06",
    "identifier[ssn]!=294669998",
    "identifier[ssn]!=123456780; name.given=Al",
    "name.organization=Fox Ltd",
    "email=fox@example.net",
};

static void shuffle_nodes(const struct features **nodes, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = dice((unsigned)i);
        const struct features *kept = nodes[i - 1];
        nodes[i - 1] = nodes[j];
        nodes[j] = kept;
    }
}

static void shuffle_edges(struct match_edge *edges, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = dice((unsigned)i);
        struct match_edge kept = edges[i - 1];
        edges[i - 1] = edges[j];
        edges[j] = kept;
    }
}

/* Few different weights, so that ties abound. */
static size_t make_component(const struct features **nodes, struct match_edge *edges)
{
    size_t count = 0;
    for (unsigned i = 0; i < NODES; i++)
        nodes[i] =
            person(arena, model, 1000 + i * 7, kinds_of_people[dice(COUNT_OF(kinds_of_people))]);
    for (unsigned i = 0; i < NODES; i++)
        for (unsigned j = i + 1; j < NODES; j++)
            if (dice(12) == 0)
                edges[count++] =
                    (struct match_edge){1000 + i * 7, 1000 + j * 7, WEIGHT - 1 + (int32_t)dice(4)};
    return count;
}

static void check_vetoes(const struct features *const *nodes, const int64_t *clusters)
{
    for (size_t i = 0; i < NODES; i++)
        for (size_t j = i + 1; j < NODES; j++)
            if (clusters[i] == clusters[j])
                assert_false(compare_records(model, NULL, nodes[i], nodes[j]).veto);
}

static void test_order_does_not_matter(void **state)
{
    (void)state;
    seed = people_seed();
    print_message("  SEED=%llu\n", (unsigned long long)seed);
    for (int round = 0; round < 30; round++) {
        const struct features *nodes[NODES];
        struct match_edge edges[NODES * NODES];
        size_t count = make_component(nodes, edges);
        int64_t first[NODES], again[NODES];
        struct map wanted = {.arena = arena};
        cluster_records(arena, model, &GRAPH(nodes, NODES, edges, count), WEIGHT, first);
        check_vetoes(nodes, first);
        for (size_t i = 0; i < NODES; i++)
            map_put(&wanted, (uint64_t)features_record(nodes[i]), &first[i]);
        for (int turn = 0; turn < 4; turn++) {
            shuffle_nodes(nodes, NODES);
            shuffle_edges(edges, count);
            cluster_records(arena, model, &GRAPH(nodes, NODES, edges, count), WEIGHT, again);
            for (size_t i = 0; i < NODES; i++) {
                const int64_t *was = map_get(&wanted, (uint64_t)features_record(nodes[i]));
                assert_true(again[i] == *was);
                assert_true(again[i] <= features_record(nodes[i]));
            }
        }
    }
}

static int64_t cluster_in(const struct features *const *nodes, const int64_t *clusters, int64_t id)
{
    for (size_t i = 0; i < NODES; i++)
        if (features_record(nodes[i]) == id)
            return clusters[i];
    return 0;
}

/* What stewards say holds, and where they say nothing all is as it would be. */
static void test_stewards_decide(void **state)
{
    (void)state;
    for (int round = 0; round < 30; round++) {
        const struct features *nodes[NODES];
        struct match_edge edges[NODES * NODES];
        size_t count = make_component(nodes, edges);
        int64_t clusters[NODES], again[NODES];
        /* One pair each, of different records: none contradicts another. */
        struct match_decision decisions[NODES / 2];
        for (unsigned i = 0; i < NODES / 2; i++)
            decisions[i] =
                (struct match_decision){1000 + i * 7, 1000 + (NODES - 1 - i) * 7, dice(2) == 0};
        struct match_graph graph = {nodes, NODES, edges, count, decisions, NODES / 2};
        cluster_records(arena, model, &graph, WEIGHT, clusters);
        for (size_t i = 0; i < NODES / 2; i++)
            if (!decisions[i].same)
                assert_true(cluster_in(nodes, clusters, decisions[i].left) !=
                            cluster_in(nodes, clusters, decisions[i].right));
        /* Only where "not the same" forbids it are two apart that are the same. */
        size_t apart = 0;
        for (size_t i = 0; i < NODES / 2; i++)
            apart += decisions[i].same && cluster_in(nodes, clusters, decisions[i].left) !=
                                              cluster_in(nodes, clusters, decisions[i].right);
        assert_int_equal(apart, 0);
        struct match_decision turned[NODES / 2];
        for (size_t i = 0; i < NODES / 2; i++)
            turned[NODES / 2 - 1 - i] =
                (struct match_decision){decisions[i].right, decisions[i].left, decisions[i].same};
        graph.decisions = turned;
        shuffle_edges(edges, count);
        cluster_records(arena, model, &graph, WEIGHT, again);
        assert_memory_equal(clusters, again, sizeof(again));
    }
}

static void test_not_the_same_holds(void **state)
{
    (void)state;
    static const struct match_decision decisions[] = {{1, 2, true}, {2, 3, true}, {1, 3, false}};
    static const struct match_edge edges[] = {{1, 3, WEIGHT + 5}, {3, 4, WEIGHT}};
    const struct features *nodes[4];
    int64_t clusters[4];
    for (int n = 0; n < 4; n++)
        nodes[n] = person(arena, model, n + 1, n == 1 ? "name.suffix=Jr" : "name.suffix=Sr");
    struct match_graph graph = {nodes, 4, edges, 2, decisions, 3};
    cluster_records(arena, model, &graph, WEIGHT, clusters);
    assert_int_equal(clusters[1], 1); /* whatever their suffixes */
    assert_int_equal(clusters[2], 3);
    assert_int_equal(clusters[3], 3);
}

/* Each looks like the one before, but for one letter: that is no reason for one customer of all. */
static void test_drift_ends(void **state)
{
    (void)state;
    const struct features *nodes[NODES];
    struct match_edge edges[NODES];
    int64_t clusters[NODES];
    char family[] = "kerridonsale";
    size_t length = strlen(family), largest = 0;
    for (unsigned i = 0; i < NODES; i++) {
        family[(size_t)i * 5 % length] = (char)('a' + i % 26);
        nodes[i] = person(arena, model, i + 1,
                          arena_printf(arena, "name.given=Alexis; name.family=%s", family));
        edges[i] = (struct match_edge){i, i + 1, WEIGHT};
    }
    cluster_records(arena, model, &GRAPH(nodes, NODES, edges + 1, NODES - 1), WEIGHT, clusters);
    for (size_t i = 0; i < NODES; i++) {
        size_t size = 0;
        for (size_t j = 0; j < NODES; j++)
            size += clusters[i] == clusters[j];
        largest = size > largest ? size : largest;
    }
    assert_in_range(largest, 2, NODES / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_decisions_are_told),
        cmocka_unit_test(test_order_does_not_matter),
        cmocka_unit_test(test_stewards_decide),
        cmocka_unit_test(test_not_the_same_holds),
        cmocka_unit_test(test_drift_ends),
    };
    ARENA(process);
    arena = process;
    model = people_model(process, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
