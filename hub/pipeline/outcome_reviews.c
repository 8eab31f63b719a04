#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/pipeline/outcome.h"
#include "sql.gen.h"

/* Two customers that may be one, by the best pair of their records. */
struct task {
    const struct match_edge *edge;
    const struct membership *left, *right;
    bool open; /* already, with the same weight */
};

struct tasks {
    struct task **list;
    size_t count, room;
    struct map by_clusters; /* struct task, by the pair of clusters */
};

static bool better(const struct match_edge *edge, const struct match_edge *other)
{
    if (edge->weight != other->weight)
        return edge->weight > other->weight;
    return edge->left != other->left ? edge->left < other->left : edge->right < other->right;
}

/* The names are exact: two pairs of clusters never share one. */
static const char *clusters_name(struct arena *arena, int64_t one, int64_t other)
{
    return arena_printf(arena, "%lld/%lld", (long long)(one < other ? one : other),
                        (long long)(one < other ? other : one));
}

static void gather(struct resolution *r, const struct outcome *outcome, struct tasks *tasks)
{
    tasks->by_clusters.arena = r->work;
    for (size_t i = 0; i < outcome->edges.count; i++) {
        const struct match_edge *edge = &outcome->edges.list[i];
        const struct membership *left = map_get(&outcome->cluster_of, (uint64_t)edge->left);
        const struct membership *right = map_get(&outcome->cluster_of, (uint64_t)edge->right);
        if (left->cluster == right->cluster)
            continue;
        const char *name = clusters_name(r->work, left->cluster, right->cluster);
        struct task *task = map_get_text(&tasks->by_clusters, name);
        if (!task) {
            task = NEW(r->work, struct task);
            map_put_text(&tasks->by_clusters, name, task);
            LIST_ADD(r->work, tasks, task);
        }
        if (!task->edge || better(edge, task->edge))
            *task = (struct task){edge, left, right, false};
    }
}

/* Tasks that stand stay; the others are settled. */
static bool close_settled(struct resolution *r, const struct outcome *outcome, struct tasks *tasks,
                          struct error *err)
{
    struct rows rows;
    int64_t *ids = NEW_ARRAY(r->work, int64_t, outcome->count + 1);
    size_t settled = 0;
    for (size_t i = 0; i < outcome->count; i++)
        ids[i] = outcome->members[i].record_id;
    if (!db_run(r->work, r->hub->db, &SQL_REVIEW_LIST,
                PARAMS(db_int8s(r->work, ids, outcome->count)), &rows, err))
        return false;
    int64_t *closed = NEW_ARRAY(r->work, int64_t, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++) {
        bool stands = false;
        for (size_t t = 0; t < tasks->count && !stands; t++) {
            struct task *task = tasks->list[t];
            stands = task->edge->left == rows_int(&rows, i, 1) &&
                     task->edge->right == rows_int(&rows, i, 2);
            task->open = task->open || (stands && task->edge->weight == rows_int(&rows, i, 3));
        }
        if (!stands)
            closed[settled++] = rows_int(&rows, i, 0);
    }
    return !settled || db_run(r->work, r->hub->db, &SQL_REVIEW_CLOSE,
                              PARAMS(db_int8s(r->work, closed, settled)), NULL, err);
}

struct review {
    int64_t left, right;
    int32_t weight, priority;
    const char *reason;
    struct uuid one, other;
};

static struct review review_of(const struct resolution *r, const struct task *task)
{
    double p = model_probability(r->hub->model, r->step, task->edge->weight);
    return (struct review){
        .left = task->edge->left,
        .right = task->edge->right,
        .weight = task->edge->weight,
        .priority = (int32_t)(p * 100),
        .reason = arena_printf(r->work, "%s with probability %.2f",
                               task->edge->weight >= r->match_weight
                                   ? "a match that other evidence contradicts,"
                                   : "perhaps the same customer,",
                               p),
        .one = task->left->after,
        .other = task->right->after,
    };
}

static bool open_new(struct resolution *r, const struct tasks *tasks, struct error *err)
{
    struct arena *work = r->work;
    struct {
        struct review *list;
        size_t count, room;
    } reviews = {0};
    for (size_t i = 0; i < tasks->count; i++)
        if (!tasks->list[i]->open)
            LIST_ADD(work, &reviews, review_of(r, tasks->list[i]));
    return !reviews.count ||
           db_run(work, r->hub->db, &SQL_REVIEW_OPEN,
                  PARAMS(DB_COLUMN(work, &reviews, left), DB_COLUMN(work, &reviews, right),
                         DB_COLUMN(work, &reviews, weight), DB_COLUMN(work, &reviews, priority),
                         DB_COLUMN(work, &reviews, reason), DB_COLUMN(work, &reviews, one),
                         DB_COLUMN(work, &reviews, other)),
                  NULL, err);
}

bool outcome_write_reviews(struct resolution *r, const struct outcome *outcome, struct error *err)
{
    struct tasks tasks = {0};
    gather(r, outcome, &tasks);
    return close_settled(r, outcome, &tasks, err) && open_new(r, &tasks, err);
}
