#include "hub/base/list.h"
#include "hub/pipeline/resolution.h"
#include "sql.gen.h"

struct node *resolution_node(struct resolution *r, int64_t id)
{
    struct node *node = map_get(&r->by_id, (uint64_t)id);
    if (!node) {
        node = NEW(r->work, struct node);
        node->id = id;
        map_put(&r->by_id, (uint64_t)id, node);
    }
    return node;
}

void edges_add(struct arena *arena, struct edges *edges, int64_t one, int64_t other, int32_t weight)
{
    struct match_edge edge = {
        .left = one < other ? one : other, .right = one < other ? other : one, .weight = weight};
    LIST_ADD(arena, edges, edge);
}

int edge_order(const void *left, const void *right)
{
    const struct match_edge *l = left, *r = right;
    if (l->left != r->left)
        return l->left < r->left ? -1 : 1;
    return (l->right > r->right) - (l->right < r->right);
}

void edges_sort(const struct edges *edges)
{
    if (edges->count)
        qsort(edges->list, edges->count, sizeof(*edges->list), edge_order);
}

static bool read_node(struct resolution *r, const struct rows *rows, size_t i, bool keys,
                      struct error *err)
{
    struct node *node = resolution_node(r, rows_int(rows, i, 0));
    node->version = (int)rows_int(rows, i, 1);
    node->gone = rows_int(rows, i, 2) != 0;
    if (keys)
        node->keys = rows_bytes(rows, i, 4);
    if (!node->gone)
        node->features = features_unpack(r->work, node->id, rows_bytes(rows, i, 3), err);
    return node->gone || node->features;
}

bool resolution_load(struct resolution *r, const struct nodes *nodes, bool keys, struct error *err)
{
    int64_t *ids = NEW_ARRAY(r->work, int64_t, nodes->count + 1);
    size_t n = 0;
    for (size_t i = 0; i < nodes->count; i++) {
        if (nodes->list[i]->version)
            continue;
        ids[n++] = nodes->list[i]->id;
        nodes->list[i]->version = -1; /* until the row says otherwise: also asks for each once */
        nodes->list[i]->gone = true;
    }
    struct rows rows;
    if (!n)
        return true;
    if (!db_run(r->work, r->hub->db, keys ? &SQL_RECORD_LOAD : &SQL_RECORD_COMPARE,
                PARAMS(db_int8s(r->work, ids, n)), &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        if (!read_node(r, &rows, i, keys, err))
            return false;
    return true;
}

bool resolution_load_keys(struct resolution *r, const struct nodes *nodes, struct error *err)
{
    struct rows rows;
    int64_t *ids = NEW_ARRAY(r->work, int64_t, nodes->count + 1);
    size_t n = 0;
    for (size_t i = 0; i < nodes->count; i++)
        if (!nodes->list[i]->job)
            ids[n++] = nodes->list[i]->id;
    if (!n)
        return true;
    if (!db_run(r->work, r->hub->db, &SQL_RECORD_LOAD, PARAMS(db_int8s(r->work, ids, n)), &rows,
                err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        resolution_node(r, rows_int(&rows, i, 0))->keys = rows_bytes(&rows, i, 4);
    return true;
}

static void join(struct resolution *r, struct node *node)
{
    if (!node->member)
        LIST_ADD(r->work, &r->members, node);
    node->member = true;
}

static bool list_edges(struct resolution *r, bool again, struct rows *rows, struct error *err)
{
    int64_t *ids = NEW_ARRAY(r->work, int64_t, r->members.count + 1);
    size_t n = 0;
    for (size_t i = 0; i < r->members.count; i++) {
        if (!again && r->members.list[i]->expanded)
            continue;
        r->members.list[i]->expanded = true;
        ids[n++] = r->members.list[i]->id;
    }
    rows->count = 0;
    return !n || db_run(r->work, r->hub->db, &SQL_EDGE_LIST, PARAMS(db_int8s(r->work, ids, n)),
                        rows, err);
}

/* Everything that stored or newly found edges reach from the jobs. */
static bool reach(struct resolution *r, struct error *err)
{
    for (size_t i = 0; i < r->jobs.count; i++)
        join(r, r->jobs.list[i]);
    for (size_t i = 0; i < r->found.count; i++) {
        join(r, resolution_node(r, r->found.list[i].left));
        join(r, resolution_node(r, r->found.list[i].right));
    }
    for (size_t known = 0; known < r->members.count;) {
        struct rows rows;
        known = r->members.count;
        if (!list_edges(r, false, &rows, err))
            return false;
        for (size_t i = 0; i < rows.count; i++)
            join(r, resolution_node(r, rows_int(&rows, i, 1)));
    }
    return true;
}

static bool lock(struct resolution *r, bool *stable, struct error *err)
{
    struct rows rows;
    int64_t *ids = NEW_ARRAY(r->work, int64_t, r->members.count + 1);
    for (size_t i = 0; i < r->members.count; i++)
        ids[i] = r->members.list[i]->id;
    if (!db_run(r->work, r->hub->db, &SQL_COMPONENT_LOCK,
                PARAMS(db_int8s(r->work, ids, r->members.count)), &rows, err))
        return false;
    *stable = true;
    for (size_t i = 0; i < rows.count; i++) {
        const struct node *node = resolution_node(r, rows_int(&rows, i, 0));
        if (node->version > 0 && node->version != rows_int(&rows, i, 1))
            *stable = false;
    }
    return true;
}

/* Under the locks, the stored edges are what they will be until the transaction ends. */
static bool settle_edges(struct resolution *r, bool *stable, struct error *err)
{
    struct rows rows;
    if (!list_edges(r, true, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct node *left = resolution_node(r, rows_int(&rows, i, 0));
        const struct node *right = resolution_node(r, rows_int(&rows, i, 1));
        int32_t weight = (int32_t)rows_int(&rows, i, 2);
        if (!right->member)
            *stable = false;
        else if (left->id < right->id && (left->job || right->job))
            edges_add(r->work, &r->before, left->id, right->id, weight);
        else if (left->id < right->id && weight >= r->review_weight)
            edges_add(r->work, &r->kept, left->id, right->id, weight);
    }
    return true;
}

bool component_close(struct resolution *r, bool *stable, struct error *err)
{
    if (!reach(r, err) || !lock(r, stable, err))
        return false;
    if (*stable && !settle_edges(r, stable, err))
        return false;
    return !*stable ||
           (resolution_load(r, &r->members, false, err) && candidates_confirm(r, stable, err));
}
