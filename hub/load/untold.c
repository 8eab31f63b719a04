#include <stdlib.h>

#include "hub/golden/golden.h"
#include "hub/load/portion.h"
#include "hub/pipeline/owners.h"
#include "sql.gen.h"

/* Columns of document_read. */
enum { DOC_RECORD, DOC_SOURCE, DOC_KEY, DOC_PART, DOC_REGION, DOC_EFFECTIVE, DOC_TRUST, DOC_DOC };

/* Records of a portion by their number in it; those of a cluster form a chain from its first. */
struct untold {
    struct portion_work *work;
    size_t count;
    struct copied *documents;
    uint32_t *next, *last; /* of the chain; 0 ends it, for no chain leads to the first */
    size_t clusters;
};

static int by_place(const void *left, const void *right)
{
    uint32_t l = *(const uint32_t *)left, r = *(const uint32_t *)right;
    return (l > r) - (l < r);
}

static size_t number_of(const struct untold *untold, uint32_t place)
{
    const struct portion *portion = untold->work->portion;
    const uint32_t *at = bsearch(&place, portion->places, portion->count, sizeof(place), by_place);
    return (size_t)(at - portion->places);
}

static uint32_t cluster_at(const struct untold *untold, size_t number)
{
    return whole_cluster(untold->work->plan->whole, untold->work->portion->places[number]);
}

static bool begins(const struct untold *untold, size_t number)
{
    return cluster_at(untold, number) == untold->work->portion->places[number];
}

/* Every cluster gets an id of its own. */
static void name_clusters(struct untold *untold)
{
    struct membership *members = untold->work->outcome.members;
    for (size_t i = 0; i < untold->count; i++) {
        size_t first = begins(untold, i) ? i : number_of(untold, cluster_at(untold, i));
        if (first == i) {
            members[i].after = uuid_new();
            untold->clusters++;
        } else {
            members[i].after = members[first].after;
            untold->next[untold->last[first]] = (uint32_t)i;
        }
        untold->last[first] = (uint32_t)i;
    }
}

static bool read_documents(struct untold *untold, struct error *err)
{
    struct spooled rows;
    uint32_t place;
    struct copied row;
    if (!spool_open(untold->work->arena, untold->work->spool, untold->work->portion->bin, &rows,
                    err))
        return false;
    size_t got = 0;
    for (; spool_next(&rows, &place, &row); got++)
        untold->documents[number_of(untold, place)] = row;
    return got == untold->count ||
           error_set(err, ERROR_RETRY, "records have changed while they were settled");
}

static bool put_customers(const struct untold *untold, struct error *err)
{
    const struct membership *members = untold->work->outcome.members;
    struct copy *copy =
        copy_in(untold->work->arena, untold->work->hub->db, &SQL_CUSTOMER_COPY, err);
    for (size_t i = 0; copy && i < untold->count; i++) {
        if (!begins(untold, i))
            continue;
        if (!copy_row(copy, 2, err))
            return false;
        copy_uuid(copy, members[i].after);
        copy_int4(copy, 0);
    }
    return copy && copy_end(copy, err);
}

static bool put_links(const struct untold *untold, struct error *err)
{
    const struct membership *members = untold->work->outcome.members;
    struct copy *copy = copy_in(untold->work->arena, untold->work->hub->db, &SQL_LINK_COPY, err);
    for (size_t i = 0; copy && i < untold->count; i++) {
        if (!copy_row(copy, 2, err))
            return false;
        copy_int8(copy, members[i].record_id);
        copy_uuid(copy, members[i].after);
    }
    return copy && copy_end(copy, err);
}

static bool put_edge(struct copy *copy, int64_t one, int64_t other, int32_t weight,
                     struct error *err)
{
    if (!copy_row(copy, 3, err))
        return false;
    copy_int8(copy, one);
    copy_int8(copy, other);
    copy_int4(copy, weight);
    return true;
}

static bool put_edges(const struct untold *untold, struct error *err)
{
    const struct edges *found = &untold->work->resolution.found;
    struct copy *copy = copy_in(untold->work->arena, untold->work->hub->db, &SQL_EDGE_COPY, err);
    for (size_t i = 0; copy && i < found->count; i++) {
        const struct match_edge *edge = &found->list[i];
        if (!put_edge(copy, edge->left, edge->right, edge->weight, err) ||
            !put_edge(copy, edge->right, edge->left, edge->weight, err))
            return false;
    }
    return copy && copy_end(copy, err);
}

static bool read_record(struct arena *work, const struct untold *untold, size_t number,
                        struct record *record, struct error *err)
{
    const struct copied *row = &untold->documents[number];
    *record = (struct record){.id = copied_int(row, DOC_RECORD),
                              .class_name = "customer",
                              .source = copied_text(row, DOC_SOURCE),
                              .key = copied_text(row, DOC_KEY),
                              .part = copied_text(row, DOC_PART),
                              .region = copied_text(row, DOC_REGION),
                              .effective = copied_text(row, DOC_EFFECTIVE)};
    return record_from_json(work, untold->work->hub->dictionary, record->class_name,
                            copied_text(row, DOC_DOC), record, err);
}

static bool put_golden(const struct untold *untold, struct copy *copy, size_t first,
                       struct error *err)
{
    ARENA(work);
    size_t count = 0;
    for (size_t i = first, more = 1; more; count++, more = i = untold->next[i])
        ;
    struct record *records = NEW_ARRAY(work, struct record, count);
    struct member *members = NEW_ARRAY(work, struct member, count);
    for (size_t i = first, n = 0; n < count; i = untold->next[i], n++) {
        if (!read_record(work, untold, i, &records[n], err))
            return false;
        members[n] = (struct member){
            .record = &records[n], .trust = (unsigned)copied_int(&untold->documents[i], DOC_TRUST)};
    }
    struct golden golden;
    golden_build(work, untold->work->hub->dictionary, members, count, &golden);
    if (!copy_row(copy, 7, err))
        return false;
    copy_uuid(copy, untold->work->outcome.members[first].after);
    copy_int4(copy, 1);
    copy_int4(copy, (int32_t)count);
    copy_text(copy, golden.kind);
    copy_text(copy, golden.display_name);
    copy_jsonb(copy, golden.doc);
    copy_jsonb(copy, golden.lineage);
    return true;
}

static bool put_goldens(const struct untold *untold, struct error *err)
{
    struct copy *copy = copy_in(untold->work->arena, untold->work->hub->db, &SQL_GOLDEN_COPY, err);
    for (size_t i = 0; copy && i < untold->count; i++)
        if (begins(untold, i) && !put_golden(untold, copy, i, err))
            return false;
    return copy && copy_end(copy, err);
}

static bool tell(const struct untold *untold, struct error *err)
{
    struct copy *copy = copy_in(untold->work->arena, untold->work->hub->db, &SQL_OUTBOX_COPY, err);
    for (size_t i = 0; copy && i < untold->count; i++) {
        if (!begins(untold, i))
            continue;
        if (!copy_row(copy, 3, err))
            return false;
        copy_uuid(copy, untold->work->outcome.members[i].after);
        copy_int4(copy, 1);
        copy_text(copy, "customer.created");
    }
    return copy && copy_end(copy, err);
}

/* What hangs on these records is somebody's now. */
static bool tell_owners(const struct untold *untold, struct error *err)
{
    struct arena *arena = untold->work->arena;
    int64_t *records = NEW_ARRAY(arena, int64_t, untold->count + 1);
    for (size_t i = 0; i < untold->count; i++)
        records[i] = untold->work->outcome.members[i].record_id;
    return owners_moved(arena, untold->work->hub->db, records, untold->count, err);
}

bool portion_write_untold(struct portion_work *work, struct error *err)
{
    struct untold untold = {.work = work, .count = work->portion->count};
    untold.documents = NEW_ARRAY(work->arena, struct copied, untold.count + 1);
    untold.next = NEW_ARRAY(work->arena, uint32_t, untold.count + 1);
    untold.last = NEW_ARRAY(work->arena, uint32_t, untold.count + 1);
    name_clusters(&untold);
    return read_documents(&untold, err) && put_customers(&untold, err) && put_links(&untold, err) &&
           put_edges(&untold, err) && put_goldens(&untold, err) &&
           outcome_write_reviews(&work->resolution, &work->outcome, err) &&
           tell_owners(&untold, err) && (work->plan->whole->fresh || tell(&untold, err));
}
