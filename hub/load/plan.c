#include "hub/load/plan.h"

#include "hub/base/hash.h"

#define USUAL 20000       /* records of a transaction; */
#define CHANGED 5         /* a fifth of it where they were somebody's, for much is looked up then */
#define PORTIONS_MOST 300 /* of records that are new: each has a file open */

struct planning {
    const struct whole *whole;
    uint32_t *parent;
    unsigned char *dirty; /* by root */
};

static uint32_t root_of(uint32_t *parent, uint32_t place)
{
    while (parent[place] != place) {
        parent[place] = parent[parent[place]];
        place = parent[place];
    }
    return place;
}

/* The smallest place is the root. */
static void unite(const struct planning *p, uint32_t one, uint32_t other)
{
    one = root_of(p->parent, one);
    other = root_of(p->parent, other);
    p->parent[one > other ? one : other] = one > other ? other : one;
}

static void unite_edges(const struct planning *p, const struct resolver_edge *edges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        unite(p, edges[i].left, edges[i].right);
}

static void soil(const struct planning *p, uint32_t place)
{
    p->dirty[root_of(p->parent, place)] = 1;
}

/* The first record of each customer, by an open hash. */
struct owners {
    uint32_t *slots;
    size_t room; /* a power of two */
};

static uint32_t *owner_slot(const struct owners *owners, const struct whole *whole, uint32_t place)
{
    size_t at = hash64(whole->before[place].bytes, sizeof(struct uuid)) & (owners->room - 1);
    while (owners->slots[at] != NO_PLACE &&
           uuid_compare(whole->before[owners->slots[at]], whole->before[place]) != 0)
        at = (at + 1) & (owners->room - 1);
    return &owners->slots[at];
}

/* What was one customer is one component. */
static struct owners unite_customers(struct arena *arena, const struct planning *p)
{
    const struct whole *whole = p->whole;
    struct owners owners = {.room = 16};
    while (owners.room < (whole->linked + whole->gone.count) * 2)
        owners.room *= 2;
    owners.slots = NEW_ARRAY(arena, uint32_t, owners.room);
    memset(owners.slots, 0xff, owners.room * sizeof(uint32_t));
    for (uint32_t i = 0; i < whole->count; i++) {
        if (uuid_is_nil(whole->before[i]))
            continue;
        uint32_t *slot = owner_slot(&owners, whole, i);
        if (*slot == NO_PLACE)
            *slot = i;
        else
            unite(p, *slot, i);
    }
    return owners;
}

/* Same customer and same cluster must mean the same; and what jobs ask for may be anything. */
static void compare_records_of(const struct planning *p, const struct owners *owners)
{
    const struct whole *whole = p->whole;
    for (uint32_t i = 0; i < whole->count; i++) {
        uint32_t cluster = whole_cluster(whole, i);
        bool was = !uuid_is_nil(whole->before[i]), is = cluster != NO_PLACE;
        if ((whole->marks[i] & MARK_JOB) || was != is)
            soil(p, i);
        if (was && is &&
            (whole_cluster(whole, *owner_slot(owners, whole, i)) != cluster ||
             uuid_compare(whole->before[cluster], whole->before[i]) != 0))
            soil(p, i);
    }
}

static int ends_order(const struct resolver_edge *l, const struct resolver_edge *r)
{
    if (l->left != r->left)
        return l->left < r->left ? -1 : 1;
    return (l->right > r->right) - (l->right < r->right);
}

static void compare_edges(const struct planning *p)
{
    const struct whole *whole = p->whole;
    const struct resolved *now = &whole->now;
    for (size_t f = 0, s = 0; f < now->edge_count || s < whole->edges.count;) {
        const struct resolver_edge *found = &now->edges[f], *stored = &whole->edges.list[s];
        int order = f == now->edge_count      ? 1
                    : s == whole->edges.count ? -1
                                              : ends_order(found, stored);
        if (order != 0 || found->weight != stored->weight)
            soil(p, order > 0 ? stored->left : found->left);
        f += order <= 0;
        s += order >= 0;
    }
}

/* Where another step holds than before, pairs between the thresholds are told otherwise. */
static void compare_step(const struct planning *p)
{
    const struct whole *whole = p->whole;
    int32_t before = model_match_weight(whole->hub.model, whole->step);
    int32_t now = whole->now.match_weight;
    for (size_t i = 0; i < whole->now.edge_count; i++) {
        const struct resolver_edge *edge = &whole->now.edges[i];
        if ((edge->weight < before) != (edge->weight < now))
            soil(p, edge->left);
    }
}

/* Where the edges of each left end begin, in a list that is in their order. */
static uint32_t *index_edges(struct arena *arena, size_t places, const struct resolver_edge *edges,
                             size_t count)
{
    uint32_t *first = NEW_ARRAY(arena, uint32_t, places + 1);
    for (size_t place = 0, e = 0; place <= places; place++) {
        first[place] = (uint32_t)e;
        while (e < count && edges[e].left == place)
            e++;
    }
    return first;
}

/* A portion that is being filled, one of each sort. */
struct filling {
    uint32_t portion;
    size_t count, enough;
};

static uint32_t fill(struct plan *plan, struct filling *filling, size_t size, bool untold)
{
    if (filling->portion == NO_PORTION || filling->count + size > filling->enough) {
        filling->portion = (uint32_t)plan->count++;
        filling->count = 0;
        plan->portions[filling->portion].untold = untold;
        plan->portions[filling->portion].bin = plan->bins;
        plan->bins += untold;
    }
    filling->count += size;
    plan->portions[filling->portion].count += size;
    return filling->portion;
}

/* How many records each root has; and whether anybody had any of them. */
static uint32_t *measure(struct arena *arena, const struct planning *p, unsigned char *had)
{
    const struct whole *whole = p->whole;
    uint32_t *sizes = NEW_ARRAY(arena, uint32_t, whole->count + 1);
    for (uint32_t i = 0; i < whole->count; i++) {
        uint32_t root = root_of(p->parent, i);
        sizes[root]++;
        had[root] |= !uuid_is_nil(whole->before[i]) || (whole->marks[i] & MARK_OLD) ||
                     whole_cluster(whole, i) == NO_PLACE;
    }
    return sizes;
}

/* Whole components into portions, by their smallest places. */
static void divide(struct arena *arena, const struct planning *p, struct plan *plan)
{
    ARENA(scratch);
    const struct whole *whole = p->whole;
    unsigned char *had = NEW_ARRAY(scratch, unsigned char, whole->count + 1);
    const uint32_t *sizes = measure(scratch, p, had);
    size_t usual = whole->settings->portion ? whole->settings->portion : USUAL;
    size_t least = whole->count / PORTIONS_MOST;
    struct filling untold = {NO_PORTION, 0, usual > least ? usual : least},
                   changed = {NO_PORTION, 0, usual / CHANGED + 1};
    /* Of two that follow each other, the first is full with what the second begins with. */
    plan->portions = NEW_ARRAY(arena, struct portion, whole->count / changed.enough * 2 + 4);
    for (uint32_t i = 0; i < whole->count; i++) {
        uint32_t root = root_of(p->parent, i);
        if (root != i) /* which comes before */
            plan->portion_of[i] = plan->portion_of[root];
        else if (p->dirty[i])
            plan->portion_of[i] = fill(plan, had[i] ? &changed : &untold, sizes[i], !had[i]);
        else
            plan->portion_of[i] = NO_PORTION;
    }
}

static void list_places(struct arena *arena, struct plan *plan)
{
    ARENA(scratch);
    size_t all = 0;
    uint32_t **ends = NEW_ARRAY(scratch, uint32_t *, plan->count + 1);
    for (size_t i = 0; i < plan->count; i++)
        all += plan->portions[i].count;
    uint32_t *places = NEW_ARRAY(arena, uint32_t, all + 1);
    for (size_t i = 0; i < plan->count; i++) {
        plan->portions[i].places = ends[i] = places;
        places += plan->portions[i].count;
    }
    for (uint32_t i = 0; i < plan->whole->count; i++)
        if (plan->portion_of[i] != NO_PORTION)
            *ends[plan->portion_of[i]]++ = i;
}

void plan_make(struct arena *arena, const struct whole *whole, struct plan *plan)
{
    ARENA(scratch);
    struct planning p = {.whole = whole,
                         .parent = NEW_ARRAY(scratch, uint32_t, whole->count + 1),
                         .dirty = NEW_ARRAY(scratch, unsigned char, whole->count + 1)};
    *plan =
        (struct plan){.whole = whole, .portion_of = NEW_ARRAY(arena, uint32_t, whole->count + 1)};
    for (uint32_t i = 0; i < whole->count; i++)
        p.parent[i] = i;
    unite_edges(&p, whole->now.edges, whole->now.edge_count);
    unite_edges(&p, whole->edges.list, whole->edges.count);
    struct owners owners = unite_customers(scratch, &p);
    compare_records_of(&p, &owners);
    compare_edges(&p);
    compare_step(&p);
    divide(arena, &p, plan);
    list_places(arena, plan);
    plan->found = index_edges(arena, whole->count, whole->now.edges, whole->now.edge_count);
    plan->stored = index_edges(arena, whole->count, whole->edges.list, whole->edges.count);
}
