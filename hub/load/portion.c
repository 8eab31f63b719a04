#include "hub/load/portion.h"

#include "hub/base/list.h"
#include "hub/store/applied.h"
#include "sql.gen.h"

static void add_edges(struct portion_work *work, struct edges *to,
                      const struct resolver_edge *edges, uint32_t from, uint32_t end)
{
    for (uint32_t i = from; i < end; i++)
        edges_add(work->arena, to, whole_id(work->plan->whole, edges[i].left),
                  whole_id(work->plan->whole, edges[i].right), edges[i].weight);
}

static void add_member(struct portion_work *work, uint32_t place)
{
    const struct whole *whole = work->plan->whole;
    struct outcome *outcome = &work->outcome;
    struct membership *member = &outcome->members[outcome->count++];
    struct node *node = NEW(work->arena, struct node);
    uint32_t cluster = whole_cluster(whole, place);
    *member = (struct membership){.record_id = whole_id(whole, place),
                                  .cluster = cluster == NO_PLACE ? 0 : whole_id(whole, cluster),
                                  .before = whole->before[place]};
    *node = (struct node){.id = member->record_id,
                          .version = whole->marks[place] & MARK_OLD ? 2 : 1,
                          .gone = cluster == NO_PLACE,
                          .job = whole->marks[place] & MARK_JOB};
    map_put(&outcome->cluster_of, (uint64_t)member->record_id, member);
    LIST_ADD(work->arena, &work->resolution.members, node);
}

static void prepare(struct portion_work *work)
{
    const struct plan *plan = work->plan;
    const struct whole *whole = plan->whole;
    struct resolution *r = &work->resolution;
    work->outcome = (struct outcome){
        .members = NEW_ARRAY(work->arena, struct membership, work->portion->count + 1),
        .cluster_of.arena = work->arena};
    *r = (struct resolution){.work = work->arena,
                             .hub = work->hub,
                             .step = whole->now.step,
                             .match_weight = whole->now.match_weight,
                             .review_weight = whole->now.review_weight,
                             .by_id.arena = work->arena};
    for (size_t i = 0; i < work->portion->count; i++) {
        uint32_t place = work->portion->places[i];
        add_member(work, place);
        add_edges(work, &r->found, whole->now.edges, plan->found[place], plan->found[place + 1]);
        add_edges(work, &r->before, whole->edges.list, plan->stored[place],
                  plan->stored[place + 1]);
    }
    for (size_t i = 0; i < r->found.count; i++)
        LIST_ADD(work->arena, &work->outcome.edges, r->found.list[i]);
}

bool portion_write(const struct plan *plan, const struct portion *portion, const struct hub *hub,
                   const struct spool *spool, struct error *err)
{
    ARENA(arena);
    struct portion_work work = {
        .arena = arena, .plan = plan, .portion = portion, .hub = hub, .spool = spool};
    prepare(&work);
    struct tx *tx = tx_begin(arena, hub->db, err);
    if (!tx || !applied_enter(hub->db, hub->dictionary, err))
        return false;
    if (!(work.portion->untold ? portion_write_untold(&work, err)
                               : outcome_put(&work.resolution, &work.outcome, err)))
        return false;
    if (plan->whole->fresh && !db_run(arena, hub->db, &SQL_OUTBOX_FORGET, NO_PARAMS, NULL, err))
        return false;
    return tx_commit(tx, err);
}
