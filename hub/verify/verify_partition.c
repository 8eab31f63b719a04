#include "hub/verify/verify_partition.h"

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/pipeline/posting.h"
#include "sql.gen.h"

#define PAGE 20000

/* A linked record; members of one component form a tree whose root stands for it. */
struct item {
    int64_t id;
    struct uuid customer;
    bool pending;
    struct item *parent;
    struct component *component; /* of a root */
};

struct component {
    struct items {
        struct item **list;
        size_t count, room;
    } items;
    struct links {
        struct match_edge *list;
        size_t count, room;
    } edges;
};

struct graph {
    struct arena *work;
    struct map by_id;       /* item */
    struct map by_customer; /* item: any of its records */
    struct items all;
    struct links edges;
};

static struct item *root_of(struct item *item)
{
    while (item->parent) {
        if (item->parent->parent)
            item->parent = item->parent->parent;
        item = item->parent;
    }
    return item;
}

static void unite(struct item *left, struct item *right)
{
    left = root_of(left);
    right = root_of(right);
    if (left != right)
        right->parent = left;
}

static bool load_links(struct graph *graph, const struct hub *hub, struct error *err)
{
    int64_t after = INT64_MIN;
    for (size_t got = PAGE; got == PAGE;) {
        ARENA(scratch);
        struct rows page;
        if (!db_run(scratch, hub->db, &SQL_LINK_PAGE,
                    PARAMS(db_int(scratch, after), db_int(scratch, PAGE)), &page, err))
            return false;
        got = page.count;
        for (size_t i = 0; i < got; i++) {
            struct item *item = NEW(graph->work, struct item);
            item->id = after = rows_int(&page, i, 0);
            item->customer = rows_uuid(&page, i, 1);
            item->pending = rows_bool(&page, i, 2);
            map_put(&graph->by_id, (uint64_t)item->id, item);
            LIST_ADD(graph->work, &graph->all, item);
        }
    }
    return true;
}

static bool load_edges(struct graph *graph, const struct hub *hub, struct error *err)
{
    int64_t left = INT64_MIN, right = INT64_MIN;
    for (size_t got = PAGE; got == PAGE;) {
        ARENA(scratch);
        struct rows page;
        if (!db_run(scratch, hub->db, &SQL_EDGE_PAGE,
                    PARAMS(db_int(scratch, left), db_int(scratch, right), db_int(scratch, PAGE)),
                    &page, err))
            return false;
        got = page.count;
        for (size_t i = 0; i < got; i++) {
            left = rows_int(&page, i, 0);
            right = rows_int(&page, i, 1);
            struct match_edge edge = {left, right, (int32_t)rows_int(&page, i, 2)};
            if (!map_get(&graph->by_id, (uint64_t)left) || !map_get(&graph->by_id, (uint64_t)right))
                continue; /* an end that is not linked: other checks tell */
            LIST_ADD(graph->work, &graph->edges, edge);
        }
    }
    return true;
}

/* Components: what edges connect, and (so that a customer over several shows) what a customer holds. */
static void connect(struct graph *graph)
{
    for (size_t i = 0; i < graph->edges.count; i++)
        unite(map_get(&graph->by_id, (uint64_t)graph->edges.list[i].left),
              map_get(&graph->by_id, (uint64_t)graph->edges.list[i].right));
    for (size_t i = 0; i < graph->all.count; i++) {
        struct item *item = graph->all.list[i];
        uint64_t customer = hash64(item->customer.bytes, sizeof(item->customer.bytes));
        struct item *other = map_get(&graph->by_customer, customer);
        if (other)
            unite(item, other);
        else
            map_put(&graph->by_customer, customer, item);
    }
    for (size_t i = 0; i < graph->all.count; i++) {
        struct item *root = root_of(graph->all.list[i]);
        if (!root->component)
            root->component = NEW(graph->work, struct component);
        LIST_ADD(graph->work, &root->component->items, graph->all.list[i]);
    }
    for (size_t i = 0; i < graph->edges.count; i++) {
        struct item *end = map_get(&graph->by_id, (uint64_t)graph->edges.list[i].left);
        LIST_ADD(graph->work, &root_of(end)->component->edges, graph->edges.list[i]);
    }
}

/* Same customer and same cluster must mean the same. */
static bool agrees(const struct component *component, struct item *const *items,
                   const int64_t *clusters)
{
    for (size_t i = 0; i < component->items.count; i++)
        for (size_t j = i + 1; j < component->items.count; j++)
            if ((uuid_compare(items[i]->customer, items[j]->customer) == 0) !=
                (clusters[i] == clusters[j]))
                return false;
    return true;
}

static bool check_component(const struct hub *hub, const struct component *component,
                            int32_t match_weight, int32_t review_weight, struct verdict *verdict,
                            struct error *err)
{
    ARENA(work);
    struct rows rows;
    size_t n = component->items.count, edge_count = 0;
    int64_t *ids = NEW_ARRAY(work, int64_t, n), *clusters = NEW_ARRAY(work, int64_t, n);
    struct map by_id = {.arena = work};
    const struct features **features = NEW_ARRAY(work, const struct features *, n);
    struct item **items = NEW_ARRAY(work, struct item *, n);
    struct match_edge *edges = NEW_ARRAY(work, struct match_edge, component->edges.count + 1);
    for (size_t i = 0; i < n; i++) {
        ids[i] = component->items.list[i]->id;
        map_put(&by_id, (uint64_t)ids[i], component->items.list[i]);
    }
    for (size_t i = 0; i < component->edges.count; i++)
        if (component->edges.list[i].weight >= review_weight)
            edges[edge_count++] = component->edges.list[i];
    if (!db_run(work, hub->db, &SQL_RECORD_LOAD, PARAMS(db_int8s(work, ids, n)), &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        items[i] = map_get(&by_id, (uint64_t)rows_int(&rows, i, 0));
        features[i] = features_unpack(work, items[i]->id, rows_bytes(&rows, i, 3), err);
        if (!features[i])
            return false;
    }
    cluster_records(
        work, hub->model,
        &(struct match_graph){
            .nodes = features, .node_count = rows.count, .edges = edges, .edge_count = edge_count},
        match_weight, clusters);
    verdict->checked++;
    verdict->wrong += rows.count != n || !agrees(component, items, clusters);
    return true;
}

static bool is_settled(const struct component *component)
{
    for (size_t i = 0; i < component->items.count; i++)
        if (component->items.list[i]->pending)
            return false;
    return true;
}

bool verify_partition(struct arena *work, const struct hub *hub, size_t sample,
                      struct verdicts *verdicts, struct error *err)
{
    struct rows state;
    struct graph graph = {.work = work, .by_id.arena = work, .by_customer.arena = work};
    struct verdict verdict = {"partition", "customers follow from edges and vetoes", 0, 0, NULL};
    if (!db_run(work, hub->db, &SQL_INSTANCE_STATE, NO_PARAMS, &state, err) ||
        !load_links(&graph, hub, err) || !load_edges(&graph, hub, err))
        return false;
    unsigned step = (unsigned)rows_int(&state, 0, 1);
    connect(&graph);
    for (size_t i = 0; i < graph.all.count && (!sample || verdict.checked < (int64_t)sample); i++) {
        const struct component *component = graph.all.list[i]->component;
        if (!component || component->items.count < 2 || !is_settled(component))
            continue;
        int64_t wrong = verdict.wrong;
        if (!check_component(hub, component, model_match_weight(hub->model, step),
                             model_review_weight(hub->model, step), &verdict, err))
            return false;
        if (verdict.wrong > wrong && !verdict.example)
            verdict.example = arena_printf(work, "the component of record %lld",
                                           (long long)graph.all.list[i]->id);
    }
    LIST_ADD(work, verdicts, verdict);
    return true;
}
