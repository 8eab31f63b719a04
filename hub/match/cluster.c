#include "hub/match/compare.h"

#include "hub/base/hash.h"

/* Of each side of a join, so many records (the smallest ids) are looked at for
 * conflicts. */
#define WITNESSES 8
/* One customer seldom has so many records: beyond, disagreement counts where it
 * outnumbers agreement. */
#define LARGE 16

struct group {
    unsigned parent; /* union-find: another node, or itself */
    unsigned size;
    enum kind kind;
    unsigned suffix;
    int64_t smallest;
    unsigned witnesses[WITNESSES]; /* nodes by ascending id */
    unsigned witness_count;
    /* Nodes with verified identifiers, as a list through verified_next. */
    int verified_first, verified_last;
};

struct clustering {
    const struct model *model;
    const struct features *const *nodes;
    struct group *groups;
    int *verified_next;
    struct map by_id;                      /* node index + 1, by record id */
    struct map matched;                    /* pairs with an edge, by both ids */
    struct map apart;                      /* pairs of groups that stay apart, by their smallest ids
                         and joint size */
    const struct match_listener *listener; /* or NULL */
};

static uint64_t pair_id(int64_t a, int64_t b)
{
    return a < b ? hash64_mix((uint64_t)a, (uint64_t)b) : hash64_mix((uint64_t)b, (uint64_t)a);
}

static unsigned find(struct clustering *c, unsigned node)
{
    while (c->groups[node].parent != node)
        node = c->groups[node].parent = c->groups[c->groups[node].parent].parent;
    return node;
}

static bool has_verified(const struct features *features)
{
    for (unsigned i = 0; i < term_count(features, SLOT_IDENTIFIER); i++)
        if (term_at(features, SLOT_IDENTIFIER, i)->flags & TERM_VERIFIED)
            return true;
    return false;
}

static void start(struct clustering *c, unsigned node)
{
    const struct features *features = c->nodes[node];
    int verified = has_verified(features) ? (int)node : -1;
    c->groups[node] = (struct group){
        .parent = node,
        .size = 1,
        .kind = features->kind,
        .suffix = features->suffix,
        .smallest = features->record,
        .witnesses = {node},
        .witness_count = 1,
        .verified_first = verified,
        .verified_last = verified,
    };
    c->verified_next[node] = -1;
}

static bool is_vetoed(const struct clustering *c, const struct group *a, const struct group *b)
{
    if ((a->kind && b->kind && a->kind != b->kind) ||
        (a->suffix && b->suffix && a->suffix != b->suffix))
        return true;
    for (int i = a->verified_first; i >= 0; i = c->verified_next[i])
        for (int j = b->verified_first; j >= 0; j = c->verified_next[j])
            if (compare_veto(c->nodes[i], c->nodes[j]))
                return true;
    return false;
}

/* Elements of which a person has one: what levels agree, and from which on it is plain
 * disagreement.  Surnames change, but not in most records of many. */
static const struct {
    enum comparison comparison;
    int agree_most, disagree;
    bool large_only;
} singles[] = {
    {COMPARE_GIVEN, GIVEN_NEAR, GIVEN_ANOTHER, false},
    {COMPARE_BIRTH_DATE, BIRTH_NEAR, BIRTH_DIFFERENT, false},
    {COMPARE_IDENTIFIER, IDENTIFIER_NEAR, IDENTIFIER_DIFFERENT, false},
    {COMPARE_FAMILY, FAMILY_NEAR, FAMILY_DIFFERENT, true},
};

/* What the witnesses of two groups say of each other. */
struct testimony {
    bool veto;
    unsigned matches, conflicts;
    unsigned agree[COUNT_OF(singles)], disagree[COUNT_OF(singles)];
};

/* "B" may well be Robert. */
static bool has_initial(const struct comparing *pair)
{
    const struct comparison_found *given = &pair->found[COMPARE_GIVEN];
    return term_at(pair->left, SLOT_GIVEN, given->left)->size == 1 ||
           term_at(pair->right, SLOT_GIVEN, given->right)->size == 1;
}

static void hear(const struct clustering *c, const struct features *left,
                 const struct features *right, struct testimony *testimony)
{
    struct comparing pair = compare_all(c->model, NULL, left, right);
    bool matched = map_get(&c->matched, pair_id(left->record, right->record)) != NULL;
    testimony->veto = testimony->veto || pair.veto;
    testimony->matches += matched;
    testimony->conflicts += !matched && comparing_judge(&pair).weight <= c->model->conflict;
    for (size_t i = 0; i < COUNT_OF(singles); i++) {
        int level = pair.found[singles[i].comparison].level;
        if (level == LEVEL_MISSING)
            continue;
        bool disagree = level >= singles[i].disagree && !(i == 0 && has_initial(&pair));
        testimony->agree[i] += level <= singles[i].agree_most || (matched && disagree);
        testimony->disagree[i] += !matched && disagree;
    }
}

/* Do all disagree who state an element?  Of a large group some agree by chance:
 * then, do more disagree? */
static bool is_divided(const struct testimony *testimony, size_t single, bool large)
{
    unsigned agree = testimony->agree[single], disagree = testimony->disagree[single];
    if (large)
        return disagree > agree;
    return disagree && !agree && !singles[single].large_only;
}

/*
 * One record in the middle can look like two different people, mostly one that
 * lacks what tells them apart.  Two groups stay apart where more of their
 * records contradict each other than match, or where they are divided about a
 * given name, birth date or identifier.  Records that differ by a little each
 * would otherwise make one customer of thousands.
 */
static void judge_bridge(const struct clustering *c, const struct group *a, const struct group *b,
                         struct match_join *join)
{
    struct testimony testimony = {.matches = 0};
    for (unsigned i = 0; i < a->witness_count; i++)
        for (unsigned j = 0; j < b->witness_count; j++)
            hear(c, c->nodes[a->witnesses[i]], c->nodes[b->witnesses[j]], &testimony);
    join->matches = testimony.matches;
    join->conflicts = testimony.conflicts;
    if (testimony.conflicts > testimony.matches)
        join->verdict = JOIN_CONTRADICTED;
    for (size_t i = 0; i < COUNT_OF(singles) && !join->element; i++)
        if (is_divided(&testimony, i, a->size + b->size > LARGE)) {
            join->verdict = JOIN_DIVIDED;
            join->element = comparisons[singles[i].comparison].name;
        }
    if (testimony.veto)
        join->verdict = JOIN_VETOED;
}

static void merge_witnesses(const struct clustering *c, struct group *into,
                            const struct group *from)
{
    unsigned merged[WITNESSES], i = 0, j = 0, count = 0;
    while (count < WITNESSES && (i < into->witness_count || j < from->witness_count)) {
        bool first = j == from->witness_count ||
                     (i < into->witness_count &&
                      c->nodes[into->witnesses[i]]->record < c->nodes[from->witnesses[j]]->record);
        merged[count++] = first ? into->witnesses[i++] : from->witnesses[j++];
    }
    memcpy(into->witnesses, merged, count * sizeof(merged[0]));
    into->witness_count = count;
}

static void join(struct clustering *c, unsigned left, unsigned right)
{
    bool turn = c->groups[left].size < c->groups[right].size;
    struct group *into = &c->groups[turn ? right : left], *from = &c->groups[turn ? left : right];
    from->parent = turn ? right : left;
    into->size += from->size;
    into->kind = into->kind ? into->kind : from->kind;
    into->suffix = into->suffix ? into->suffix : from->suffix;
    into->smallest = into->smallest < from->smallest ? into->smallest : from->smallest;
    merge_witnesses(c, into, from);
    if (into->verified_first < 0)
        into->verified_first = from->verified_first;
    else if (from->verified_first >= 0)
        c->verified_next[into->verified_last] = from->verified_first;
    if (from->verified_last >= 0)
        into->verified_last = from->verified_last;
}

static int by_weight(const void *left, const void *right)
{
    const struct match_edge *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return (a->right > b->right) - (a->right < b->right);
}

static const struct match_edge *sorted(struct arena *arena, const struct match_graph *graph,
                                       int32_t match_weight, size_t *count)
{
    struct match_edge *kept = NEW_ARRAY(arena, struct match_edge, graph->edge_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < graph->edge_count; i++)
        if (graph->edges[i].weight >= match_weight)
            kept[n++] = graph->edges[i];
    qsort(kept, n, sizeof(*kept), by_weight);
    *count = n;
    return kept;
}

static void take_edge(struct clustering *c, const struct match_edge *edge)
{
    const unsigned *l = map_get(&c->by_id, (uint64_t)edge->left);
    const unsigned *r = map_get(&c->by_id, (uint64_t)edge->right);
    if (!l || !r)
        return;
    unsigned left = find(c, *l), right = find(c, *r);
    if (left == right)
        return;
    struct group *a = &c->groups[left], *b = &c->groups[right];
    uint64_t both = hash64_mix(pair_id(a->smallest, b->smallest), a->size + b->size);
    if (map_get(&c->apart, both))
        return; /* neither has grown since */
    struct match_join decision = {
        .edge = *edge,
        .left = a->smallest,
        .right = b->smallest,
        .left_size = a->size,
        .right_size = b->size,
    };
    if (is_vetoed(c, a, b))
        decision.verdict = JOIN_VETOED;
    else if (a->size + b->size > 2)
        judge_bridge(c, a, b, &decision);
    if (c->listener)
        c->listener->told(c->listener->to, &decision);
    if (decision.verdict == JOIN_MADE)
        join(c, left, right);
    else
        map_put(&c->apart, both, c);
}

void cluster_records(struct arena *arena, const struct model *model,
                     const struct match_graph *graph, int32_t match_weight, int64_t *clusters)
{
    cluster_telling(arena, model, graph, match_weight, clusters, NULL);
}

void cluster_telling(struct arena *arena, const struct model *model,
                     const struct match_graph *graph, int32_t match_weight, int64_t *clusters,
                     const struct match_listener *listener)
{
    size_t count = graph->node_count, edge_count;
    struct clustering c = {
        .model = model,
        .nodes = graph->nodes,
        .groups = NEW_ARRAY(arena, struct group, count + 1),
        .verified_next = NEW_ARRAY(arena, int, count + 1),
        .by_id = {.arena = arena},
        .matched = {.arena = arena},
        .apart = {.arena = arena},
        .listener = listener,
    };
    unsigned *indices = NEW_ARRAY(arena, unsigned, count + 1);
    for (unsigned i = 0; i < count; i++) {
        indices[i] = i;
        map_put(&c.by_id, (uint64_t)c.nodes[i]->record, &indices[i]);
        start(&c, i);
    }
    const struct match_edge *edges = sorted(arena, graph, match_weight, &edge_count);
    for (size_t i = 0; i < edge_count; i++)
        map_put(&c.matched, pair_id(edges[i].left, edges[i].right), &c);
    for (size_t i = 0; i < edge_count; i++)
        take_edge(&c, &edges[i]);
    for (unsigned i = 0; i < count; i++)
        clusters[i] = c.groups[find(&c, i)].smallest;
}
