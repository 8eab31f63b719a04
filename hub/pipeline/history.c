#include "hub/pipeline/history.h"

#include "hub/base/list.h"
#include "hub/pipeline/history_parts.h"
#include "sql.gen.h"

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
