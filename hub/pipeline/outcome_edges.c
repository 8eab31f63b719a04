#include "hub/base/list.h"
#include "hub/pipeline/outcome.h"
#include "hub/pipeline/resolve.h"
#include "hub/store/posting_holders.h"
#include "sql.gen.h"

/* What is new or weighs something else is put, what is no longer found is removed. */
static void compare(struct arena *work, const struct edges *found, const struct edges *before,
                    struct edges *put, struct edges *removed)
{
    size_t f = 0, b = 0;
    while (f < found->count || b < before->count) {
        int order = f == found->count    ? 1
                    : b == before->count ? -1
                                         : edge_order(&found->list[f], &before->list[b]);
        if (order < 0 || (order == 0 && found->list[f].weight != before->list[b].weight))
            LIST_ADD(work, put, found->list[f]);
        if (order > 0)
            LIST_ADD(work, removed, before->list[b]);
        f += order <= 0;
        b += order >= 0;
    }
}

bool outcome_write_edges(struct resolution *r, struct error *err)
{
    struct arena *work = r->work;
    struct edges put = {0}, removed = {0};
    edges_sort(&r->found);
    edges_sort(&r->before);
    compare(work, &r->found, &r->before, &put, &removed);
    return (!removed.count ||
            db_run(work, r->hub->db, &SQL_EDGE_REMOVE,
                   PARAMS(DB_COLUMN(work, &removed, left), DB_COLUMN(work, &removed, right)), NULL,
                   err)) &&
           (!put.count || db_run(work, r->hub->db, &SQL_EDGE_PUT,
                                 PARAMS(DB_COLUMN(work, &put, left), DB_COLUMN(work, &put, right),
                                        DB_COLUMN(work, &put, weight)),
                                 NULL, err));
}

/* Resolve everybody anew who holds a key that turned, or one with that refine. */
static bool queue_holders(struct resolution *r, const struct rows *turned, bool refined,
                          struct error *err)
{
    struct arena *work = r->work;
    struct posting_query *queries = NEW_ARRAY(work, struct posting_query, turned->count + 1);
    struct holders *holders = NEW_ARRAY(work, struct holders, turned->count + 1);
    struct {
        int64_t *list;
        size_t count, room;
    } ids = {0};
    size_t n = 0;
    for (size_t i = 0; i < turned->count; i++) {
        int32_t refine = (int32_t)rows_int(turned, i, 1);
        if ((refine != 0) == refined)
            queries[n++] = (struct posting_query){rows_int(turned, i, 0), refine, INT32_MAX};
    }
    if (!posting_holders(work, r->hub->db, &(struct posting_queries){queries, n, refined}, holders,
                         err))
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t h = 0; h < holders[i].count; h++)
            LIST_ADD(work, &ids, holders[i].list[h].record_id);
    return !ids.count ||
           db_run(work, r->hub->db, &SQL_JOB_ADD_KIND,
                  PARAMS(db_int8s(work, ids.list, ids.count), db_int(work, JOB_RESOLVE)), NULL,
                  err);
}

static bool write_turns(struct resolution *r, bool generic, struct error *err)
{
    struct arena *work = r->work;
    struct turns turns = {0};
    for (size_t i = 0; i < r->turns.count; i++)
        if (r->turns.list[i].generic == generic)
            LIST_ADD(work, &turns, r->turns.list[i]);
    if (!turns.count)
        return true;
    struct rows turned;
    struct param keys = DB_COLUMN(work, &turns, key), refines = DB_COLUMN(work, &turns, refine),
                 types = DB_COLUMN(work, &turns, type);
    bool written =
        generic
            ? db_run(work, r->hub->db, &SQL_GENERIC_ADD, PARAMS(keys, refines, types), &turned, err)
            : db_run(work, r->hub->db, &SQL_GENERIC_REMOVE, PARAMS(keys, refines), &turned, err);
    return written && queue_holders(r, &turned, false, err) && queue_holders(r, &turned, true, err);
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
