#include "hub/base/list.h"
#include "hub/pipeline/children.h"
#include "hub/pipeline/history_parts.h"
#include "hub/pipeline/posting.h"
#include "sql.gen.h"

/* A row of the statements that store versions. */
struct row {
    int64_t id, hash, inbox, seq, listed;
    int32_t mapping, version, source, state;
    const char *class_name, *key, *part, *region, *effective, *doc, *order;
    struct slice features, keys;
};

struct version_rows {
    struct row *list;
    size_t count, room;
};

/* What lies before the delivery that counts says nothing more. */
static int64_t listed(const struct part *part)
{
    return part->listed > part->seq ? part->listed : 0;
}

static struct row row_of(const struct part *part, const struct version *version,
                         const struct delivery *from, int number)
{
    const struct record *record = version->record;
    return (struct row){
        .id = part->id,
        .hash = version->content_hash,
        .inbox = from->inbox_id,
        .seq = part->seq,
        .listed = listed(part),
        .order = part->order,
        .mapping = (int32_t)from->source->mapping_id,
        .version = number,
        .source = from->source->id,
        .state = part->state,
        .class_name = record->class_name,
        .key = record->key,
        .part = record->part,
        .region = record->region,
        .effective = record->effective,
        .doc = version->doc,
        .features = version->features,
        .keys = part->state == RECORD_CURRENT ? version->keys : (struct slice){0},
    };
}

static bool write_added(struct arena *work, struct db *db, const struct version_rows *v,
                        struct error *err)
{
    struct rows rows;
    if (!v->count)
        return true;
    if (!db_run(
            work, db, &SQL_RECORD_ADD,
            PARAMS(
                DB_COLUMN(work, v, id), DB_COLUMN(work, v, hash), DB_COLUMN(work, v, inbox),
                DB_COLUMN(work, v, seq), DB_COLUMN(work, v, mapping), DB_COLUMN(work, v, version),
                DB_COLUMN(work, v, source), DB_COLUMN(work, v, class_name), DB_COLUMN(work, v, key),
                DB_COLUMN(work, v, part), DB_COLUMN(work, v, region), DB_COLUMN(work, v, effective),
                DB_COLUMN(work, v, doc), DB_COLUMN(work, v, features), DB_COLUMN(work, v, keys),
                DB_COLUMN(work, v, state), DB_COLUMN(work, v, order), DB_COLUMN(work, v, listed)),
            &rows, err))
        return false;
    return rows.count == v->count ||
           error_set(err, ERROR_RETRY, "another worker stored one of the same records");
}

static bool write_replaced(struct arena *work, struct db *db, const struct version_rows *v,
                           struct error *err)
{
    return !v->count || db_run(work, db, &SQL_RECORD_REPLACE,
                               PARAMS(DB_COLUMN(work, v, id), DB_COLUMN(work, v, hash),
                                      DB_COLUMN(work, v, inbox), DB_COLUMN(work, v, seq),
                                      DB_COLUMN(work, v, mapping), DB_COLUMN(work, v, version),
                                      DB_COLUMN(work, v, region), DB_COLUMN(work, v, effective),
                                      DB_COLUMN(work, v, doc), DB_COLUMN(work, v, features),
                                      DB_COLUMN(work, v, keys), DB_COLUMN(work, v, class_name),
                                      DB_COLUMN(work, v, order), DB_COLUMN(work, v, listed)),
                               NULL, err);
}

/* Stored versions that this batch replaces. */
static bool write_archive(struct history *history, struct db *db, struct error *err)
{
    struct arena *work = history->work;
    int64_t *stored = NEW_ARRAY(work, int64_t, history->parts.count + 1);
    size_t n = 0;
    for (size_t i = 0; i < history->parts.count; i++) {
        const struct part *part = history->parts.list[i];
        if (part->stored && (part->new_version || part->deleted))
            stored[n++] = part->id;
    }
    return !n ||
           db_run(work, db, &SQL_RECORD_ARCHIVE, PARAMS(db_int8s(work, stored, n)), NULL, err);
}

/* Versions that this batch made and replaced itself.  After write_versions(): that tells whether somebody
 * else has stored the same record, with the same numbers. */
static bool write_archive_new(struct history *history, struct db *db, struct error *err)
{
    struct arena *work = history->work;
    struct version_rows versions = {0};
    for (const struct replaced *r = history->replaced; r; r = r->next)
        LIST_ADD(work, &versions, row_of(r->part, r->version, r->from, r->number));
    return !versions.count ||
           db_run(work, db, &SQL_RECORD_ARCHIVE_NEW,
                  PARAMS(DB_COLUMN(work, &versions, id), DB_COLUMN(work, &versions, version),
                         DB_COLUMN(work, &versions, inbox), DB_COLUMN(work, &versions, mapping),
                         DB_COLUMN(work, &versions, effective), DB_COLUMN(work, &versions, doc)),
                  NULL, err);
}

static bool write_versions(struct history *history, struct db *db, struct error *err)
{
    struct arena *work = history->work;
    struct version_rows added = {0}, replaced = {0};
    for (size_t i = 0; i < history->parts.count; i++) {
        const struct part *part = history->parts.list[i];
        if (part->new_version)
            LIST_ADD(work, part->stored ? &replaced : &added,
                     row_of(part, part->new_version, part->from, part->version));
    }
    return write_added(work, db, &added, err) && write_replaced(work, db, &replaced, err);
}

/* A row of the statements that only mark versions. */
struct mark {
    int64_t id, seq, listed;
    int32_t version;
    const char *order;
};

/* Parts that were only seen again, and parts that are gone: a number each. */
static bool write_marks(struct history *history, struct db *db, const struct stmt *stmt,
                        bool deleted, struct error *err)
{
    struct arena *work = history->work;
    struct {
        struct mark *list;
        size_t count, room;
    } m = {0};
    for (size_t i = 0; i < history->parts.count; i++) {
        const struct part *part = history->parts.list[i];
        bool marked = deleted ? part->deleted : part->seen && !part->deleted;
        if (!marked || !part->stored || part->new_version)
            continue;
        struct mark mark = {part->id, part->seq, listed(part), part->version, part->order};
        LIST_ADD(work, &m, mark);
    }
    return !m.count || db_run(work, db, stmt,
                              PARAMS(DB_COLUMN(work, &m, id), DB_COLUMN(work, &m, seq),
                                     DB_COLUMN(work, &m, version), DB_COLUMN(work, &m, order),
                                     DB_COLUMN(work, &m, listed)),
                              NULL, err);
}

/* Postings, and a job for every record that changed. */
static bool write_postings(struct history *history, struct db *db, struct error *err)
{
    struct arena *work = history->work;
    struct posting_changes changes = {.arena = work};
    int64_t *ids = NEW_ARRAY(work, int64_t, history->parts.count + 1), count = 0;
    struct slice *dropped = NEW_ARRAY(work, struct slice, history->parts.count + 1);
    size_t n = 0;
    for (size_t i = 0; i < history->parts.count; i++) {
        const struct part *part = history->parts.list[i];
        bool was = part->was_customer;
        bool is = part->new_version && !part->deleted && part->new_version->features.size;
        if (!part->new_version && !(part->stored && part->deleted))
            continue;
        count += (int64_t)is - (int64_t)was;
        if (!was && !is)
            continue;
        ids[n] = part->id;
        dropped[n++] = is && !part->stored
                           ? posting_first(&changes, part->id, part->new_version->keys)
                           : posting_change(&changes, part->id, part->stored_keys,
                                            is ? part->new_version->keys : (struct slice){0});
    }
    if (!posting_write(&changes, db, err))
        return false;
    if (n && !db_run(work, db, &SQL_JOB_ADD,
                     PARAMS(db_int8s(work, ids, n), db_byteas(work, dropped, n)), NULL, err))
        return false;
    return !count ||
           db_run(work, db, &SQL_RECORD_COUNT_ADD, PARAMS(db_int(work, count)), NULL, err);
}

static bool write_releases(struct history *history, struct db *db, struct error *err)
{
    struct arena *work = history->work;
    const struct map *releases = &history->releases;
    int64_t *ids = NEW_ARRAY(work, int64_t, releases->count + 1);
    int32_t *lost = NEW_ARRAY(work, int32_t, releases->count + 1);
    int32_t *states_left = NEW_ARRAY(work, int32_t, releases->count + 1);
    size_t n = 0;
    for (size_t i = 0; i < releases->room; i++) {
        const struct release *release = releases->slots[i].value;
        if (!release)
            continue;
        ids[n] = release->inbox_id;
        lost[n] = release->lost;
        states_left[n++] = release->deleted ? INBOX_DELETED : INBOX_SUPERSEDED;
    }
    return !n || db_run(work, db, &SQL_INBOX_RELEASE,
                        PARAMS(db_int8s(work, ids, n), db_int4s(work, lost, n),
                               db_int4s(work, states_left, n)),
                        NULL, err);
}

/* Relations and things, of every part that changed. */
static bool write_children(struct history *history, struct db *db, struct error *err)
{
    struct arena *work = history->work;
    struct child *children = NEW_ARRAY(work, struct child, history->parts.count + 1);
    size_t n = 0;
    for (size_t i = 0; i < history->parts.count; i++) {
        const struct part *part = history->parts.list[i];
        if (part->new_version || (part->stored && part->deleted))
            children[n++] =
                (struct child){part->id, part->stored, part->stored && !part->was_customer,
                               is_current(part) ? part->new_version : NULL};
    }
    return children_write(work, db, children, n, err);
}

bool history_write(struct history *history, struct db *db, struct error *err)
{
    return write_archive(history, db, err) && write_versions(history, db, err) &&
           write_archive_new(history, db, err) &&
           write_marks(history, db, &SQL_RECORD_SEE, false, err) &&
           write_marks(history, db, &SQL_RECORD_DELETE, true, err) &&
           write_postings(history, db, err) && write_children(history, db, err) &&
           write_releases(history, db, err);
}
