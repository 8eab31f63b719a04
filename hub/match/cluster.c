#include "hub/match/compare.h"

#include "hub/base/hash.h"

/* Of each side of a join, so many records (the smallest ids) are looked at for
 * conflicts. */
#define WITNESSES 8
/* One customer seldom has so many records: beyond, disagreement counts where it
 * outnumbers agreement. */
#define LARGE 16

/* Nodes are numbered by ascending record id, so that order among them is order among ids. */
struct group {
    unsigned parent; /* union-find: another node, or itself */
    unsigned size;
    enum kind kind;
    unsigned suffix;
    unsigned smallest;
    unsigned witnesses[WITNESSES]; /* ascending */
    unsigned witness_count;
    /* Nodes with verified identifiers, as a list through verified_next. */
    int verified_first, verified_last;
};

/* An edge between nodes, left < right. */
struct link {
    unsigned left, right;
    int32_t weight;
    bool decided; /* they are the same because a steward says so */
};

struct links {
    struct link *list;
    size_t count;
};

struct clustering {
    const struct model *model;
    size_t count;
    const struct features **nodes;
    struct group *groups;
    int *verified_next;
    struct links edges; /* in the end by weight, ties by ids */
    struct links apart; /* pairs that a steward says are not the same */
    /* The nodes that each has an edge to, ascending: neighbours[first[i]] .. [first[i + 1] - 1]. */
    unsigned *first, *neighbours;
    struct map
        refused; /* pairs of groups that stay apart, by their smallest nodes and joint size */
    const struct match_listener *listener; /* or NULL */
};

static unsigned find(struct clustering *c, unsigned node)
{
    while (c->groups[node].parent != node)
        node = c->groups[node].parent = c->groups[c->groups[node].parent].parent;
    return node;
}

/* Where `wanted` stands in an ascending list, or `count`. */
static size_t place_of(const unsigned *list, size_t count, unsigned wanted)
{
    size_t from = 0, to = count;
    while (from < to) {
        size_t middle = (from + to) / 2;
        if (list[middle] < wanted)
            from = middle + 1;
        else
            to = middle;
    }
    return from < count && list[from] == wanted ? from : count;
}

static bool is_matched(const struct clustering *c, unsigned left, unsigned right)
{
    const unsigned *list = c->neighbours + c->first[left];
    size_t count = c->first[left + 1] - c->first[left];
    return place_of(list, count, right) < count;
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
        .smallest = node,
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

#define SINGLE_GIVEN 0
#define SINGLE_IDENTIFIER 2

/* Elements of which a person has one: what levels agree, and from which on it is plain
 * disagreement.  Surnames change, but not in most records of many. */
static const struct {
    enum comparison comparison;
    int agree_most, disagree;
    bool large_only;
} singles[] = {
    [SINGLE_GIVEN] = {COMPARE_GIVEN, GIVEN_NEAR, GIVEN_ANOTHER, false},
    {COMPARE_BIRTH_DATE, BIRTH_NEAR, BIRTH_DIFFERENT, false},
    [SINGLE_IDENTIFIER] = {COMPARE_IDENTIFIER, IDENTIFIER_NEAR, IDENTIFIER_DIFFERENT, false},
    {COMPARE_FAMILY, FAMILY_NEAR, FAMILY_DIFFERENT, true},
};

/* What the witnesses of two groups say of each other. */
struct testimony {
    bool veto;
    unsigned matches, conflicts;
    unsigned agree[COUNT_OF(singles)], disagree[COUNT_OF(singles)];
    unsigned identified; /* matched by an identifier that a person has one of */
};

/* "B" may well be Robert. */
static bool has_initial(const struct comparing *pair)
{
    const struct comparison_found *given = &pair->found[COMPARE_GIVEN];
    return term_at(pair->left, SLOT_GIVEN, given->left)->size == 1 ||
           term_at(pair->right, SLOT_GIVEN, given->right)->size == 1;
}

/* Do these two disagree about it? */
static bool is_against(const struct comparing *pair, size_t single)
{
    return pair->found[singles[single].comparison].level >= singles[single].disagree &&
           !(single == SINGLE_GIVEN && has_initial(pair));
}

static bool is_for(const struct comparing *pair, size_t single)
{
    int level = pair->found[singles[single].comparison].level;
    return level != LEVEL_MISSING && level <= singles[single].agree_most;
}

static void hear_others(const struct clustering *c, unsigned left, unsigned right,
                        struct testimony *testimony)
{
    struct comparing pair = compare_all(c->model, NULL, c->nodes[left], c->nodes[right]);
    testimony->veto = testimony->veto || pair.veto;
    testimony->conflicts += comparing_judge(&pair).weight <= c->model->conflict;
    for (size_t i = 0; i < COUNT_OF(singles); i++) {
        testimony->agree[i] += is_for(&pair, i);
        testimony->disagree[i] += is_against(&pair, i);
    }
}

/* Who match agree also where they differ. */
static void hear_matched(const struct clustering *c, unsigned left, unsigned right,
                         struct testimony *testimony)
{
    struct comparing pair = compare_all(c->model, NULL, c->nodes[left], c->nodes[right]);
    for (size_t i = 0; i < COUNT_OF(singles); i++)
        testimony->agree[i] += pair.found[singles[i].comparison].level != LEVEL_MISSING &&
                               !(i == SINGLE_GIVEN && has_initial(&pair));
    testimony->identified += pair.found[COMPARE_IDENTIFIER].level == IDENTIFIER_EXACT;
}

/* Only where some disagree does it matter what those say who match. */
static void hear(const struct clustering *c, const struct group *a, const struct group *b,
                 struct testimony *testimony)
{
    bool matched[WITNESSES][WITNESSES];
    for (unsigned i = 0; i < a->witness_count; i++)
        for (unsigned j = 0; j < b->witness_count; j++) {
            matched[i][j] = is_matched(c, a->witnesses[i], b->witnesses[j]);
            testimony->matches += matched[i][j];
            if (!matched[i][j])
                hear_others(c, a->witnesses[i], b->witnesses[j], testimony);
        }
    bool disagree = false;
    for (size_t i = 0; i < COUNT_OF(singles); i++)
        disagree = disagree || testimony->disagree[i];
    for (unsigned i = 0; disagree && i < a->witness_count; i++)
        for (unsigned j = 0; j < b->witness_count; j++)
            if (matched[i][j])
                hear_matched(c, a->witnesses[i], b->witnesses[j], testimony);
}

/* Do all disagree who state an element?  Of a large group some agree by chance:
 * then, do more disagree?  Where more have the identifier of one person in
 * common, a wrong name or date is a mistake. */
static bool is_divided(const struct testimony *testimony, size_t single, bool large)
{
    unsigned agree = testimony->agree[single], disagree = testimony->disagree[single];
    if (large)
        return disagree > agree;
    return disagree && !agree && !singles[single].large_only &&
           testimony->identified <= testimony->disagree[SINGLE_IDENTIFIER];
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
    hear(c, a, b, &testimony);
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

static void merge_witnesses(struct group *into, const struct group *from)
{
    unsigned merged[WITNESSES], i = 0, j = 0, count = 0;
    while (count < WITNESSES && (i < into->witness_count || j < from->witness_count)) {
        bool first = j == from->witness_count ||
                     (i < into->witness_count && into->witnesses[i] < from->witnesses[j]);
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
    merge_witnesses(into, from);
    if (into->verified_first < 0)
        into->verified_first = from->verified_first;
    else if (from->verified_first >= 0)
        c->verified_next[into->verified_last] = from->verified_first;
    if (from->verified_last >= 0)
        into->verified_last = from->verified_last;
}

/* Do stewards say of some of the one and some of the other that they are not the same? */
static bool is_forbidden(struct clustering *c, unsigned left, unsigned right)
{
    for (size_t i = 0; i < c->apart.count; i++) {
        unsigned one = find(c, c->apart.list[i].left), other = find(c, c->apart.list[i].right);
        if ((one == left && other == right) || (one == right && other == left))
            return true;
    }
    return false;
}

static void decide(struct clustering *c, const struct link *edge, struct match_join *join)
{
    unsigned left = find(c, edge->left), right = find(c, edge->right);
    const struct group *a = &c->groups[left], *b = &c->groups[right];
    if (is_forbidden(c, left, right))
        join->verdict = JOIN_FORBIDDEN;
    else if (edge->decided)
        join->verdict = JOIN_MADE;
    else if (is_vetoed(c, a, b))
        join->verdict = JOIN_VETOED;
    else if (a->size + b->size > 2)
        judge_bridge(c, a, b, join);
}

static void take_edge(struct clustering *c, const struct link *edge)
{
    unsigned left = find(c, edge->left), right = find(c, edge->right);
    if (left == right)
        return;
    const struct group *a = &c->groups[left], *b = &c->groups[right];
    unsigned least = a->smallest < b->smallest ? a->smallest : b->smallest;
    uint64_t both =
        hash64_mix((uint64_t)least << 32 | (a->smallest ^ b->smallest ^ least), a->size + b->size);
    if (map_get(&c->refused, both))
        return; /* neither has grown since */
    struct match_join decision = {
        .edge = {c->nodes[edge->left]->record, c->nodes[edge->right]->record, edge->weight},
        .left = c->nodes[a->smallest]->record,
        .right = c->nodes[b->smallest]->record,
        .left_size = a->size,
        .right_size = b->size,
    };
    decide(c, edge, &decision);
    if (c->listener)
        c->listener->told(c->listener->to, &decision);
    if (decision.verdict == JOIN_MADE)
        join(c, left, right);
    else
        map_put(&c->refused, both, c);
}

static int by_record(const void *left, const void *right)
{
    const struct features *const *a = left, *const *b = right;
    return ((*a)->record > (*b)->record) - ((*a)->record < (*b)->record);
}

static void number_nodes(struct clustering *c, struct arena *arena, const struct match_graph *graph)
{
    bool ascending = true;
    for (size_t i = 0; i < c->count; i++) {
        c->nodes[i] = graph->nodes[i];
        ascending = ascending && (!i || c->nodes[i]->record > c->nodes[i - 1]->record);
    }
    if (!ascending)
        qsort(c->nodes, c->count, sizeof(const struct features *), by_record);
    c->groups = NEW_ARRAY(arena, struct group, c->count + 1);
    c->verified_next = NEW_ARRAY(arena, int, c->count + 1);
    for (unsigned i = 0; i < c->count; i++)
        start(c, i);
}

/* The node of a record; false when there is none. */
static bool number_of(const struct clustering *c, int64_t record, unsigned *node)
{
    size_t from = 0, to = c->count;
    while (from < to) {
        size_t middle = (from + to) / 2;
        if (c->nodes[middle]->record < record)
            from = middle + 1;
        else
            to = middle;
    }
    *node = (unsigned)from;
    return from < c->count && c->nodes[from]->record == record;
}

static void add_link(const struct clustering *c, struct links *links, int64_t left, int64_t right,
                     struct link link)
{
    unsigned one, other;
    if (!number_of(c, left, &one) || !number_of(c, right, &other) || one == other)
        return;
    link.left = one < other ? one : other;
    link.right = one < other ? other : one;
    links->list[links->count++] = link;
}

static int by_ends(const void *left, const void *right)
{
    const struct link *a = left, *b = right;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return (a->right > b->right) - (a->right < b->right);
}

/* What is decided comes first. */
static int by_weight(const void *left, const void *right)
{
    const struct link *a = left, *b = right;
    if (a->decided != b->decided)
        return a->decided ? -1 : 1;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return by_ends(a, b);
}

static void list_edges(struct clustering *c, struct arena *arena, const struct match_graph *graph,
                       int32_t match_weight)
{
    struct links *edges = &c->edges, *apart = &c->apart;
    edges->list = NEW_ARRAY(arena, struct link, graph->edge_count + graph->decision_count + 1);
    apart->list = NEW_ARRAY(arena, struct link, graph->decision_count + 1);
    for (size_t i = 0; i < graph->edge_count; i++) {
        const struct match_edge *edge = &graph->edges[i];
        if (edge->weight >= match_weight)
            add_link(c, edges, edge->left, edge->right, (struct link){.weight = edge->weight});
    }
    for (size_t i = 0; i < graph->decision_count; i++) {
        const struct match_decision *decision = &graph->decisions[i];
        add_link(c, decision->same ? edges : apart, decision->left, decision->right,
                 (struct link){.decided = true});
    }
    bool ascending = true;
    for (size_t i = 1; i < edges->count; i++)
        ascending = ascending && by_ends(&edges->list[i - 1], &edges->list[i]) < 0;
    if (!ascending)
        qsort(edges->list, edges->count, sizeof(*edges->list), by_ends);
}

/* The edges stand by their ends, so the neighbours of each come in ascending order. */
static void list_neighbours(struct clustering *c, struct arena *arena)
{
    unsigned *first = c->first = NEW_ARRAY(arena, unsigned, c->count + 2);
    c->neighbours = NEW_ARRAY(arena, unsigned, 2 * c->edges.count + 1);
    for (size_t i = 0; i < c->edges.count; i++) {
        first[c->edges.list[i].left + 1]++;
        first[c->edges.list[i].right + 1]++;
    }
    for (size_t i = 0; i < c->count; i++)
        first[i + 1] += first[i];
    unsigned *next = NEW_ARRAY(arena, unsigned, c->count + 1);
    memcpy(next, first, c->count * sizeof(*next));
    for (size_t i = 0; i < c->edges.count; i++) {
        const struct link *edge = &c->edges.list[i];
        c->neighbours[next[edge->left]++] = edge->right;
        c->neighbours[next[edge->right]++] = edge->left;
    }
}

void cluster_telling(struct arena *arena, const struct model *model,
                     const struct match_graph *graph, int32_t match_weight, int64_t *clusters,
                     const struct match_listener *listener)
{
    struct clustering c = {
        .model = model,
        .count = graph->node_count,
        .nodes = NEW_ARRAY(arena, const struct features *, graph->node_count + 1),
        .refused = {.arena = arena},
        .listener = listener,
    };
    number_nodes(&c, arena, graph);
    list_edges(&c, arena, graph, match_weight);
    list_neighbours(&c, arena);
    if (c.edges.count)
        qsort(c.edges.list, c.edges.count, sizeof(*c.edges.list), by_weight);
    for (size_t i = 0; i < c.edges.count; i++)
        take_edge(&c, &c.edges.list[i]);
    for (size_t i = 0; i < c.count; i++) {
        unsigned node;
        (void)number_of(&c, graph->nodes[i]->record, &node);
        clusters[i] = c.nodes[c.groups[find(&c, node)].smallest]->record;
    }
}

void cluster_records(struct arena *arena, const struct model *model,
                     const struct match_graph *graph, int32_t match_weight, int64_t *clusters)
{
    cluster_telling(arena, model, graph, match_weight, clusters, NULL);
}
