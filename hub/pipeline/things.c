#include "hub/pipeline/things.h"

#include "hub/base/list.h"
#include "hub/pipeline/resolve.h"
#include "hub/pipeline/statements.h"
#include "hub/pipeline/thing_group.h"
#include "hub/pipeline/visitors.h"
#include "hub/store/applied.h"
#include "sql.gen.h"

#define STATEMENTS_MOST 20000 /* that one transaction looks at */
#define ATTEMPTS_MOST 20      /* of locking a group that grows under our hands */

/* Ids of a kind that go into one statement. */
struct uuids {
    struct uuid *list;
    size_t count, room;
};

static struct param ids_of(const struct thing_group *group)
{
    int64_t *ids = NEW_ARRAY(group->work, int64_t, group->subjects.count + 1);
    for (size_t i = 0; i < group->subjects.count; i++)
        ids[i] = group->subjects.list[i]->id;
    return db_int8s(group->work, ids, group->subjects.count);
}

/* Who makes a statement again while it is taken away has a job of its own: it stays then. */
static bool put_statements(const struct thing_group *group, struct error *err)
{
    struct arena *work = group->work;
    struct db *db = group->hub->db;
    struct uuids things = {0};
    struct ids put = {0}, gone = {0};
    for (size_t i = 0; i < group->subjects.count; i++) {
        const struct membership *m = &group->members[i];
        if (uuid_is_nil(m->after))
            LIST_ADD(work, &gone, m->record_id);
        if (uuid_is_nil(m->after) || uuid_compare(m->before, m->after) == 0)
            continue;
        LIST_ADD(work, &put, m->record_id);
        LIST_ADD(work, &things, m->after);
    }
    struct param left = db_int8s(work, gone.list, gone.count);
    return (!put.count || db_run(work, db, &SQL_THING_STATEMENT_PUT,
                                 PARAMS(db_int8s(work, put.list, put.count),
                                        db_uuids(work, things.list, things.count)),
                                 NULL, err)) &&
           (!gone.count ||
            (db_run(work, db, &SQL_THING_STATEMENT_CLAIM, PARAMS(left), NULL, err) &&
             db_run(work, db, &SQL_THING_STATEMENT_CLEAR, PARAMS(left), NULL, err) &&
             db_run(work, db, &SQL_THING_STATEMENT_REMOVE, PARAMS(left), NULL, err)));
}

/* Clusters that won or lost a statement, or one of whose statements another record makes now. */
static struct map changed_clusters(const struct thing_group *group)
{
    struct map changed = {.arena = group->work}, left = {.arena = group->work};
    char name[UUID_TEXT];
    for (size_t i = 0; i < group->subjects.count; i++) {
        const struct membership *m = &group->members[i];
        bool moved = uuid_compare(m->before, m->after) != 0;
        if (m->cluster && (moved || group->subjects.list[i]->job))
            map_put(&changed, (uint64_t)m->cluster, group->subjects.list[i]);
        uuid_text(m->before, name);
        if (moved && !uuid_is_nil(m->before))
            map_put_text(&left, arena_strdup(group->work, name), group->subjects.list[i]);
    }
    for (size_t i = 0; i < group->subjects.count; i++) {
        const struct membership *m = &group->members[i];
        uuid_text(m->after, name);
        if (m->cluster && map_get_text(&left, name))
            map_put(&changed, (uint64_t)m->cluster, group->subjects.list[i]);
    }
    return changed;
}

/* Products whose owners may be others now: those themselves, and those that registrations speak of or
 * did so far.  Asked for in any case: who comes to the other side later sees only what is committed. */
static bool queue_ownership(const struct thing_group *group, const struct uuids *touched,
                            const struct thing_rows *things, struct error *err)
{
    struct arena *work = group->work;
    struct rows before;
    struct ids jobs = {0};
    struct map registrations = {.arena = work};
    char name[UUID_TEXT];
    if (!db_run(work, group->hub->db, &SQL_THING_PRODUCTS,
                PARAMS(db_uuids(work, touched->list, touched->count)), &before, err))
        return false;
    for (size_t i = 0; i < before.count; i++)
        LIST_ADD(work, &jobs, rows_int(&before, i, 0));
    for (size_t i = 0; i < things->count; i++) {
        const struct thing_row *thing = &things->list[i];
        uuid_text(thing->id, name);
        if (text_equal(thing->class_name, "product"))
            LIST_ADD(work, &jobs, thing->lead);
        if (text_equal(thing->class_name, "registration"))
            map_put_text(&registrations, arena_strdup(work, name), group->subjects.list[0]);
    }
    for (size_t i = 0; i < things->relations.count; i++) {
        const struct thing_relation_row *relation = &things->relations.list[i];
        uuid_text(relation->id, name);
        if (text_equal(relation->role, "product") && map_get_text(&registrations, name))
            LIST_ADD(work, &jobs, relation->to);
    }
    return !jobs.count ||
           db_run(work, group->hub->db, &SQL_JOB_ADD_KIND,
                  PARAMS(db_int8s(work, jobs.list, jobs.count), db_int(work, JOB_OWNERSHIP)), NULL,
                  err);
}

/* Those that stay are locked with those that go, in one order: who decides about owners does so, too. */
static bool remove_things(const struct thing_group *group, const struct uuids *touched,
                          const struct uuids *retired, struct error *err)
{
    struct arena *work = group->work;
    struct db *db = group->hub->db;
    return !retired->count ||
           (db_run(work, db, &SQL_THING_LOCK, PARAMS(db_uuids(work, touched->list, touched->count)),
                   NULL, err) &&
            db_run(work, db, &SQL_THING_REMOVE,
                   PARAMS(db_uuids(work, retired->list, retired->count)), NULL, err));
}

static bool write_things(const struct thing_group *group, const struct identity_changes *changes,
                         struct error *err)
{
    struct arena *work = group->work;
    struct db *db = group->hub->db;
    struct thing_rows things = {0};
    struct uuids touched = {0}, retired = {0};
    struct map changed = changed_clusters(group);
    thing_group_build(group, &changed, &things);
    for (size_t i = 0; i < things.count; i++)
        LIST_ADD(work, &touched, things.list[i].id);
    for (size_t i = 0; i < changes->count; i++)
        if (changes->list[i].fate == IDENTITY_RETIRED) {
            LIST_ADD(work, &touched, changes->list[i].id);
            LIST_ADD(work, &retired, changes->list[i].id);
        }
    if (!touched.count)
        return true;
    struct visitors visitors = {.work = work, .db = db};
    return visitors_enter(&visitors, db_uuids(work, touched.list, touched.count), &things, err) &&
           queue_ownership(group, &touched, &things, err) &&
           remove_things(group, &touched, &retired, err) &&
           (!things.count ||
            thing_rows_run(work, group->hub, &things, &SQL_THING_PUT, NULL, err)) &&
           db_run(work, db, &SQL_THING_RELATION_PUT,
                  PARAMS(db_uuids(work, touched.list, touched.count),
                         DB_COLUMN(work, &things.relations, id),
                         DB_COLUMN(work, &things.relations, role),
                         DB_COLUMN(work, &things.relations, to)),
                  NULL, err) &&
           visitors_stitch(&visitors, &things, err);
}

static bool write(struct thing_group *group, struct error *err)
{
    struct identity_changes changes;
    if (!thing_group_split(group, err))
        return false;
    identity_assign(group->work, group->members, group->subjects.count, NULL, 0, &changes);
    return put_statements(group, err) && write_things(group, &changes, err);
}

/* Each key has its limit; only a long chain of several keys can come here. */
static bool is_bearable(const struct thing_group *group, struct error *err)
{
    return group->subjects.count <= STATEMENTS_MOST ||
           error_set(err, ERROR_REJECT,
                     "more than %d statements would be looked at for things at once",
                     STATEMENTS_MOST);
}

/* Lock what the outcome depends on; when it grows meanwhile, let go and start again. */
static bool resolve_jobs(const struct hub *hub, const struct rows *jobs, struct error *err)
{
    for (unsigned attempt = 0; attempt < ATTEMPTS_MOST; attempt++) {
        ARENA(trial);
        struct thing_group group = {.work = trial, .hub = hub, .by_id.arena = trial};
        bool grew;
        for (size_t i = 0; i < jobs->count; i++)
            thing_group_add(&group, rows_int(jobs, i, 0), true);
        if (!db_script(hub->db, "savepoint locks", err) ||
            !thing_group_close(&group, false, &grew, err) || !is_bearable(&group, err) ||
            !db_run(trial, hub->db, &SQL_THING_STATEMENT_LOCK, PARAMS(ids_of(&group)), NULL, err) ||
            !thing_group_close(&group, true, &grew, err))
            return false;
        if (!grew)
            return write(&group, err);
        if (!db_script(hub->db, "rollback to savepoint locks", err))
            return false;
    }
    return error_set(err, ERROR_RETRY, "records of a thing came faster than they could be locked");
}

/* Those that count the same key do so one after the other. */
static bool turn_generic(struct arena *work, const struct hub *hub, const struct rows *jobs,
                         struct error *err)
{
    int64_t *ids = NEW_ARRAY(work, int64_t, jobs->count);
    for (size_t i = 0; i < jobs->count; i++)
        ids[i] = rows_int(jobs, i, 0);
    struct param statements = db_int8s(work, ids, jobs->count);
    return db_run(work, hub->db, &SQL_THING_GENERIC_LOCK,
                  PARAMS(statements, db_int(work, THING_KEY_MOST / 2)), NULL, err) &&
           db_run(work, hub->db, &SQL_THING_GENERIC_TURN,
                  PARAMS(statements, db_int(work, THING_KEY_MOST), db_int(work, JOB_THING)), NULL,
                  err);
}

bool things_batch(const struct hub *hub, size_t limit, size_t *done, struct error *err)
{
    ARENA(work);
    struct rows jobs;
    *done = 0;
    struct tx *tx = tx_begin(work, hub->db, err);
    if (!tx || !hub_enter(hub, err) ||
        !db_run(work, hub->db, &SQL_JOB_CLAIM,
                PARAMS(db_int(work, (int64_t)limit), db_int(work, JOB_THING)), &jobs, err))
        return false;
    if (!jobs.count)
        return true;
    if (!turn_generic(work, hub, &jobs, err) || !resolve_jobs(hub, &jobs, err) ||
        !tx_commit(tx, err))
        return false;
    *done = jobs.count;
    return true;
}

/* What the records state that are current, locked and read; the others state nothing. */
static bool rekey(struct arena *work, const struct hub *hub, struct param ids, struct error *err)
{
    struct rows rows;
    struct statements statements = {0};
    if (!db_run(work, hub->db, &SQL_COMPONENT_LOCK, PARAMS(ids), NULL, err) ||
        !db_run(work, hub->db, &SQL_THING_RECORDS, PARAMS(ids), &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct record record = {.id = rows_int(&rows, i, 0),
                                .source = rows_text(&rows, i, 1),
                                .key = rows_text(&rows, i, 2),
                                .part = rows_text(&rows, i, 3),
                                .class_name = rows_text(&rows, i, 4)};
        const struct thing_key *keys;
        if (!record_from_json(work, hub->dictionary, record.class_name, rows_text(&rows, i, 5),
                              &record, err))
            return false;
        size_t count = thing_keys(work, hub->dictionary, &record, &keys);
        const struct statement_row row = {
            record.id, thing_statement(work, hub->dictionary, &record), rows_text(&rows, i, 6)};
        statements_add(work, &statements, &row, keys, count);
    }
    return statements_write(work, hub->db, &statements, ids, err);
}

bool things_rekey_batch(const struct hub *hub, size_t limit, size_t *done, struct error *err)
{
    ARENA(work);
    struct rows jobs;
    *done = 0;
    struct tx *tx = tx_begin(work, hub->db, err);
    if (!tx || !hub_enter(hub, err) ||
        !db_run(work, hub->db, &SQL_JOB_CLAIM,
                PARAMS(db_int(work, (int64_t)limit), db_int(work, JOB_REKEY)), &jobs, err))
        return false;
    if (!jobs.count)
        return true;
    int64_t *list = NEW_ARRAY(work, int64_t, jobs.count);
    for (size_t i = 0; i < jobs.count; i++)
        list[i] = rows_int(&jobs, i, 0);
    struct param ids = db_int8s(work, list, jobs.count);
    if (!rekey(work, hub, ids, err) || !tx_commit(tx, err))
        return false;
    *done = jobs.count;
    return true;
}
