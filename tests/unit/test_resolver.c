/* A whole set resolved in memory is what plain loops over all pairs make of it, however it is done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/resolver/resolver.h"
#include "tests/unit/people.h"
#include "tests/unit/scratch.h"

#define PEOPLE 700

/* Keys soon generic, also with a refine. */
static const char strict[] = "<matching xmlns=\"urn:axle:matching:1\">"
                             "<key name=\"email\" limit=\"4\" holders=\"8\"/>"
                             "<key name=\"birth\" limit=\"1\" holders=\"1\"/>"
                             "<key name=\"name\" limit=\"9\" holders=\"20\"/>"
                             "<key name=\"address\" limit=\"6\" holders=\"7\"/>"
                             "<key name=\"fragment\" limit=\"1\" holders=\"1\"/>"
                             "</matching>";

static struct arena *process;
static const struct model *model;
static uint64_t seed;
static const struct features *people[PEOPLE];

static unsigned dice(unsigned sides)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(seed >> 33) % sides;
}

static const char *pick(const char *const *from, size_t count)
{
    return from[dice((unsigned)count)];
}
#define PICK(list) pick((list), COUNT_OF(list))

static const char *const given[] = {"Ann", "Bob", "Robert", "Carla", "Dieter", "Eve", "Maria"};
static const char *const family[] = {"Fox", "Miller", "Mueller", "Nakamura", "Okafor", "Zellweger"};
static const char *const suffix[] = {"", "", "", "", "; name.suffix=Jr", "; name.suffix=Sr"};
static const char *const street[] = {"Main Street", "Oak Avenue", "Station Road"};

/* One of few people, said with some of what is known; many share a placeholder. */
static const char *made_up(struct arena *arena)
{
    unsigned who = dice(PEOPLE / 4);
    const char *said = arena_printf(arena, "name.given=%s; name.family=%s%s", PICK(given),
                                    family[who % COUNT_OF(family)], PICK(suffix));
    if (dice(3))
        said = arena_printf(arena, "%s; birth_date=19%02u-%02u-%02u", said, 40 + who % 50,
                            1 + who % 12, 1 + who % 28);
    if (dice(2))
        said = arena_printf(arena, "%s; phone=+1212555%04u", said, dice(8) ? who : 0);
    if (dice(2))
        said = arena_printf(arena, "%s; email=%s", said,
                            dice(9) ? arena_printf(arena, "who%u@example.net", who)
                                    : "info@example.net");
    if (dice(2))
        said = arena_printf(arena,
                            "%s; address.line1@a=%u %s; address.city@a=Springfield; "
                            "address.postcode@a=%05u",
                            said, 1 + who % 40, PICK(street), 10000 + who % 3);
    if (!dice(20))
        said = arena_printf(arena, "%s; identifier[ssn]!=%09u", said, 200000000 + who);
    return said;
}

/* The same found by nested loops. */
static struct reference {
    size_t count;
    const struct blocking_key **keys;
    size_t *key_count;
    uint32_t *skipped;
    struct generic_keys generic;
    struct {
        struct resolver_generic *list;
        size_t count, room;
    } generics;
    struct {
        struct match_edge *list;
        size_t count, room;
    } edges;
    size_t pairs;
    int64_t *clusters;
} reference;

static bool holds(const struct reference *r, size_t record, int64_t key, const int32_t *refine)
{
    for (size_t k = 0; k < r->key_count[record]; k++)
        if (r->keys[record][k].key == key && (!refine || r->keys[record][k].refine == *refine))
            return true;
    return false;
}

static size_t holders(const struct reference *r, int64_t key, const int32_t *refine)
{
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++)
        count += holds(r, i, key, refine);
    return count;
}

static size_t refines(const struct reference *r, struct arena *arena, int64_t key)
{
    struct map seen = {.arena = arena};
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 0; k < r->key_count[i]; k++)
            if (r->keys[i][k].key == key)
                map_put(&seen, (uint64_t)(uint32_t)r->keys[i][k].refine, &seen);
    return seen.count;
}

static bool is_generic(const struct reference *r, struct blocking_key key)
{
    ARENA(scratch);
    return refines(r, scratch, key.key) > blocking_limit(model, key.type) ||
           holders(r, key.key, NULL) > blocking_holders(model, key.type, false);
}

static void note(struct reference *r, struct arena *arena, struct blocking_key key, int32_t refine)
{
    for (size_t i = 0; i < r->generics.count; i++)
        if (r->generics.list[i].key == key.key && r->generics.list[i].refine == refine)
            return;
    LIST_ADD(arena, &r->generics, ((struct resolver_generic){key.key, refine, key.type}));
}

/* May this key bring its holder candidates?  With *refine: only those of the same refine. */
static bool is_usable(struct reference *r, struct arena *arena, struct blocking_key key,
                      bool *refined)
{
    *refined = map_get(&r->generic.keys, (uint64_t)key.key) != NULL;
    if (!*refined)
        return true;
    if (!key.refine)
        return false;
    if (holders(r, key.key, &key.refine) <= blocking_holders(model, key.type, true))
        return true;
    note(r, arena, key, key.refine);
    return false;
}

static bool meet(struct reference *r, struct arena *arena, size_t left, size_t right)
{
    for (size_t k = 0; k < r->key_count[left]; k++) {
        struct blocking_key key = r->keys[left][k];
        bool refined;
        if (holds(r, right, key.key, NULL) && is_usable(r, arena, key, &refined) &&
            holds(r, right, key.key, refined ? &key.refine : NULL))
            return true;
    }
    return false;
}

static void find_generic(struct reference *r, struct arena *arena)
{
    struct map asked = {.arena = arena};
    r->generic.keys.arena = arena;
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 0; k < r->key_count[i]; k++) {
            struct blocking_key key = r->keys[i][k];
            if (map_get(&asked, (uint64_t)key.key))
                continue;
            map_put(&asked, (uint64_t)key.key, r);
            if (!is_generic(r, key))
                continue;
            map_put(&r->generic.keys, (uint64_t)key.key, r);
            note(r, arena, key, 0);
        }
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 0; k < r->key_count[i]; k++) {
            bool refined;
            if (!is_usable(r, arena, r->keys[i][k], &refined))
                r->skipped[i] |= (uint32_t)1 << r->keys[i][k].type;
        }
}

static void refer(struct arena *arena, struct reference *r)
{
    const struct features *const *nodes = people;
    size_t count = PEOPLE;
    *r = (struct reference){
        .count = count,
        .keys = NEW_ARRAY(arena, const struct blocking_key *, count + 1),
        .key_count = NEW_ARRAY(arena, size_t, count + 1),
        .skipped = NEW_ARRAY(arena, uint32_t, count + 1),
        .clusters = NEW_ARRAY(arena, int64_t, count + 1),
    };
    for (size_t i = 0; i < count; i++)
        r->key_count[i] = blocking_keys(arena, model, nodes[i], &r->keys[i]);
    find_generic(r, arena);
    unsigned step = model_step(model, (int64_t)count);
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            if (!meet(r, arena, i, j))
                continue;
            r->pairs++;
            struct judgement judgement = compare_records(model, &r->generic, nodes[i], nodes[j]);
            if (!judgement.veto && judgement.weight >= model_review_weight(model, step))
                LIST_ADD(arena, &r->edges,
                         ((struct match_edge){features_record(nodes[i]), features_record(nodes[j]),
                                              judgement.weight}));
        }
    struct match_graph graph = {
        .nodes = nodes, .node_count = count, .edges = r->edges.list, .edge_count = r->edges.count};
    cluster_records(arena, model, &graph, model_match_weight(model, step), r->clusters);
}

static int by_id(const void *left, const void *right)
{
    const struct features *const *a = left, *const *b = right;
    return (features_record(*a) > features_record(*b)) -
           (features_record(*a) < features_record(*b));
}

static int by_key(const void *left, const void *right)
{
    const struct resolver_generic *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->refine > b->refine) - (a->refine < b->refine);
}

static void make_people(struct arena *arena)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        /* Ids of both signs, as hashes are. */
        int64_t id = (int64_t)hash64_mix(i, 7);
        people[i] = person(arena, model, id, made_up(arena));
    }
    qsort(people, PEOPLE, sizeof(const struct features *), by_id);
}

static struct resolver *add_all(struct arena *arena, const struct resolver_settings *settings)
{
    struct resolver *resolver = resolver_new(arena, model, settings);
    struct error err;
    size_t at = dice(PEOPLE); /* each time in another order */
    for (size_t i = 0; i < PEOPLE; i++, at = (at + 601) % PEOPLE)
        if (!resolver_add(resolver, features_record(people[at]), features_pack(arena, people[at]),
                          &err))
            fail_msg("%s", err.text);
    return resolver;
}

static void check_edges(const struct reference *r, const struct resolved *resolved)
{
    assert_int_equal(resolved->edge_count, r->edges.count);
    for (size_t i = 0; i < r->edges.count; i++) {
        assert_int_equal(resolved->records[resolved->edges[i].left], r->edges.list[i].left);
        assert_int_equal(resolved->records[resolved->edges[i].right], r->edges.list[i].right);
        assert_int_equal(resolved->edges[i].weight, r->edges.list[i].weight);
    }
}

static void check_partials(const struct reference *r, const struct resolved *resolved)
{
    size_t partials = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        if (!r->skipped[i])
            continue;
        assert_true(partials < resolved->partial_count);
        assert_int_equal(resolved->partials[partials].record, i);
        assert_int_equal(resolved->partials[partials++].types, r->skipped[i]);
    }
    assert_int_equal(resolved->partial_count, partials);
}

static void check(struct reference *r, const struct resolved *resolved)
{
    assert_int_equal(resolved->count, r->count);
    assert_int_equal(resolved->figures.pairs, r->pairs);
    check_edges(r, resolved);
    check_partials(r, resolved);
    qsort(r->generics.list, r->generics.count, sizeof(*r->generics.list), by_key);
    assert_int_equal(resolved->generic_count, r->generics.count);
    for (size_t i = 0; i < r->generics.count; i++)
        assert_int_equal(by_key(&resolved->generic[i], &r->generics.list[i]), 0);
    for (size_t i = 0; i < r->count; i++) {
        assert_int_equal(resolved->records[i], features_record(people[i]));
        assert_int_equal(resolved->records[resolved->clusters[i]], r->clusters[i]);
    }
}

static void test_like_plain_loops(void **state)
{
    (void)state;
    ARENA(work);
    static const struct resolver_settings ways[] = {
        {.threads = 1}, {.threads = 2}, {.threads = 5, .memory = 1}, /* everything is spilled */
    };
    size_t refined = 0, skipped = 0;
    for (size_t i = 0; i < reference.generics.count; i++)
        refined += reference.generics.list[i].refine != 0;
    for (size_t i = 0; i < PEOPLE; i++)
        skipped += reference.skipped[i] != 0;
    printf("%zu pairs, %zu edges, %zu generic keys, %zu with a refine, %zu partial\n",
           reference.pairs, reference.edges.count, reference.generics.count, refined, skipped);
    assert_true(reference.edges.count > 100 && reference.generics.count > 10 && refined > 0 &&
                skipped > 0 && skipped < PEOPLE);
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        struct error err;
        struct resolved resolved;
        struct resolver *resolver = add_all(work, &ways[i]);
        if (!resolver_run(resolver, &resolved, &err))
            fail_msg("%s", err.text);
        check(&reference, &resolved);
        assert_int_equal(resolved.figures.spilled > 0, ways[i].memory != 0);
    }
}

static bool check_run(void *context, const struct resolver_posting *run, size_t count,
                      struct error *err)
{
    struct resolver_posting *last = context;
    (void)err;
    for (size_t i = 0; i < count; i++) {
        if (last->key > run[i].key || (last->key == run[i].key && last->refine > run[i].refine))
            fail_msg("postings out of order");
        if (last->key == run[i].key && last->refine == run[i].refine)
            assert_true(last->record < run[i].record);
        *last = run[i];
    }
    return true;
}

struct counted {
    const struct reference *reference;
    size_t keys;
};

static bool count_run(void *context, const struct resolver_posting *run, size_t count,
                      struct error *err)
{
    struct counted *counted = context;
    (void)err;
    for (size_t i = 0; i < count; i++)
        assert_true(holds(counted->reference, run[i].record, run[i].key, &run[i].refine));
    counted->keys += count;
    return true;
}

static void test_postings(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    struct resolver_posting last = {.key = INT64_MIN, .refine = INT32_MIN};
    struct counted counted = {.reference = &reference};
    size_t keys = 0;
    for (size_t i = 0; i < PEOPLE; i++)
        keys += reference.key_count[i];
    struct resolver *resolver = add_all(work, &(struct resolver_settings){.threads = 2});
    assert_true(resolver_postings(resolver, check_run, &last, &err));
    assert_true(resolver_postings(resolver, count_run, &counted, &err));
    assert_int_equal(counted.keys, keys);
}

static void count_pair(void *context, unsigned thread, const struct resolver_pair *pair,
                       const struct generic_keys *generic)
{
    size_t *pairs = context;
    assert_true(features_record(pair->left) < features_record(pair->right));
    assert_true(generic->keys.count > 0);
    pairs[thread]++;
}

static void test_pairs(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    size_t pairs[3] = {0};
    struct resolver *resolver = add_all(work, &(struct resolver_settings){.threads = 3});
    assert_true(resolver_pairs(resolver, count_pair, pairs, &err));
    assert_int_equal(pairs[0] + pairs[1] + pairs[2], reference.pairs);
}

static void test_rivals(void **state)
{
    (void)state;
    ARENA(work);
    struct resolved resolved;
    struct error err;
    struct resolver *resolver = add_all(work, &(struct resolver_settings){0});
    assert_true(resolver_run(resolver, &resolved, &err));
    size_t with = 0;
    for (uint32_t i = 0; i < PEOPLE; i++) {
        int32_t best = INT32_MIN;
        for (size_t e = 0; e < resolved.edge_count; e++) {
            const struct resolver_edge *edge = &resolved.edges[e];
            if ((edge->left == i || edge->right == i) && edge->weight > best &&
                resolved.clusters[edge->left] != resolved.clusters[edge->right])
                best = edge->weight;
        }
        assert_int_equal(best == INT32_MIN, resolved.rivals[i] == RESOLVER_NO_EDGE);
        if (best != INT32_MIN)
            assert_int_equal(resolved.edges[resolved.rivals[i]].weight, best);
        with += best != INT32_MIN;
    }
    assert_true(with > 0);
}

static void test_few(void **state)
{
    (void)state;
    ARENA(work);
    struct resolved resolved;
    struct error err;
    struct resolver *resolver = resolver_new(work, model, &(struct resolver_settings){0});
    assert_true(resolver_run(resolver, &resolved, &err));
    assert_int_equal(resolved.count, 0);
    resolver = resolver_new(work, model, &(struct resolver_settings){0});
    assert_false(resolver_add(resolver, 1, (struct slice){"nonsense", 8}, &err));
    const struct features *ann = person(work, model, 1, "name.given=Ann");
    assert_true(resolver_add(resolver, 1, features_pack(work, ann), &err));
    assert_true(resolver_run(resolver, &resolved, &err));
    assert_int_equal(resolved.count, 1);
    assert_int_equal(resolved.clusters[0], 0);
}

static void test_no_scratch(void **state)
{
    (void)state;
    ARENA(work);
    struct resolved resolved;
    struct error err;
    struct resolver *resolver =
        resolver_new(work, model, &(struct resolver_settings){.scratch = "/nowhere/at/all"});
    assert_false(resolver_run(resolver, &resolved, &err));
    assert_int_equal(err.kind, ERROR_RETRY);
    assert_string_equal(err.text, "cannot keep interim results in /nowhere/at/all: "
                                  "No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_plain_loops),
        cmocka_unit_test(test_postings),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_rivals),
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_no_scratch),
    };
    process = arena_new();
    model = people_model(process, scratch_file(process, strict));
    seed = people_seed();
    printf("SEED=%llu\n", (unsigned long long)seed);
    make_people(process);
    refer(process, &reference);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(process);
    return failed;
}
