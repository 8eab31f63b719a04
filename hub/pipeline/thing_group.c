#include "hub/pipeline/thing_group.h"

#include "hub/base/list.h"
#include "sql.gen.h"

void thing_group_add(struct thing_group *group, int64_t statement, bool job)
{
    struct subject *subject = map_get(&group->by_id, (uint64_t)statement);
    if (!subject) {
        subject = NEW(group->work, struct subject);
        subject->id = statement;
        map_put(&group->by_id, (uint64_t)statement, subject);
        LIST_ADD(group->work, &group->subjects, subject);
    }
    subject->job = subject->job || job;
}

static bool reach(struct thing_group *group, bool again, struct error *err)
{
    struct rows rows;
    int64_t *ids = NEW_ARRAY(group->work, int64_t, group->subjects.count + 1);
    size_t n = 0;
    for (size_t i = 0; i < group->subjects.count; i++) {
        struct subject *subject = group->subjects.list[i];
        if (again || !subject->expanded)
            ids[n++] = subject->id;
        subject->expanded = true;
    }
    if (!n)
        return true;
    if (!db_run(group->work, group->hub->db, &SQL_THING_REACH,
                PARAMS(db_int8s(group->work, ids, n)), &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        thing_group_add(group, rows_int(&rows, i, 0), false);
    return true;
}

bool thing_group_close(struct thing_group *group, bool again, bool *grew, struct error *err)
{
    size_t before = group->subjects.count;
    if (!reach(group, again, err))
        return false;
    for (size_t known = before; known < group->subjects.count;) {
        known = group->subjects.count;
        if (!reach(group, false, err))
            return false;
    }
    *grew = group->subjects.count > before;
    return true;
}

static bool read_first(struct thing_group *group, const struct rows *rows, size_t i,
                       struct error *err)
{
    struct subject *subject = map_get(&group->by_id, (uint64_t)rows_int(rows, i, 0));
    struct record *record = NEW(group->work, struct record);
    if (rows_is_null(rows, i, 2))
        return true;
    *record = (struct record){.id = rows_int(rows, i, 2),
                              .source = rows_text(rows, i, 3),
                              .key = rows_text(rows, i, 4),
                              .part = rows_text(rows, i, 5),
                              .class_name = rows_text(rows, i, 6),
                              .region = rows_text(rows, i, 7),
                              .effective = rows_text(rows, i, 8)};
    subject->record = record;
    subject->trust = (unsigned)rows_int(rows, i, 9);
    return record_from_json(group->work, group->hub->dictionary, record->class_name,
                            rows_text(rows, i, 10), record, err);
}

static bool read_all(struct thing_group *group, struct error *err)
{
    struct rows rows, generic;
    struct arena *work = group->work;
    int64_t *ids = NEW_ARRAY(work, int64_t, group->subjects.count + 1);
    struct map places = {.arena = work};
    group->members = NEW_ARRAY(work, struct membership, group->subjects.count + 1);
    group->generic.arena = work;
    for (size_t i = 0; i < group->subjects.count; i++) {
        ids[i] = group->members[i].record_id = group->subjects.list[i]->id;
        map_put(&places, (uint64_t)ids[i], &group->members[i]);
    }
    struct param all = db_int8s(work, ids, group->subjects.count);
    if (!db_run(work, group->hub->db, &SQL_THING_FIRST, PARAMS(all), &rows, err) ||
        !db_run(work, group->hub->db, &SQL_THING_GENERIC_LIST, PARAMS(all), &generic, err))
        return false;
    for (size_t i = 0; i < generic.count; i++)
        map_put(&group->generic, (uint64_t)rows_int(&generic, i, 0), group);
    for (size_t i = 0; i < rows.count; i++) {
        struct membership *member = map_get(&places, (uint64_t)rows_int(&rows, i, 0));
        if (!rows_is_null(&rows, i, 1))
            member->before = rows_uuid(&rows, i, 1);
        if (!read_first(group, &rows, i, err))
            return false;
    }
    return true;
}

bool thing_group_split(struct thing_group *group, struct error *err)
{
    if (!read_all(group, err))
        return false;
    size_t n = 0, count = group->subjects.count;
    const struct record **records = NEW_ARRAY(group->work, const struct record *, count + 1);
    int64_t *clusters = NEW_ARRAY(group->work, int64_t, count + 1);
    for (size_t i = 0; i < count; i++)
        if (group->subjects.list[i]->record)
            records[n++] = group->subjects.list[i]->record;
    thing_partition(group->hub->dictionary, records, n, &group->generic, clusters);
    n = 0;
    for (size_t i = 0; i < count; i++)
        group->members[i].cluster = group->subjects.list[i]->record ? clusters[n++] : 0;
    return true;
}

/* What is stated of one cluster. */
struct cluster {
    struct uuid id;
    struct member *list;
    size_t count, room;
};

static void build(const struct thing_group *group, const struct cluster *cluster,
                  struct thing_rows *rows)
{
    struct arena *work = group->work;
    struct thing thing;
    thing_build(work, group->hub->dictionary, cluster->list, cluster->count, &thing);
    LIST_ADD(work, rows,
             ((struct thing_row){.id = cluster->id,
                                 .class_name = thing.class_name,
                                 .doc = thing.doc,
                                 .lineage = thing.lineage,
                                 .lead = thing.lead->record->id,
                                 .customer = thing.customer_record_id,
                                 .visitor = thing.visitor,
                                 .moment = thing.moment}));
    for (size_t i = 0; i < thing.relation_count; i++)
        LIST_ADD(work, &rows->relations,
                 ((struct thing_relation_row){cluster->id, thing.relations[i].role,
                                              thing.relations[i].to_id}));
}

void thing_group_build(const struct thing_group *group, const struct map *wanted,
                       struct thing_rows *rows)
{
    struct arena *work = group->work;
    struct map by_cluster = {.arena = work};
    struct clusters {
        struct cluster **list;
        size_t count, room;
    } clusters = {0};
    for (size_t i = 0; i < group->subjects.count; i++) {
        const struct membership *m = &group->members[i];
        if (!m->cluster || (wanted && !map_get(wanted, (uint64_t)m->cluster)))
            continue;
        struct cluster *cluster = map_get(&by_cluster, (uint64_t)m->cluster);
        if (!cluster) {
            cluster = NEW(work, struct cluster);
            cluster->id = m->after;
            map_put(&by_cluster, (uint64_t)m->cluster, cluster);
            LIST_ADD(work, &clusters, cluster);
        }
        const struct subject *subject = group->subjects.list[i];
        LIST_ADD(work, cluster, ((struct member){subject->record, subject->trust}));
    }
    for (size_t i = 0; i < clusters.count; i++)
        build(group, clusters.list[i], rows);
}

bool thing_rows_run(struct arena *work, const struct hub *hub, const struct thing_rows *t,
                    const struct stmt *stmt, struct rows *rows, struct error *err)
{
    return db_run(work, hub->db, stmt,
                  PARAMS(DB_COLUMN(work, t, id), DB_COLUMN(work, t, class_name),
                         DB_COLUMN(work, t, lead), DB_COLUMN(work, t, customer),
                         DB_COLUMN(work, t, doc), DB_COLUMN(work, t, lineage),
                         DB_COLUMN(work, t, visitor), DB_COLUMN(work, t, moment)),
                  rows, err);
}
