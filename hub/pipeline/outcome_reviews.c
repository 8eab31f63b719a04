#include "hub/base/list.h"
#include "hub/match/doubts.h"
#include "hub/pipeline/outcome.h"
#include "sql.gen.h"

static int by_record(const void *left, const void *right)
{
    const struct membership *const *l = left, *const *r = right;
    return ((*l)->record_id > (*r)->record_id) - ((*l)->record_id < (*r)->record_id);
}

/* The component without records that are gone. */
static struct clustered living(struct arena *work, const struct outcome *outcome)
{
    const struct membership **members =
        NEW_ARRAY(work, const struct membership *, outcome->count + 1);
    struct match_edge *edges = NEW_ARRAY(work, struct match_edge, outcome->edges.count + 1);
    int64_t *records = NEW_ARRAY(work, int64_t, outcome->count + 1);
    int64_t *clusters = NEW_ARRAY(work, int64_t, outcome->count + 1);
    size_t count = 0, edge_count = 0;
    for (size_t i = 0; i < outcome->count; i++)
        if (outcome->members[i].cluster)
            members[count++] = &outcome->members[i];
    qsort(members, count, sizeof(const struct membership *), by_record);
    for (size_t i = 0; i < count; i++) {
        records[i] = members[i]->record_id;
        clusters[i] = members[i]->cluster;
    }
    for (size_t i = 0; i < outcome->edges.count; i++) {
        struct match_edge edge = outcome->edges.list[i];
        const struct membership *left = map_get(&outcome->cluster_of, (uint64_t)edge.left);
        const struct membership *right = map_get(&outcome->cluster_of, (uint64_t)edge.right);
        if (left->cluster && right->cluster)
            edges[edge_count++] = edge;
    }
    return (struct clustered){records, clusters, count, edges, edge_count};
}

/* Tasks of pairs that are doubted no more. */
static bool close_settled(struct resolution *r, const struct outcome *outcome,
                          const struct doubt *doubts, size_t count, struct error *err)
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
        for (size_t d = 0; d < count && !stands; d++)
            stands =
                doubts[d].left == rows_int(&rows, i, 1) && doubts[d].right == rows_int(&rows, i, 2);
        if (!stands)
            closed[settled++] = rows_int(&rows, i, 0);
    }
    return !settled || db_run(r->work, r->hub->db, &SQL_REVIEW_CLOSE,
                              PARAMS(db_int8s(r->work, closed, settled)), NULL, err);
}

struct review {
    int64_t left, right;
    int32_t weight, priority;
    const char *kind, *reason;
    struct uuid one, other; /* the same where it is about one customer */
};

/* Those that stand as they are stay untouched. */
static bool open_new(struct resolution *r, const struct outcome *outcome,
                     const struct doubt *doubts, size_t count, struct error *err)
{
    struct arena *work = r->work;
    struct {
        struct review *list;
        size_t count, room;
    } reviews = {0};
    for (size_t i = 0; i < count; i++) {
        const struct doubt *doubt = &doubts[i];
        const struct membership *left = map_get(&outcome->cluster_of, (uint64_t)doubt->left);
        const struct membership *right = map_get(&outcome->cluster_of, (uint64_t)doubt->right);
        struct review review = {.left = doubt->left,
                                .right = doubt->right,
                                .weight = doubt->weight,
                                .priority = doubt->priority,
                                .kind = doubt_name(doubt->kind),
                                .reason = doubt->words,
                                .one = left->after,
                                .other = right->after};
        LIST_ADD(work, &reviews, review);
    }
    return !reviews.count ||
           db_run(work, r->hub->db, &SQL_REVIEW_OPEN,
                  PARAMS(DB_COLUMN(work, &reviews, left), DB_COLUMN(work, &reviews, right),
                         DB_COLUMN(work, &reviews, weight), DB_COLUMN(work, &reviews, priority),
                         DB_COLUMN(work, &reviews, kind), DB_COLUMN(work, &reviews, reason),
                         DB_COLUMN(work, &reviews, one), DB_COLUMN(work, &reviews, other)),
                  NULL, err);
}

bool outcome_write_reviews(struct resolution *r, const struct outcome *outcome, struct error *err)
{
    struct clustered component = living(r->work, outcome);
    size_t count;
    const struct doubt *doubts = doubts_find(r->work, r->hub->model, r->step, &component, &count);
    return close_settled(r, outcome, doubts, count, err) &&
           open_new(r, outcome, doubts, count, err);
}
