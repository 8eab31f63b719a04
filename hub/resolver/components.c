#include "hub/resolver/inside.h"
#include "hub/resolver/pages.h"

/* Components that a thread takes at a time. */
#define SLICE ((size_t)32)
/* So many components on, vectors are on their way. */
#define AHEAD 2
#define NO_COMPONENT UINT32_MAX

/* Records that hang together by matches. */
struct component {
    uint32_t nodes, edges; /* how many */
    size_t node_at, edge_at;
};

struct division {
    const struct resolver *resolver;
    const struct resolved *resolved;
    uint32_t *clusters;
    uint32_t *parents;            /* union-find: a smaller record of the component, or itself */
    struct component *components; /* of three records or more, by their smallest */
    size_t count;
    uint32_t *nodes; /* of each component, ascending */
    uint32_t *edges; /* places among those of the result */
    atomic_size_t next;
};

static uint32_t find(uint32_t *parents, uint32_t record)
{
    while (parents[record] != record)
        record = parents[record] = parents[parents[record]];
    return record;
}

static void unite(struct division *d)
{
    const struct resolved *resolved = d->resolved;
    for (uint32_t i = 0; i < resolved->count; i++)
        d->parents[i] = i;
    for (size_t i = 0; i < resolved->edge_count; i++) {
        if (resolved->edges[i].weight < resolved->match_weight)
            continue;
        uint32_t left = find(d->parents, resolved->edges[i].left);
        uint32_t right = find(d->parents, resolved->edges[i].right);
        d->parents[left < right ? right : left] = left < right ? left : right;
    }
    for (uint32_t i = 0; i < resolved->count; i++)
        d->parents[i] = find(d->parents, i);
}

/* Give each component of three records or more a number, which its records bear in place of a parent; of two
 * who match nobody else is there who could object. */
static void number_components(struct division *d, struct arena *arena)
{
    size_t count = d->resolved->count;
    uint32_t *numbers = PAGES_ARRAY(arena, uint32_t, count + 1);
    for (size_t i = 0; i < count; i++)
        numbers[d->parents[i]]++;
    for (size_t i = 0; i < count; i++)
        d->count += numbers[i] > 2;
    d->components = NEW_ARRAY(arena, struct component, d->count + 1);
    uint32_t next = 0;
    for (size_t i = 0; i < count; i++)
        numbers[i] = numbers[i] > 2 ? next++ : NO_COMPONENT;
    for (size_t i = 0; i < count; i++)
        d->parents[i] = numbers[d->parents[i]];
}

static struct component *component_of(const struct division *d, uint32_t record)
{
    return d->parents[record] == NO_COMPONENT ? NULL : &d->components[d->parents[record]];
}

static struct component *component_of_match(const struct division *d, size_t edge)
{
    const struct resolver_edge *e = &d->resolved->edges[edge];
    return e->weight < d->resolved->match_weight ? NULL : component_of(d, e->left);
}

/* The nodes and edges of each component one behind the other. */
static void fill_components(struct division *d, struct arena *arena)
{
    const struct resolved *resolved = d->resolved;
    struct component *component;
    size_t nodes = 0, edges = 0;
    for (uint32_t i = 0; i < resolved->count; i++)
        if ((component = component_of(d, i)))
            component->nodes++;
    for (size_t i = 0; i < resolved->edge_count; i++)
        if ((component = component_of_match(d, i)))
            component->edges++;
    for (size_t c = 0; c < d->count; c++) {
        component = &d->components[c];
        component->node_at = nodes;
        component->edge_at = edges;
        nodes += component->nodes;
        edges += component->edges;
        component->nodes = component->edges = 0;
    }
    d->nodes = PAGES_ARRAY(arena, uint32_t, nodes + 1);
    d->edges = PAGES_ARRAY(arena, uint32_t, edges + 1);
    for (uint32_t i = 0; i < resolved->count; i++)
        if ((component = component_of(d, i)))
            d->nodes[component->node_at + component->nodes++] = i;
    for (size_t i = 0; i < resolved->edge_count; i++)
        if ((component = component_of_match(d, i)))
            d->edges[component->edge_at + component->edges++] = (uint32_t)i;
}

/* Clusters are named by ids, records here by their place. */
static uint32_t place_of(const struct resolver *resolver, const uint32_t *nodes, size_t count,
                         int64_t id)
{
    size_t from = 0, to = count;
    while (to - from > 1) {
        size_t middle = (from + to) / 2;
        if (resolver->records[nodes[middle]] <= id)
            from = middle;
        else
            to = middle;
    }
    return nodes[from];
}

static void divide(struct arena *work, const struct division *d, const struct component *component)
{
    const struct resolver *resolver = d->resolver;
    const uint32_t *nodes = d->nodes + component->node_at;
    const struct features **features = NEW_ARRAY(work, const struct features *, component->nodes);
    struct match_edge *edges = NEW_ARRAY(work, struct match_edge, component->edges);
    int64_t *clusters = NEW_ARRAY(work, int64_t, component->nodes);
    for (size_t i = 0; i < component->nodes; i++) {
        void *room = arena_alloc(work, features_room(vectors_at(resolver, nodes[i])));
        features[i] = vectors_place(resolver, nodes[i], room);
    }
    for (size_t i = 0; i < component->edges; i++) {
        const struct resolver_edge *edge = &d->resolved->edges[d->edges[component->edge_at + i]];
        edges[i] = (struct match_edge){
            resolver->records[edge->left],
            resolver->records[edge->right],
            edge->weight,
        };
    }
    struct match_graph graph = {.nodes = features,
                                .node_count = component->nodes,
                                .edges = edges,
                                .edge_count = component->edges};
    cluster_records(work, resolver->model, &graph, d->resolved->match_weight, clusters);
    for (size_t i = 0; i < component->nodes; i++)
        d->clusters[nodes[i]] = place_of(resolver, nodes, component->nodes, clusters[i]);
}

FETCHING fetch(const struct division *d, const struct component *component)
{
    for (size_t i = 0; i < component->nodes; i++)
        vectors_fetch(d->resolver, d->nodes[component->node_at + i]);
}

static void divide_components(void *context, unsigned thread)
{
    struct division *d = context;
    (void)thread;
    for (size_t slice; (slice = threads_next(&d->next)) * SLICE < d->count;) {
        ARENA(work);
        size_t end = (slice + 1) * SLICE < d->count ? (slice + 1) * SLICE : d->count;
        for (size_t i = slice * SLICE; i < end; i++) {
            if (i + AHEAD < d->count)
                fetch(d, &d->components[i + AHEAD]);
            divide(work, d, &d->components[i]);
        }
    }
}

/* Edges stand in the order in which ties are broken. */
static void find_rivals(struct arena *arena, struct resolved *resolved)
{
    uint32_t *rivals = PAGES_ARRAY(arena, uint32_t, resolved->count + 1);
    for (size_t i = 0; i < resolved->count; i++)
        rivals[i] = RESOLVER_NO_EDGE;
    for (uint32_t i = 0; i < resolved->edge_count; i++) {
        const struct resolver_edge *edge = &resolved->edges[i];
        if (resolved->clusters[edge->left] == resolved->clusters[edge->right])
            continue;
        uint32_t *ends[] = {&rivals[edge->left], &rivals[edge->right]};
        for (size_t e = 0; e < COUNT_OF(ends); e++)
            if (*ends[e] == RESOLVER_NO_EDGE || resolved->edges[*ends[e]].weight < edge->weight)
                *ends[e] = i;
    }
    resolved->rivals = rivals;
}

void components_divide(const struct resolver *resolver, struct resolved *resolved)
{
    ARENA(scratch);
    struct division d = {
        .resolver = resolver,
        .resolved = resolved,
        .clusters = PAGES_ARRAY(resolver->arena, uint32_t, resolved->count + 1),
        .parents = PAGES_ARRAY(scratch, uint32_t, resolved->count + 1),
    };
    unite(&d);
    memcpy(d.clusters, d.parents, resolved->count * sizeof(*d.clusters));
    number_components(&d, scratch);
    fill_components(&d, scratch);
    threads_run(resolver->settings.threads, divide_components, &d);
    resolved->clusters = d.clusters;
    find_rivals(resolver->arena, resolved);
}
