#include "hub/pipeline/history.h"

#include "hub/base/list.h"
#include "hub/pipeline/history_parts.h"
#include "sql.gen.h"

static bool is_of_snapshots(const struct delivery *delivery)
{
    const struct mapping *mapping = delivery->source->mapping;
    return mapping && mapping->from.snapshot;
}

static struct source_record *source_record(struct history *history, int source_id, const char *key)
{
    const char *name = arena_printf(history->work, "%d/%s", source_id, key);
    struct source_record *found = map_get_text(&history->by_key, name);
    if (!found) {
        found = NEW(history->work, struct source_record);
        const int64_t *swept_to = map_get(&history->swept, (uint64_t)source_id);
        found->source_id = source_id;
        found->swept_to = swept_to ? *swept_to : 0;
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
    part->order = rows_text(rows, i, 11);
    part->listed = rows_int(rows, i, 12);
    part->was_current = part->state == RECORD_CURRENT;
    part->was_customer = part->was_current && text_equal(rows_text(rows, i, 10), "customer");
}

/* Which source records a batch is about, in step, and which ids. */
struct wanted {
    struct wanted_key {
        int32_t source;
        const char *key;
    } * list;
    size_t count, room;
    struct {
        int64_t *list;
        size_t count, room;
    } ids;
};

static void want(struct arena *work, const struct delivery *delivery, struct wanted *wanted)
{
    struct wanted_key one = {.source = delivery->source->id};
    for (size_t v = 0; v < delivery->count; v++) {
        one.key = delivery->versions[v].record->key;
        LIST_ADD(work, wanted, one);
        LIST_ADD(work, &wanted->ids, delivery->versions[v].record->id);
    }
    for (size_t i = 0; i < delivery->said_count; i++) {
        one.key = delivery->said[i];
        LIST_ADD(work, wanted, one);
    }
}

static bool load_parts(struct history *history, const struct hub *hub,
                       const struct delivery *deliveries, size_t count, struct error *err)
{
    struct arena *work = history->work;
    struct wanted wanted = {0};
    struct rows rows;
    for (size_t i = 0; i < count; i++)
        want(work, &deliveries[i], &wanted);
    if (!db_run(work, hub->db, &SQL_RECORD_LOCK,
                PARAMS(DB_COLUMN(work, &wanted, source), DB_COLUMN(work, &wanted, key),
                       db_int8s(work, wanted.ids.list, wanted.ids.count)),
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

/* What snapshots have swept away already matters to what was delivered before them. */
static bool load_swept(struct history *history, const struct hub *hub,
                       const struct delivery *deliveries, size_t count, struct error *err)
{
    struct rows rows;
    int32_t *ids = NEW_ARRAY(history->work, int32_t, count + 1);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (deliveries[i].replayed || (!deliveries[i].rejected && is_of_snapshots(&deliveries[i])))
            ids[n++] = deliveries[i].source->id;
    if (!n)
        return true;
    if (!db_run(history->work, hub->db, &SQL_SOURCE_SWEPT, PARAMS(db_int4s(history->work, ids, n)),
                &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        int64_t *swept_to = NEW(history->work, int64_t);
        *swept_to = rows_int(&rows, i, 1);
        map_put(&history->swept, (uint64_t)rows_int(&rows, i, 0), swept_to);
    }
    return true;
}

/* Deliveries that are mapped anew have current records already; once these are locked their number stays. */
static bool load_live(struct history *history, const struct hub *hub,
                      const struct delivery *deliveries, size_t count, struct error *err)
{
    struct rows rows;
    int64_t *ids = NEW_ARRAY(history->work, int64_t, count + 1);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (deliveries[i].replayed)
            ids[n++] = deliveries[i].inbox_id;
    if (!n)
        return true;
    if (!db_run(history->work, hub->db, &SQL_INBOX_LIVE, PARAMS(db_int8s(history->work, ids, n)),
                &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct delivery *mine = map_get(&history->by_delivery, (uint64_t)rows_int(&rows, i, 0));
        mine->live = (unsigned)rows_int(&rows, i, 1);
    }
    return true;
}

static int64_t last_named(const struct source_record *stored)
{
    int64_t last = 0;
    for (const struct part *part = stored->parts; part; part = part->next_of_key) {
        last = part->seq > last ? part->seq : last;
        last = part->listed > last ? part->listed : last;
    }
    return last;
}

/* Is what a part is by another delivery the later word?  The source's order decides, where it gives one
 * to both; otherwise that of the stream. */
static bool is_later(const struct part *part, const struct delivery *delivery, const char *order)
{
    return part->seq != delivery->inbox_id &&
           rank_is_after(part_rank(part), (struct rank){order, delivery->inbox_id});
}

/* A later delivery may have been faster: then what an earlier one says of the record, and what it does
 * not say, is superseded already.  The same where a later snapshot did not have the record. */
static bool is_late(const struct delivery *delivery, const struct source_record *stored,
                    const char *order)
{
    if (delivery->swept)
        return last_named(stored) >= delivery->inbox_id;
    if (!delivery->said_count && delivery->inbox_id < stored->swept_to &&
        last_named(stored) < stored->swept_to)
        return true;
    for (const struct part *part = stored->parts; part; part = part->next_of_key)
        if (is_later(part, delivery, order))
            return true;
    return false;
}

static bool any_late(struct history *history, const struct delivery *deliveries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t v = 0; v < deliveries[i].count; v++) {
            const struct record *record = deliveries[i].versions[v].record;
            if (is_late(&deliveries[i],
                        source_record(history, deliveries[i].source->id, record->key),
                        record->order))
                return true;
        }
    return false;
}

struct history *history_load(struct arena *work, const struct hub *hub, struct delivery *deliveries,
                             size_t count, struct error *err)
{
    struct history *history = NEW(work, struct history);
    history->hub = hub;
    history->work = history->by_key.arena = history->by_id.arena = work;
    history->by_delivery.arena = history->releases.arena = history->swept.arena = work;
    for (size_t i = 0; i < count; i++)
        if (!deliveries[i].swept)
            map_put(&history->by_delivery, (uint64_t)deliveries[i].inbox_id, &deliveries[i]);
    return lock_parts(work, hub, deliveries, count, err) &&
                   load_swept(history, hub, deliveries, count, err) &&
                   load_parts(history, hub, deliveries, count, err) &&
                   history_keep_load(history, deliveries, count,
                                     any_late(history, deliveries, count), err) &&
                   load_live(history, hub, deliveries, count, err)
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

void history_archive_new(struct history *history, const struct part *part)
{
    struct replaced *replaced = NEW(history->work, struct replaced);
    *replaced = (struct replaced){.next = history->replaced,
                                  .part = part,
                                  .version = part->new_version,
                                  .from = part->from,
                                  .number = part->version};
    history->replaced = replaced;
}

/* This delivery is the latest that says something of the part. */
static void set_latest(struct part *part, const struct delivery *delivery, const char *order)
{
    if (part->seq > delivery->inbox_id && part->listed < part->seq)
        part->listed = part->seq;
    part->seq = delivery->inbox_id;
    part->order = order;
}

static void add_version(struct history *history, struct delivery *delivery, struct part *part,
                        const struct version *version)
{
    set_latest(part, delivery, version->record->order);
    if (is_current(part) && part->content_hash == version->content_hash) {
        part->seen = true;
        delivery->unchanged = true;
        return;
    }
    if (is_current(part)) {
        release(history, part, false);
        if (part->new_version)
            history_archive_new(history, part);
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

static void delete_part(struct history *history, const struct delivery *delivery, struct part *part,
                        const char *order)
{
    release(history, part, true);
    if (part->new_version)
        history_archive_new(history, part);
    if (part->stored) /* otherwise it is stored as deleted: its number must not come again */
        part->new_version = NULL;
    part->state = RECORD_DELETED;
    part->deleted = true;
    part->version++;
    set_latest(part, delivery, order);
}

/* Parts of a source record that its newest delivery no longer has are gone. */
static void drop_parts(struct history *history, const struct delivery *delivery,
                       const struct source_record *stored, const char *order)
{
    for (struct part *part = stored->parts; part; part = part->next_of_key)
        if (is_current(part) && !states(delivery, stored->key, part->name))
            delete_part(history, delivery, part, order);
}

/*
 * The source says that a record is gone.  That is noted with all its parts, also with those that were gone
 * before, and of a record that nobody has heard of: versions before this one may come behind it.
 */
static void delete_record(struct history *history, struct delivery *delivery,
                          struct source_record *stored, const struct version *version)
{
    const char *order = version->record->order;
    bool known = true;
    if (!stored->parts) {
        struct part *part = add_part(history, stored, version->record->id, version->record->part);
        part->state = RECORD_DELETED;
        part->version = 1;
        part->inbox_id = delivery->inbox_id;
        part->content_hash = version->content_hash;
        part->new_version = version;
        part->from = delivery;
        known = false;
    }
    for (struct part *part = stored->parts; part; part = part->next_of_key)
        if (is_current(part)) {
            delete_part(history, delivery, part, order);
            known = false;
        } else {
            set_latest(part, delivery, order);
            part->seen = true;
        }
    if (known)
        delivery->unchanged = true;
    else
        delivery->deletes = true;
}

/* What comes too late names the record all the same: the snapshot that it belongs to does not lack it. */
static void note_late(const struct delivery *delivery, const struct source_record *stored)
{
    if (delivery->swept || !is_of_snapshots(delivery) || delivery->inbox_id <= last_named(stored))
        return;
    for (struct part *part = stored->parts; part; part = part->next_of_key) {
        part->listed = delivery->inbox_id;
        part->seen = true;
    }
}

/* Ids are hashes: two names with one id are possible, and the second can never be stored. */
static void refuse_collision(const struct history *history, struct delivery *delivery)
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
        return;
    }
}

/* What the parts that are current lost may be known from a version that comes too late. */
static void keep_late(struct history *history, const struct delivery *delivery,
                      const struct source_record *stored, const struct record *late)
{
    if (delivery->swept || delivery->inbox_id < stored->swept_to)
        return;
    for (struct part *part = stored->parts; part; part = part->next_of_key)
        if (!late->deleted && text_equal(part->name, late->part))
            history_keep_late(history, delivery, part, late, late->order);
        else if (late->deleted ||
                 (!delivery->lost_parts && !states(delivery, stored->key, part->name)))
            history_keep_late(history, delivery, part, NULL, late->order);
}

static void add(struct history *history, struct delivery *delivery, struct version *version)
{
    const struct record *record = version->record;
    struct source_record *stored = source_record(history, delivery->source->id, record->key);
    if (is_late(delivery, stored, record->order)) {
        note_late(delivery, stored);
        keep_late(history, delivery, stored, record);
        return;
    }
    if (record->deleted) {
        delete_record(history, delivery, stored, version);
        return;
    }
    struct part *part = find_part(stored, record->part);
    if (!part)
        part = add_part(history, stored, record->id, record->part);
    history_keep(history, delivery, stored, part, version);
    add_version(history, delivery, part, version);
}

static bool names(const struct delivery *delivery, const char *key)
{
    for (size_t v = 0; v < delivery->count; v++)
        if (text_equal(delivery->versions[v].record->key, key))
            return true;
    return false;
}

/* Records that rested on a delivery, and which it does not name any more now that it is mapped anew. */
static void drop_said(struct history *history, struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->said_count; i++) {
        struct source_record *stored =
            source_record(history, delivery->source->id, delivery->said[i]);
        if (names(delivery, stored->key))
            continue;
        for (struct part *part = stored->parts; part; part = part->next_of_key)
            if (is_current(part) && part->seq == delivery->inbox_id)
                delete_part(history, delivery, part, part->order);
    }
}

/* What cannot be read any more leaves everything as it is: only what became of the delivery meanwhile is
 * to be told. */
static void stand(struct history *history, struct delivery *delivery)
{
    delivery->lost_deleted = true;
    for (size_t i = 0; i < delivery->said_count; i++) {
        const struct source_record *stored =
            source_record(history, delivery->source->id, delivery->said[i]);
        for (const struct part *part = stored->parts; part; part = part->next_of_key)
            delivery->lost_deleted = delivery->lost_deleted && !is_current(part);
    }
}

static void note_latest(struct history *history, const struct delivery *delivery, const char *key)
{
    struct source_record *stored = source_record(history, delivery->source->id, key);
    stored->latest = (struct rank){0};
    for (const struct part *part = stored->parts; part; part = part->next_of_key)
        if (rank_is_after(part_rank(part), stored->latest))
            stored->latest = part_rank(part);
}

void history_add(struct history *history, struct delivery *delivery)
{
    if (!delivery->rejected && !delivery->swept)
        refuse_collision(history, delivery);
    if (delivery->rejected) {
        if (delivery_stands(delivery))
            stand(history, delivery);
        return;
    }
    for (size_t v = 0; v < delivery->count; v++)
        note_latest(history, delivery, delivery->versions[v].record->key);
    for (size_t v = 0; v < delivery->count; v++)
        add(history, delivery, &delivery->versions[v]);
    for (size_t v = 0; v < delivery->count; v++) {
        const struct record *record = delivery->versions[v].record;
        struct source_record *stored = source_record(history, delivery->source->id, record->key);
        if (!record->deleted && !delivery->lost_parts && !is_late(delivery, stored, record->order))
            drop_parts(history, delivery, stored, record->order);
    }
    drop_said(history, delivery);
}

const struct history_outcome *history_outcomes(const struct history *history, size_t *count)
{
    struct {
        struct history_outcome *list;
        size_t count, room;
    } outcomes = {0};
    for (size_t i = 0; i < history->parts.count; i++) {
        const struct part *part = history->parts.list[i];
        const struct history_outcome outcome = {.record_id = part->id,
                                                .before = part->was_current,
                                                .after = is_current(part),
                                                .version = part->new_version};
        LIST_ADD(history->work, &outcomes, outcome);
    }
    *count = outcomes.count;
    return outcomes.list;
}
