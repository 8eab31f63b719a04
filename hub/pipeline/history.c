#include "hub/pipeline/history.h"

#include "hub/base/list.h"
#include "hub/pipeline/posting.h"
#include "sql.gen.h"

enum { RECORD_CURRENT, RECORD_DELETED };

/* One part of a source record: as it is stored, and what this batch makes of it. */
struct part {
    struct part *next_of_key;
    const struct source_record *of;
    int64_t id, inbox_id, seq, content_hash;
    int version, state;
    const char *name; /* which part */
    struct slice stored_keys;
    bool stored;        /* there is a row */
    bool was_customer;  /* and it counts as a current customer record */
    bool seen, deleted; /* what this batch did, beside a new version */
    const struct version *new_version;
    struct delivery *from; /* of the new version */
};

/* One source record: its parts. */
struct source_record {
    int source_id;
    const char *key;
    struct part *parts;
};

/* A version that was replaced before it was ever stored. */
struct replaced {
    struct replaced *next;
    const struct part *part;
    const struct version *version;
    const struct delivery *from;
    int number;
};

/* Deliveries of earlier batches that lose current records. */
struct release {
    int64_t inbox_id;
    int lost;
    bool deleted;
};

struct history {
    struct arena *work;
    struct map by_key;      /* source_record */
    struct map by_id;       /* part */
    struct map by_delivery; /* struct delivery of this batch */
    struct map releases;    /* struct release */
    struct parts {
        struct part **list;
        size_t count, room;
    } parts; /* all, for writing */
    struct replaced *replaced;
};

static struct source_record *source_record(struct history *history, int source_id, const char *key)
{
    const char *name = arena_printf(history->work, "%d/%s", source_id, key);
    struct source_record *found = map_get_text(&history->by_key, name);
    if (!found) {
        found = NEW(history->work, struct source_record);
        found->source_id = source_id;
        found->key = key;
        map_put_text(&history->by_key, name, found);
    }
    return found;
}

static struct part *add_part(struct history *history, struct source_record *record, int64_t id,
                             const char *name)
{
    struct part *part = NEW(history->work, struct part);
    part->id = id;
    part->name = name;
    part->of = record;
    part->next_of_key = record->parts;
    record->parts = part;
    LIST_ADD(history->work, &history->parts, part);
    map_put(&history->by_id, (uint64_t)id, part);
    return part;
}

static void read_part(struct history *history, const struct rows *rows, size_t i)
{
    struct source_record *record =
        source_record(history, (int)rows_int(rows, i, 1), rows_text(rows, i, 2));
    struct part *part = add_part(history, record, rows_int(rows, i, 0), rows_text(rows, i, 3));
    part->stored = true;
    part->state = (int)rows_int(rows, i, 4);
    part->version = (int)rows_int(rows, i, 5);
    part->inbox_id = rows_int(rows, i, 6);
    part->seq = rows_int(rows, i, 7);
    part->content_hash = rows_int(rows, i, 8);
    part->stored_keys = rows_bytes(rows, i, 9);
    part->was_customer =
        part->state == RECORD_CURRENT && text_equal(rows_text(rows, i, 10), "customer");
}

/* Which source records, and which ids, a batch is about. */
static bool load_parts(struct history *history, const struct hub *hub,
                       const struct delivery *deliveries, size_t count, struct error *err)
{
    struct arena *work = history->work;
    size_t room = 0, n = 0;
    for (size_t i = 0; i < count; i++)
        room += deliveries[i].count;
    int32_t *source_ids = NEW_ARRAY(work, int32_t, room + 1);
    int64_t *record_ids = NEW_ARRAY(work, int64_t, room + 1);
    const char **keys = NEW_ARRAY(work, const char *, room + 1);
    for (size_t i = 0; i < count; i++)
        for (size_t v = 0; v < deliveries[i].count; v++, n++) {
            source_ids[n] = deliveries[i].source->id;
            keys[n] = deliveries[i].versions[v].record->key;
            record_ids[n] = deliveries[i].versions[v].record->id;
        }
    struct rows rows;
    if (!db_run(work, hub->db, &SQL_RECORD_LOCK,
                PARAMS(db_int4s(work, source_ids, n), db_texts(work, keys, n),
                       db_int8s(work, record_ids, n)),
                &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        read_part(history, &rows, i);
    return true;
}

static bool lock_parts(struct arena *work, const struct hub *hub, const struct delivery *deliveries,
                       size_t count, struct error *err)
{
    int32_t *ids = NEW_ARRAY(work, int32_t, count + 1);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!deliveries[i].rejected && mapping_has_parts(deliveries[i].source->mapping))
            ids[n++] = deliveries[i].source->id;
    return !n || db_run(work, hub->db, &SQL_PARTS_LOCK, PARAMS(db_int4s(work, ids, n)), NULL, err);
}

struct history *history_load(struct arena *work, const struct hub *hub,
                             const struct delivery *deliveries, size_t count, struct error *err)
{
    struct history *history = NEW(work, struct history);
    history->work = history->by_key.arena = history->by_id.arena = work;
    history->by_delivery.arena = history->releases.arena = work;
    return lock_parts(work, hub, deliveries, count, err) &&
                   load_parts(history, hub, deliveries, count, err)
               ? history
               : NULL;
}

/* The version of a part that was current so far is no longer: its delivery loses a live record. */
static void release(struct history *history, const struct part *part, bool deleted)
{
    struct delivery *mine = map_get(&history->by_delivery, (uint64_t)part->inbox_id);
    if (mine) {
        mine->live--;
        mine->lost_deleted = deleted;
        return;
    }
    struct release *release = map_get(&history->releases, (uint64_t)part->inbox_id);
    if (!release) {
        release = NEW(history->work, struct release);
        release->inbox_id = part->inbox_id;
        map_put(&history->releases, (uint64_t)part->inbox_id, release);
    }
    release->lost++;
    release->deleted = deleted;
}

static void archive_new(struct history *history, const struct part *part)
{
    struct replaced *replaced = NEW(history->work, struct replaced);
    *replaced = (struct replaced){.next = history->replaced,
                                  .part = part,
                                  .version = part->new_version,
                                  .from = part->from,
                                  .number = part->version};
    history->replaced = replaced;
}

static bool is_current(const struct part *part)
{
    return (part->stored || part->new_version) && part->state == RECORD_CURRENT;
}

static void add_version(struct history *history, struct delivery *delivery, struct part *part,
                        const struct version *version)
{
    part->seq = delivery->inbox_id;
    if (is_current(part) && part->content_hash == version->content_hash) {
        part->seen = true;
        delivery->unchanged = true;
        return;
    }
    if (is_current(part)) {
        release(history, part, false);
        if (part->new_version)
            archive_new(history, part);
    }
    part->version++;
    part->state = RECORD_CURRENT;
    part->deleted = false;
    part->inbox_id = delivery->inbox_id;
    part->content_hash = version->content_hash;
    part->new_version = version;
    part->from = delivery;
    delivery->live++;
    delivery->was_live = true;
}

static struct part *find_part(const struct source_record *record, const char *name)
{
    for (struct part *part = record->parts; part; part = part->next_of_key)
        if (text_equal(part->name, name))
            return part;
    return NULL;
}

static bool states(const struct delivery *delivery, const char *key, const char *part)
{
    for (size_t v = 0; v < delivery->count; v++)
        if (text_equal(delivery->versions[v].record->key, key) &&
            text_equal(delivery->versions[v].record->part, part))
            return true;
    return false;
}

/* Parts of a source record that its newest delivery no longer has are gone. */
static void drop_parts(struct history *history, const struct delivery *delivery,
                       const struct source_record *record)
{
    for (struct part *part = record->parts; part; part = part->next_of_key) {
        if (!is_current(part) || states(delivery, record->key, part->name))
            continue;
        release(history, part, true);
        if (part->new_version)
            archive_new(history, part);
        if (part->stored) /* otherwise it is stored as deleted: its number must not come again */
            part->new_version = NULL;
        part->state = RECORD_DELETED;
        part->deleted = true;
        part->seq = delivery->inbox_id;
        part->version++;
    }
}

/* A later delivery may have been faster: then what an earlier one says of the record, and what it does
 * not say, is superseded already. */
static bool is_late(const struct delivery *delivery, const struct source_record *record)
{
    for (const struct part *part = record->parts; part; part = part->next_of_key)
        if (part->seq > delivery->inbox_id)
            return true;
    return false;
}

/* Ids are hashes: two names with one id are possible, and the second can never be stored. */
static bool refuse_collision(const struct history *history, struct delivery *delivery)
{
    for (size_t v = 0; v < delivery->count; v++) {
        const struct record *record = delivery->versions[v].record;
        const struct part *holder = map_get(&history->by_id, (uint64_t)record->id);
        if (!holder ||
            (holder->of->source_id == delivery->source->id &&
             text_equal(holder->of->key, record->key) && text_equal(holder->name, record->part)))
            continue;
        delivery->rejected = true;
        delivery->reject = (struct reject){
            .stage = "id",
            .code = "collision",
            .line = delivery->line,
            .message = arena_printf(history->work,
                                    "record '%s' has the same id as another record, '%s': "
                                    "give one of them another key",
                                    record->key, holder->of->key)};
        return true;
    }
    return false;
}

void history_add(struct history *history, struct delivery *delivery)
{
    if (refuse_collision(history, delivery))
        return;
    map_put(&history->by_delivery, (uint64_t)delivery->inbox_id, delivery);
    for (size_t v = 0; v < delivery->count; v++) {
        const struct record *record = delivery->versions[v].record;
        struct source_record *stored = source_record(history, delivery->source->id, record->key);
        if (is_late(delivery, stored))
            continue;
        struct part *part = find_part(stored, record->part);
        if (!part)
            part = add_part(history, stored, record->id, record->part);
        add_version(history, delivery, part, &delivery->versions[v]);
    }
    for (size_t v = 0; v < delivery->count; v++) {
        struct source_record *stored =
            source_record(history, delivery->source->id, delivery->versions[v].record->key);
        if (!is_late(delivery, stored))
            drop_parts(history, delivery, stored);
    }
}

/* A row of the statements that store versions. */
struct row {
    int64_t id, hash, inbox, seq;
    int32_t mapping, version, source, state;
    const char *class_name, *key, *part, *region, *effective, *doc;
    struct slice features, keys;
};

struct version_rows {
    struct row *list;
    size_t count, room;
};

static struct row row_of(const struct part *part, const struct version *version,
                         const struct delivery *from, int number)
{
    const struct record *record = version->record;
    return (struct row){
        .id = part->id,
        .hash = version->content_hash,
        .inbox = from->inbox_id,
        .seq = part->seq,
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
    if (!db_run(work, db, &SQL_RECORD_ADD,
                PARAMS(DB_COLUMN(work, v, id), DB_COLUMN(work, v, hash), DB_COLUMN(work, v, inbox),
                       DB_COLUMN(work, v, seq), DB_COLUMN(work, v, mapping),
                       DB_COLUMN(work, v, version), DB_COLUMN(work, v, source),
                       DB_COLUMN(work, v, class_name), DB_COLUMN(work, v, key),
                       DB_COLUMN(work, v, part), DB_COLUMN(work, v, region),
                       DB_COLUMN(work, v, effective), DB_COLUMN(work, v, doc),
                       DB_COLUMN(work, v, features), DB_COLUMN(work, v, keys),
                       DB_COLUMN(work, v, state)),
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
                                      DB_COLUMN(work, v, keys), DB_COLUMN(work, v, class_name)),
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

/* Parts that were only seen again, and parts that are gone: a number each. */
static bool write_marks(struct history *history, struct db *db, const struct stmt *stmt,
                        bool deleted, struct error *err)
{
    struct arena *work = history->work;
    int64_t *ids = NEW_ARRAY(work, int64_t, history->parts.count + 1);
    int64_t *seqs = NEW_ARRAY(work, int64_t, history->parts.count + 1);
    int32_t *versions = NEW_ARRAY(work, int32_t, history->parts.count + 1);
    size_t n = 0;
    for (size_t i = 0; i < history->parts.count; i++) {
        const struct part *part = history->parts.list[i];
        bool marked = deleted ? part->deleted : part->seen && !part->deleted;
        if (!marked || !part->stored || part->new_version)
            continue;
        ids[n] = part->id;
        versions[n] = part->version;
        seqs[n++] = part->seq;
    }
    return !n || db_run(work, db, stmt,
                        PARAMS(db_int8s(work, ids, n), db_int8s(work, seqs, n),
                               db_int4s(work, versions, n)),
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
        dropped[n++] = posting_change(&changes, part->id, part->stored_keys,
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

bool history_write(struct history *history, struct db *db, struct error *err)
{
    return write_archive(history, db, err) && write_versions(history, db, err) &&
           write_archive_new(history, db, err) &&
           write_marks(history, db, &SQL_RECORD_SEE, false, err) &&
           write_marks(history, db, &SQL_RECORD_DELETE, true, err) &&
           write_postings(history, db, err) && write_releases(history, db, err);
}
