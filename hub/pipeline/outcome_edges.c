#include "hub/base/list.h"
#include "hub/pipeline/outcome.h"
#include "sql.gen.h"

static void sort(const struct edges *edges)
{
    if (edges->count)
        qsort(edges->list, edges->count, sizeof(*edges->list), edge_order);
}

struct edge_columns {
    int64_t *left, *right;
    int32_t *weight;
    size_t count;
};

static struct edge_columns new_columns(struct arena *work, size_t room)
{
    return (struct edge_columns){.left = NEW_ARRAY(work, int64_t, room + 1),
                                 .right = NEW_ARRAY(work, int64_t, room + 1),
                                 .weight = NEW_ARRAY(work, int32_t, room + 1)};
}

static void add(struct edge_columns *to, const struct match_edge *edge)
{
    to->left[to->count] = edge->left;
    to->right[to->count] = edge->right;
    to->weight[to->count++] = edge->weight;
}

/* What is new or weighs something else is put, what is no longer found is removed. */
static void compare(const struct edges *found, const struct edges *before, struct edge_columns *put,
                    struct edge_columns *removed)
{
    size_t f = 0, b = 0;
    while (f < found->count || b < before->count) {
        int order = f == found->count    ? 1
                    : b == before->count ? -1
                                         : edge_order(&found->list[f], &before->list[b]);
        if (order < 0 || (order == 0 && found->list[f].weight != before->list[b].weight))
            add(put, &found->list[f]);
        if (order > 0)
            add(removed, &before->list[b]);
        f += order <= 0;
        b += order >= 0;
    }
}

bool outcome_write_edges(struct resolution *r, struct error *err)
{
    struct arena *work = r->work;
    struct edge_columns put = new_columns(work, r->found.count);
    struct edge_columns removed = new_columns(work, r->before.count);
    sort(&r->found);
    sort(&r->before);
    compare(&r->found, &r->before, &put, &removed);
    return (!removed.count || db_run(work, r->hub->db, &SQL_EDGE_REMOVE,
                                     PARAMS(db_int8s(work, removed.left, removed.count),
                                            db_int8s(work, removed.right, removed.count)),
                                     NULL, err)) &&
           (!put.count ||
            db_run(work, r->hub->db, &SQL_EDGE_PUT,
                   PARAMS(db_int8s(work, put.left, put.count), db_int8s(work, put.right, put.count),
                          db_int4s(work, put.weight, put.count)),
                   NULL, err));
}

static bool write_turns(struct resolution *r, bool generic, struct error *err)
{
    struct arena *work = r->work;
    int64_t *keys = NEW_ARRAY(work, int64_t, r->turns.count + 1);
    int32_t *refines = NEW_ARRAY(work, int32_t, r->turns.count + 1);
    int32_t *types = NEW_ARRAY(work, int32_t, r->turns.count + 1);
    size_t n = 0;
    for (size_t i = 0; i < r->turns.count; i++) {
        const struct turn *turn = &r->turns.list[i];
        if (turn->generic != generic)
            continue;
        keys[n] = turn->key;
        refines[n] = turn->refine;
        types[n++] = turn->type;
    }
    if (!n)
        return true;
    return generic ? db_run(work, r->hub->db, &SQL_GENERIC_ADD,
                            PARAMS(db_int8s(work, keys, n), db_int4s(work, refines, n),
                                   db_int4s(work, types, n)),
                            NULL, err)
                   : db_run(work, r->hub->db, &SQL_GENERIC_REMOVE,
                            PARAMS(db_int8s(work, keys, n), db_int4s(work, refines, n)), NULL, err);
}

static bool write_partial(struct resolution *r, struct error *err)
{
    struct arena *work = r->work;
    int64_t *full = NEW_ARRAY(work, int64_t, r->jobs.count + 1);
    int64_t *partial = NEW_ARRAY(work, int64_t, r->jobs.count + 1);
    const char **skipped = NEW_ARRAY(work, const char *, r->jobs.count + 1);
    size_t full_count = 0, n = 0;
    for (size_t i = 0; i < r->jobs.count; i++) {
        const struct node *job = r->jobs.list[i];
        if (job->skipped && !job->gone) {
            partial[n] = job->id;
            skipped[n++] = job->skipped;
        } else {
            full[full_count++] = job->id;
        }
    }
    return (!full_count || db_run(work, r->hub->db, &SQL_PARTIAL_CLEAR,
                                  PARAMS(db_int8s(work, full, full_count)), NULL, err)) &&
           (!n ||
            db_run(work, r->hub->db, &SQL_PARTIAL_PUT,
                   PARAMS(db_int8s(work, partial, n), db_texts(work, skipped, n)), NULL, err));
}

bool outcome_write_keys(struct resolution *r, struct error *err)
{
    return write_turns(r, true, err) && write_turns(r, false, err) && write_partial(r, err);
}
