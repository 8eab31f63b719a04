#include "hub/verify/verify_things.h"

#include "hub/base/list.h"
#include "hub/pipeline/owners.h"
#include "hub/pipeline/statements.h"
#include "hub/pipeline/thing_group.h"
#include "sql.gen.h"

#define PAGE 500

/* What is looked at, page by page. */
struct checks {
    struct arena *work;
    struct verdict partition, goldens, keys, statements, owners, visitors;
};

static void note(struct arena *work, struct verdict *verdict, size_t wrong, struct uuid thing)
{
    char text[UUID_TEXT];
    verdict->wrong += (int64_t)wrong;
    if (!wrong || verdict->example)
        return;
    uuid_text(thing, text);
    verdict->example = arena_strdup(work, text);
}

/* Same thing and same cluster must mean the same: each thing one cluster, each cluster one thing. */
static void check_partition(struct checks *checks, struct thing_group *group)
{
    struct map thing_of = {.arena = group->work}, cluster_of = {.arena = group->work};
    char name[UUID_TEXT];
    for (size_t i = 0; i < group->subjects.count; i++) {
        struct membership *m = &group->members[i];
        uuid_text(m->before, name);
        struct membership *thing = map_get_text(&thing_of, name);
        struct membership *cluster = map_get(&cluster_of, (uint64_t)m->cluster);
        bool wrong = (thing && thing->cluster != m->cluster) ||
                     (m->cluster && cluster && uuid_compare(cluster->before, m->before) != 0) ||
                     (!m->cluster) != uuid_is_nil(m->before);
        note(checks->work, &checks->partition, wrong, m->before);
        if (!thing && !uuid_is_nil(m->before))
            map_put_text(&thing_of, arena_strdup(group->work, name), m);
        if (!cluster && m->cluster)
            map_put(&cluster_of, (uint64_t)m->cluster, m);
        m->after = m->before;
    }
}

static bool check_docs(struct checks *checks, const struct thing_group *group, struct error *err)
{
    struct thing_rows things = {0};
    struct rows differ, relations;
    struct arena *work = group->work;
    thing_group_build(group, NULL, &things);
    if (!things.count)
        return true;
    if (!thing_rows_run(work, group->hub, &things, &SQL_THING_DIFFER, &differ, err) ||
        !db_run(work, group->hub->db, &SQL_THING_RELATION_DIFFER,
                PARAMS(DB_COLUMN(work, &things, id), DB_COLUMN(work, &things.relations, id),
                       DB_COLUMN(work, &things.relations, role),
                       DB_COLUMN(work, &things.relations, to)),
                &relations, err))
        return false;
    checks->goldens.checked += (int64_t)things.count;
    for (size_t i = 0; i < differ.count; i++)
        note(checks->work, &checks->goldens, 1, rows_uuid(&differ, i, 0));
    for (size_t i = 0; i < relations.count; i++)
        note(checks->work, &checks->goldens, 1, rows_uuid(&relations, i, 0));
    return true;
}

static bool check_keys(struct checks *checks, const struct thing_group *group, struct error *err)
{
    struct arena *work = group->work;
    struct keyed keyed = {0};
    struct rows rows;
    int64_t *ids = NEW_ARRAY(work, int64_t, group->subjects.count + 1);
    for (size_t i = 0; i < group->subjects.count; i++) {
        const struct subject *subject = group->subjects.list[i];
        const struct thing_key *keys;
        ids[i] = subject->id;
        size_t count =
            subject->record ? thing_keys(work, group->hub->dictionary, subject->record, &keys) : 0;
        for (size_t k = 0; k < count; k++)
            LIST_ADD(work, &keyed, ((struct keyed_row){keys[k].key, subject->id}));
    }
    if (!db_run(work, group->hub->db, &SQL_THING_KEY_DIFFER,
                PARAMS(db_int8s(work, ids, group->subjects.count), DB_COLUMN(work, &keyed, key),
                       DB_COLUMN(work, &keyed, statement)),
                &rows, err))
        return false;
    checks->keys.checked += (int64_t)group->subjects.count;
    checks->keys.wrong += (int64_t)rows.count;
    if (rows.count && !checks->keys.example)
        checks->keys.example =
            arena_printf(checks->work, "statement %lld", (long long)rows_int(&rows, 0, 0));
    return true;
}

static bool check_page(struct checks *checks, const struct hub *hub, const struct rows *page,
                       struct error *err)
{
    ARENA(work);
    struct thing_group group = {.work = work, .hub = hub, .by_id.arena = work};
    struct rows records;
    struct uuid *ids = NEW_ARRAY(work, struct uuid, page->count + 1), none = {0};
    bool grew;
    size_t wrong;
    for (size_t i = 0; i < page->count; i++)
        ids[i] = rows_uuid(page, i, 0);
    struct param things = db_uuids(work, ids, page->count);
    if (!db_run(work, hub->db, &SQL_THING_MEMBERS, PARAMS(things), &records, err))
        return false;
    for (size_t i = 0; i < records.count; i++)
        thing_group_add(&group, rows_int(&records, i, 0), false);
    if (!thing_group_close(&group, false, &grew, err) || !thing_group_split(&group, err))
        return false;
    check_partition(checks, &group);
    checks->partition.checked += (int64_t)page->count;
    if (!check_docs(checks, &group, err) || !check_keys(checks, &group, err) ||
        !owners_differ(work, hub, ids, page->count, &wrong, err))
        return false;
    checks->owners.checked += (int64_t)page->count;
    note(checks->work, &checks->owners, wrong, page->count ? ids[0] : none);
    return true;
}

/* One page of what records state. */
static bool check_statements(struct checks *checks, const struct hub *hub, int64_t *after,
                             size_t *got, struct error *err)
{
    ARENA(work);
    struct rows page;
    if (!db_run(work, hub->db, &SQL_THING_MEMBER_PAGE,
                PARAMS(db_int(work, *after), db_int(work, PAGE)), &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++) {
        struct record record = {.id = *after = rows_int(&page, i, 0),
                                .source = rows_text(&page, i, 2),
                                .key = rows_text(&page, i, 3),
                                .part = rows_text(&page, i, 4),
                                .class_name = rows_text(&page, i, 5)};
        if (!record_from_json(work, hub->dictionary, record.class_name, rows_text(&page, i, 6),
                              &record, err))
            return false;
        struct verdict *verdict = &checks->statements;
        bool right = rows_bool(&page, i, 7) &&
                     thing_statement(work, hub->dictionary, &record) == rows_int(&page, i, 1);
        verdict->wrong += !right;
        if (!right && !verdict->example)
            verdict->example = arena_printf(checks->work, "record %lld", (long long)record.id);
    }
    checks->statements.checked += (int64_t)page.count;
    *got = page.count;
    return true;
}

static bool check_members(struct checks *checks, const struct hub *hub, size_t sample,
                          struct error *err)
{
    int64_t after = INT64_MIN;
    struct rows wrong;
    for (size_t got = PAGE;
         got == PAGE && (!sample || checks->statements.checked < (int64_t)sample);)
        if (!check_statements(checks, hub, &after, &got, err))
            return false;
    if (!db_run(checks->work, hub->db, &SQL_VERIFY_GENERICS,
                PARAMS(db_int(checks->work, THING_KEY_MOST)), &wrong, err))
        return false;
    checks->keys.wrong += (int64_t)wrong.count;
    return true;
}

static bool check_visitors(struct checks *checks, const struct hub *hub, struct error *err)
{
    struct rows rows;
    if (!db_run(checks->work, hub->db, &SQL_VERIFY_VISITORS, NO_PARAMS, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        note(checks->work, &checks->visitors, 1, rows_uuid(&rows, i, 0));
    return true;
}

bool verify_things(struct arena *work, const struct hub *hub, size_t sample,
                   struct verdicts *verdicts, struct error *err)
{
    struct rows waiting;
    struct uuid after = {0};
    struct checks checks = {
        .work = work,
        .partition = {"things", "things follow from what identifies them", 0, 0, NULL},
        .goldens = {"thing docs", "what is published of them follows from their records", 0, 0,
                    NULL},
        .keys = {"thing keys", "every statement is found by what identifies it", 0, 0, NULL},
        .statements = {"statements", "what is stated of things follows from the records", 0, 0,
                       NULL},
        .owners = {"owners", "owners of products follow from registrations", 0, 0, NULL},
        .visitors = {"visitors", "visits are of who their visitor says to be", 0, 0, NULL},
    };
    if (!db_run(work, hub->db, &SQL_QUEUE_STATE, NO_PARAMS, &waiting, err))
        return false;
    bool settled = !rows_int(&waiting, 0, 1);
    if (!settled)
        checks.partition.promise = "things are not judged while records wait to be resolved";
    for (size_t got = PAGE;
         settled && got == PAGE && (!sample || checks.partition.checked < (int64_t)sample);) {
        ARENA(scratch);
        struct rows page;
        if (!db_run(scratch, hub->db, &SQL_THING_PAGE,
                    PARAMS(db_uuid(scratch, after), db_int(scratch, PAGE)), &page, err) ||
            !check_page(&checks, hub, &page, err))
            return false;
        got = page.count;
        if (got)
            after = rows_uuid(&page, got - 1, 0);
    }
    LIST_ADD(work, verdicts, checks.partition);
    if (!settled)
        return true;
    if (!check_members(&checks, hub, sample, err) || !check_visitors(&checks, hub, err))
        return false;
    LIST_ADD(work, verdicts, checks.goldens);
    LIST_ADD(work, verdicts, checks.keys);
    LIST_ADD(work, verdicts, checks.statements);
    LIST_ADD(work, verdicts, checks.owners);
    LIST_ADD(work, verdicts, checks.visitors);
    return true;
}
