#include "hub/pipeline/outcome.h"
#include "hub/base/list.h"
#include "hub/pipeline/owners.h"
#include "hub/pipeline/resolution.h"
#include "sql.gen.h"

static void cluster(struct resolution *r, struct outcome *outcome)
{
    size_t n = 0;
    const struct features **features =
        NEW_ARRAY(r->work, const struct features *, r->members.count + 1);
    struct membership **of = NEW_ARRAY(r->work, struct membership *, r->members.count + 1);
    for (size_t i = 0; i < r->kept.count; i++)
        LIST_ADD(r->work, &outcome->edges, r->kept.list[i]);
    for (size_t i = 0; i < r->found.count; i++)
        LIST_ADD(r->work, &outcome->edges, r->found.list[i]);
    for (size_t i = 0; i < r->members.count; i++) {
        const struct node *node = r->members.list[i];
        struct membership *member = &outcome->members[outcome->count++];
        member->record_id = node->id;
        map_put(&outcome->cluster_of, (uint64_t)node->id, member);
        if (node->gone)
            continue;
        of[n] = member;
        features[n++] = node->features;
    }
    int64_t *clusters = NEW_ARRAY(r->work, int64_t, n + 1);
    cluster_records(r->work, r->hub->model,
                    &(struct match_graph){.nodes = features,
                                          .node_count = n,
                                          .edges = outcome->edges.list,
                                          .edge_count = outcome->edges.count},
                    r->match_weight, clusters);
    for (size_t i = 0; i < n; i++)
        of[i]->cluster = clusters[i];
}

/* A cluster that no living id claims may get an old one back.  Retired ids are asked for only by records
 * that had one once: those that are linked, and those that were deleted and have come back. */
static bool find_retired(struct resolution *r, const struct outcome *outcome,
                         struct retired **retired, size_t *count, struct error *err)
{
    struct rows rows;
    int64_t *ids = NEW_ARRAY(r->work, int64_t, outcome->count + 1);
    size_t n = 0;
    *count = 0;
    for (size_t i = 0; i < outcome->count; i++)
        if (!uuid_is_nil(outcome->members[i].before) || r->members.list[i]->version > 1)
            ids[n++] = outcome->members[i].record_id;
    if (!n)
        return true;
    if (!db_run(r->work, r->hub->db, &SQL_CUSTOMER_RETIRED, PARAMS(db_int8s(r->work, ids, n)),
                &rows, err))
        return false;
    *retired = NEW_ARRAY(r->work, struct retired, rows.count + 1);
    for (; *count < rows.count; ++*count) {
        struct retired *one = &(*retired)[*count];
        one->id = rows_uuid(&rows, *count, 0);
        one->records = rows_int8s(r->work, &rows, *count, 1, &one->count);
    }
    return true;
}

static bool identify(struct resolution *r, struct outcome *outcome,
                     struct identity_changes *changes, struct error *err)
{
    struct rows rows;
    struct retired *retired = NULL;
    size_t retired_count;
    int64_t *ids = NEW_ARRAY(r->work, int64_t, outcome->count + 1);
    for (size_t i = 0; i < outcome->count; i++)
        ids[i] = outcome->members[i].record_id;
    if (!db_run(r->work, r->hub->db, &SQL_LINK_LIST, PARAMS(db_int8s(r->work, ids, outcome->count)),
                &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct membership *member = map_get(&outcome->cluster_of, (uint64_t)rows_int(&rows, i, 0));
        member->before = rows_uuid(&rows, i, 1);
    }
    if (!find_retired(r, outcome, &retired, &retired_count, err))
        return false;
    identity_assign(r->work, outcome->members, outcome->count, retired, retired_count, changes);
    return true;
}

/* Links that change; and what follows from whose a record is. */
static bool put_links(struct resolution *r, const struct outcome *outcome, struct error *err)
{
    struct arena *work = r->work;
    int64_t *put = NEW_ARRAY(work, int64_t, outcome->count + 1);
    int64_t *gone = NEW_ARRAY(work, int64_t, outcome->count + 1);
    int64_t *moved = NEW_ARRAY(work, int64_t, outcome->count + 1);
    struct uuid *customers = NEW_ARRAY(work, struct uuid, outcome->count + 1);
    size_t n = 0, gone_count = 0, moved_count = 0;
    for (size_t i = 0; i < outcome->count; i++) {
        const struct membership *m = &outcome->members[i];
        if (uuid_compare(m->before, m->after) == 0)
            continue;
        moved[moved_count++] = m->record_id;
        if (uuid_is_nil(m->after)) {
            gone[gone_count++] = m->record_id;
            continue;
        }
        put[n] = m->record_id;
        customers[n++] = m->after;
    }
    return (!n ||
            db_run(work, r->hub->db, &SQL_LINK_PUT,
                   PARAMS(db_int8s(work, put, n), db_uuids(work, customers, n)), NULL, err)) &&
           (!gone_count || db_run(work, r->hub->db, &SQL_LINK_REMOVE,
                                  PARAMS(db_int8s(work, gone, gone_count)), NULL, err)) &&
           (!moved_count || owners_moved(work, r->hub->db, moved, moved_count, err));
}

/* Has anything of this id gone on into another customer? */
static const char *retirement(const struct outcome *outcome, struct uuid id)
{
    for (size_t i = 0; i < outcome->count; i++)
        if (uuid_compare(outcome->members[i].before, id) == 0 &&
            !uuid_is_nil(outcome->members[i].after))
            return "customer.merged";
    return "customer.deleted";
}

/* Ids begin, come back and end.  Before links move: a retired id remembers where its records were. */
static bool write_ids(struct resolution *r, const struct outcome *outcome,
                      const struct identity_changes *changes, struct error *err)
{
    struct arena *work = r->work;
    struct rows rows = {0};
    struct uuid *ids[3];
    const char **types = NEW_ARRAY(work, const char *, changes->count + 1);
    size_t n[3] = {0};
    for (size_t fate = 0; fate < COUNT_OF(ids); fate++)
        ids[fate] = NEW_ARRAY(work, struct uuid, changes->count + 1);
    for (size_t i = 0; i < changes->count; i++) {
        const struct identity_change *change = &changes->list[i];
        if (change->fate == IDENTITY_RETIRED)
            types[n[IDENTITY_RETIRED]] = retirement(outcome, change->id);
        ids[change->fate][n[change->fate]++] = change->id;
    }
    size_t minted = n[IDENTITY_MINTED], revived = n[IDENTITY_REVIVED],
           retired = n[IDENTITY_RETIRED];
    if (minted && !db_run(work, r->hub->db, &SQL_CUSTOMER_MINT,
                          PARAMS(db_uuids(work, ids[IDENTITY_MINTED], minted)), NULL, err))
        return false;
    if (revived && !db_run(work, r->hub->db, &SQL_CUSTOMER_REVIVE,
                           PARAMS(db_uuids(work, ids[IDENTITY_REVIVED], revived)), &rows, err))
        return false;
    if (rows.count != revived)
        return error_set(err, ERROR_RETRY, "another worker gave the same retired id back");
    return !retired || db_run(work, r->hub->db, &SQL_CUSTOMER_RETIRE,
                              PARAMS(db_uuids(work, ids[IDENTITY_RETIRED], retired),
                                     db_texts(work, types, retired)),
                              NULL, err);
}

bool outcome_put(struct resolution *r, struct outcome *outcome, struct error *err)
{
    struct identity_changes changes;
    return identify(r, outcome, &changes, err) && write_ids(r, outcome, &changes, err) &&
           put_links(r, outcome, err) && outcome_write_edges(r, err) &&
           outcome_write_reviews(r, outcome, err) && outcome_publish(r, outcome, &changes, err);
}

bool outcome_write(struct resolution *r, struct error *err)
{
    struct outcome outcome = {.members =
                                  NEW_ARRAY(r->work, struct membership, r->members.count + 1),
                              .cluster_of.arena = r->work};
    cluster(r, &outcome);
    return outcome_put(r, &outcome, err) && outcome_write_keys(r, err);
}
