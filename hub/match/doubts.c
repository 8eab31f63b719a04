#include "hub/match/doubts.h"

#include <assert.h>

#include "hub/base/list.h"

/* Three bits: one customer is less than eight times as likely as the other. */
#define MARGIN 3000
#define PRIORITY_OF_SHAPE 10 /* of one customer: it can wait */

struct spot {
    unsigned cluster; /* place in clusters[] */
    int32_t own;      /* the best weight to a record of its own cluster; INT32_MIN: none */
};

struct group {
    int64_t smallest, largest;
    size_t size, matches;
    int32_t best; /* of the questions about it: the place in questions[], or -1 */
};

/* An edge between two clusters, left and right as the edge has them. */
struct question {
    struct match_edge edge;
    unsigned one, other;  /* clusters, one < other */
    unsigned left, right; /* records */
};

struct doubting {
    struct arena *arena;
    const struct model *model;
    unsigned step;
    int32_t match;
    const struct clustered *given;
    struct spot *spots;
    struct group *groups;
    size_t group_count;
    struct {
        struct question *list;
        size_t count, room;
    } questions;
    struct {
        struct doubt *list;
        size_t count, room;
    } doubts;
};

static int by_id(const void *left, const void *right)
{
    const int64_t *l = left, *r = right;
    return (*l > *r) - (*l < *r);
}

static unsigned place_of(const struct clustered *given, int64_t record)
{
    const int64_t *found =
        bsearch(&record, given->records, given->count, sizeof(*given->records), by_id);
    assert(found);
    return (unsigned)(found - given->records);
}

static void find_groups(struct doubting *d)
{
    struct map places = {.arena = d->arena};
    d->spots = NEW_ARRAY(d->arena, struct spot, d->given->count + 1);
    d->groups = NEW_ARRAY(d->arena, struct group, d->given->count + 1);
    for (size_t i = 0; i < d->given->count; i++) {
        uint64_t cluster = (uint64_t)d->given->clusters[i];
        struct group *group = map_get(&places, cluster);
        if (!group) {
            group = &d->groups[d->group_count++];
            *group = (struct group){.smallest = d->given->records[i], .best = -1};
            map_put(&places, cluster, group);
        }
        group->size++;
        group->largest = d->given->records[i];
        d->spots[i] = (struct spot){(unsigned)(group - d->groups), INT32_MIN};
    }
}

static void keep_best(int32_t *best, int32_t weight)
{
    *best = *best > weight ? *best : weight;
}

static void sort_edges(struct doubting *d)
{
    for (size_t i = 0; i < d->given->edge_count; i++) {
        struct match_edge edge = d->given->edges[i];
        unsigned left = place_of(d->given, edge.left), right = place_of(d->given, edge.right);
        unsigned one = d->spots[left].cluster, other = d->spots[right].cluster;
        struct question question = {edge, one < other ? one : other, one < other ? other : one,
                                    left, right};
        if (one != other) {
            LIST_ADD(d->arena, &d->questions, question);
            continue;
        }
        keep_best(&d->spots[left].own, edge.weight);
        keep_best(&d->spots[right].own, edge.weight);
        d->groups[one].matches += edge.weight >= d->match;
    }
}

/* The best first; ties by the records' ids. */
static int by_weight(const void *left, const void *right)
{
    const struct question *l = left, *r = right;
    if (l->edge.weight != r->edge.weight)
        return l->edge.weight > r->edge.weight ? -1 : 1;
    if (l->edge.left != r->edge.left)
        return l->edge.left < r->edge.left ? -1 : 1;
    return (l->edge.right > r->edge.right) - (l->edge.right < r->edge.right);
}

static bool is_torn(const struct doubting *d, unsigned record, int32_t weight)
{
    int32_t own = d->spots[record].own;
    return own != INT32_MIN && own - weight <= MARGIN;
}

static double bits(int32_t weight)
{
    return (double)weight / 1000;
}

static struct doubt doubt_of(const struct doubting *d, const struct question *question)
{
    int32_t weight = question->edge.weight;
    double p = model_probability(d->model, d->step, weight);
    bool left = is_torn(d, question->left, weight), right = is_torn(d, question->right, weight);
    struct doubt doubt = {
        .kind = left || right ? DOUBT_AMBIGUOUS : DOUBT_MATCH,
        .left = question->edge.left,
        .right = question->edge.right,
        .weight = weight,
        .priority = (int32_t)(p * 100),
    };
    if (left || right)
        doubt.words =
            arena_printf(d->arena,
                         "a record fits two customers almost equally well: %+.1f bits "
                         "where it is, %+.1f for the other",
                         bits(d->spots[left ? question->left : question->right].own), bits(weight));
    else
        doubt.words = arena_printf(d->arena, "%s with probability %.2f",
                                   weight >= d->match ? "a match that other evidence contradicts,"
                                                      : "perhaps the same customer,",
                                   p);
    return doubt;
}

/* From the best on: a question is asked where neither customer has one yet. */
static void ask(struct doubting *d)
{
    if (d->questions.count)
        qsort(d->questions.list, d->questions.count, sizeof(*d->questions.list), by_weight);
    for (size_t i = 0; i < d->questions.count; i++) {
        const struct question *question = &d->questions.list[i];
        struct group *one = &d->groups[question->one], *other = &d->groups[question->other];
        if (one->best >= 0 || other->best >= 0)
            continue;
        one->best = other->best = (int32_t)i;
        struct doubt doubt = doubt_of(d, question);
        LIST_ADD(d->arena, &d->doubts, doubt);
    }
}

static void doubt_shape(struct doubting *d, const struct group *group)
{
    size_t pairs = group->size * (group->size - 1) / 2;
    bool oversize = group->size > DOUBTS_OVERSIZE;
    bool loose =
        group->size >= DOUBTS_LOOSE_SIZE && group->matches * 100 < pairs * DOUBTS_LOOSE_PERCENT;
    if (!oversize && !loose)
        return;
    struct doubt doubt = {
        .kind = oversize ? DOUBT_OVERSIZE : DOUBT_LOOSE,
        .left = group->smallest,
        .right = group->largest,
        .priority = PRIORITY_OF_SHAPE,
        .words = oversize
                     ? arena_printf(d->arena, "a customer of %zu records", group->size)
                     : arena_printf(d->arena,
                                    "a customer of %zu records that hang together loosely: %zu of "
                                    "%zu pairs match",
                                    group->size, group->matches, pairs),
    };
    LIST_ADD(d->arena, &d->doubts, doubt);
}

static int by_records(const void *left, const void *right)
{
    const struct doubt *l = left, *r = right;
    if (l->left != r->left)
        return l->left < r->left ? -1 : 1;
    return (l->right > r->right) - (l->right < r->right);
}

const struct doubt *doubts_find(struct arena *arena, const struct model *model, unsigned step,
                                const struct clustered *clustered, size_t *count)
{
    struct doubting d = {.arena = arena,
                         .model = model,
                         .step = step,
                         .match = model_match_weight(model, step),
                         .given = clustered};
    find_groups(&d);
    sort_edges(&d);
    ask(&d);
    for (size_t i = 0; i < d.group_count; i++)
        doubt_shape(&d, &d.groups[i]);
    if (d.doubts.count)
        qsort(d.doubts.list, d.doubts.count, sizeof(*d.doubts.list), by_records);
    *count = d.doubts.count;
    return d.doubts.list;
}

const char *doubt_name(enum doubt_kind kind)
{
    static const char *const names[] = {
        [DOUBT_MATCH] = "possible_match",
        [DOUBT_AMBIGUOUS] = "ambiguous",
        [DOUBT_OVERSIZE] = "oversize",
        [DOUBT_LOOSE] = "loose",
    };
    return names[kind];
}
