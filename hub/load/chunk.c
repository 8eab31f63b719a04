#include "hub/load/chunk.h"

#include <unistd.h>

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/base/mapped.h"
#include "hub/pipeline/children.h"
#include "hub/pipeline/drift.h"
#include "hub/standard/iso_time.h"
#include "hub/store/copy.h"
#include "sql.gen.h"

#define ATTEMPTS 20 /* at what others are in the way of */
#define PAUSE_US 20000

static bool version_plain(const struct record *record)
{
    int64_t ignored;
    return !record->deleted && !record->absence_count &&
           (!record->effective || iso_time_us(record->effective, &ignored));
}

bool chunk_plain(const struct delivery *delivery)
{
    for (size_t v = 0; v < delivery->count; v++)
        if (!version_plain(delivery->versions[v].record))
            return false;
    return !delivery->rejected && delivery->count;
}

void chunk_read(struct chunk *chunk)
{
    const struct stage *stage = chunk->to->stage;
    for (size_t i = 0; i < chunk->count && !chunk->careful; i++) {
        struct piece *piece = &chunk->list[i];
        if (piece->cut.reject)
            continue;
        piece->delivery = (struct delivery){
            .inbox_id = stage->staged->first_id + piece->position,
            .source = sources_by_id(chunk->hub->sources, stage->source->id),
            .line = piece->cut.line,
            .header = stage->done.header,
            .body = piece->cut.raw,
        };
        delivery_read(chunk->arena, chunk->hub, &piece->delivery);
        piece->taken = chunk_plain(&piece->delivery);
    }
}

/* Has nothing before named this part, nor (where a record has several) the record? */
static bool name_version(const struct chunk *chunk, const struct delivery *delivery, size_t v)
{
    const struct record *record = delivery->versions[v].record;
    bool is_new = known_add(chunk->to->known, record->id);
    if (!mapping_has_parts(delivery->source->mapping))
        return is_new;
    for (size_t before = 0; before < v; before++)
        if (text_equal(delivery->versions[before].record->key, record->key))
            return is_new;
    uint64_t whole = (uint64_t)record_id(record->source, record->key, "");
    return known_add(chunk->to->known, (int64_t)(hash64_mix(whole, 0) | 1)) && is_new;
}

void chunk_name(struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->count; i++) {
        struct piece *piece = &chunk->list[i];
        for (size_t v = 0; v < piece->delivery.count; v++)
            if (!name_version(chunk, &piece->delivery, v))
                piece->taken = false;
    }
}

static void take_none(struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->count; i++)
        chunk->list[i].taken = false;
}

/* A load that broke off may have brought some of them, or somebody else who reads the same file. */
static bool find_there(struct chunk *chunk, size_t *there, struct error *err)
{
    ARENA(work);
    struct rows rows;
    int64_t first = chunk->list[0].position, last = chunk->list[chunk->count - 1].position;
    *there = 0;
    if (!db_run(work, chunk->hub->db, &SQL_INBOX_POSITIONS,
                PARAMS(db_int(work, chunk->to->stage->staged->stream_id), db_int(work, first),
                       db_int(work, last)),
                &rows, err))
        return false;
    *there = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        chunk->list[rows_int(&rows, i, 0) - first].there = true;
    return true;
}

/* What the hub has heard of before is for the pipeline. */
static bool find_known(struct chunk *chunk, struct error *err)
{
    ARENA(work);
    struct rows rows;
    struct map known = {.arena = work};
    struct {
        const char **list;
        size_t count, room;
    } keys = {0};
    for (size_t i = 0; i < chunk->count && !chunk->to->fresh; i++)
        for (size_t v = 0; v < chunk->list[i].delivery.count && chunk->list[i].taken; v++)
            LIST_ADD(work, &keys, chunk->list[i].delivery.versions[v].record->key);
    if (!keys.count)
        return true;
    if (!db_run(work, chunk->hub->db, &SQL_RECORD_KNOWN,
                PARAMS(db_int(work, chunk->to->stage->source->id),
                       db_texts(work, keys.list, keys.count)),
                &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        map_put_text(&known, rows_text(&rows, i, 0), chunk);
    for (size_t i = 0; i < chunk->count; i++)
        for (size_t v = 0; v < chunk->list[i].delivery.count; v++)
            if (map_get_text(&known, chunk->list[i].delivery.versions[v].record->key))
                chunk->list[i].taken = false;
    return true;
}

/* Those that are taken, one behind the other. */
static struct delivery *taken_list(struct arena *work, const struct chunk *chunk, size_t *count)
{
    struct delivery *list = NEW_ARRAY(work, struct delivery, chunk->count + 1);
    *count = 0;
    for (size_t i = 0; i < chunk->count; i++)
        if (chunk->list[i].taken && !chunk->list[i].there)
            list[(*count)++] = chunk->list[i].delivery;
    return list;
}

/* Where a delivery cannot state what it should, its neighbours are looked at again beside it: by the
 * pipeline, in which nothing has been counted of them. */
static bool watch(struct chunk *chunk, struct delivery *list, size_t *count, struct error *err)
{
    bool lost = false;
    struct db *db = chunk->hub->db;
    if (!*count)
        return true;
    if (!db_script(db, "savepoint watch", err) ||
        !drift_watch(chunk->arena, chunk->hub, list, *count, err))
        return false;
    for (size_t i = 0; i < *count; i++)
        lost = lost || list[i].lost.count;
    if (!lost)
        return true;
    take_none(chunk);
    *count = 0;
    return db_script(db, "rollback to savepoint watch", err);
}

static bool copy_deliveries(struct arena *work, const struct chunk *chunk, struct error *err)
{
    const struct staged *staged = chunk->to->stage->staged;
    struct copy *inbox = copy_in(work, chunk->hub->db, &SQL_INBOX_COPY, err);
    for (size_t i = 0; inbox && i < chunk->count; i++) {
        const struct piece *piece = &chunk->list[i];
        if (!piece->taken || piece->there)
            continue;
        if (!copy_row(inbox, 7, err))
            return false;
        copy_int8(inbox, piece->delivery.inbox_id);
        copy_int8(inbox, staged->stream_id);
        copy_int8(inbox, piece->position);
        copy_int4(inbox, (int32_t)piece->cut.line);
        copy_int2(inbox, (int16_t)piece->delivery.source->id);
        copy_int2(inbox, INBOX_CURRENT);
        copy_int2(inbox, (int16_t)piece->delivery.count);
    }
    return inbox && copy_end(inbox, err);
}

static bool copy_payloads(struct arena *work, struct db *db, const struct delivery *list,
                          size_t count, struct error *err)
{
    struct copy *payload = copy_in(work, db, &SQL_PAYLOAD_COPY, err);
    for (size_t i = 0; payload && i < count; i++) {
        if (!copy_row(payload, 2, err))
            return false;
        copy_int8(payload, list[i].inbox_id);
        copy_bytes(payload, list[i].body);
    }
    return payload && copy_end(payload, err);
}

static void copy_version(struct copy *records, const struct delivery *delivery,
                         const struct version *version)
{
    const struct record *record = version->record;
    int64_t moment;
    copy_int8(records, record->id);
    copy_int8(records, version->content_hash);
    copy_int8(records, delivery->inbox_id);
    copy_int8(records, delivery->inbox_id);
    copy_int4(records, (int32_t)delivery->source->mapping_id);
    copy_int4(records, 1);
    copy_int2(records, (int16_t)delivery->source->id);
    copy_text(records, record->class_name);
    copy_text(records, record->key);
    copy_text(records, record->part);
    copy_text(records, record->region);
    if (record->effective && iso_time_us(record->effective, &moment))
        copy_time(records, moment);
    else
        copy_null(records);
    copy_jsonb(records, version->doc);
    copy_bytes(records, version->features);
    copy_bytes(records, version->keys);
    copy_text(records, record->order);
}

static bool copy_records(struct arena *work, struct db *db, const struct delivery *list,
                         size_t count, struct error *err)
{
    struct copy *records = copy_in(work, db, &SQL_RECORD_COPY, err);
    for (size_t i = 0; records && i < count; i++)
        for (size_t v = 0; v < list[i].count; v++) {
            if (!copy_row(records, 16, err))
                return false;
            copy_version(records, &list[i], &list[i].versions[v]);
        }
    return records && copy_end(records, err);
}

/* What they are to other records and state of things, and how many more customers there are. */
static bool write_children(struct arena *work, struct db *db, const struct delivery *list,
                           size_t count, struct error *err)
{
    struct {
        struct child *list;
        size_t count, room;
    } children = {0};
    int64_t customers = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t v = 0; v < list[i].count; v++) {
            const struct version *version = &list[i].versions[v];
            bool is_customer = text_equal(version->record->class_name, "customer");
            customers += is_customer;
            if (!is_customer || version->record->relation_count)
                LIST_ADD(work, &children,
                         ((struct child){.id = version->record->id, .version = version}));
        }
    return (!children.count || children_write(work, db, children.list, children.count, err)) &&
           db_run(work, db, &SQL_RECORD_COUNT_ADD, PARAMS(db_int(work, customers)), NULL, err);
}

static bool store_taken(struct arena *work, const struct chunk *chunk, const struct delivery *list,
                        size_t count, struct error *err)
{
    struct db *db = chunk->hub->db;
    return !count ||
           (copy_deliveries(work, chunk, err) && copy_payloads(work, db, list, count, err) &&
            copy_records(work, db, list, count, err) && write_children(work, db, list, count, err));
}

/* What waits, or was set aside when it was cut. */
static bool store_others(struct arena *work, const struct chunk *chunk, struct staged *staged,
                         struct error *err)
{
    const struct stage *stage = chunk->to->stage;
    struct deliveries others = {0};
    for (size_t i = 0; i < chunk->count; i++) {
        const struct piece *piece = &chunk->list[i];
        const struct cut *cut = &piece->cut;
        if (piece->taken || piece->there)
            continue;
        bool short_cut = cut->reject && cut->raw.size < cut->length;
        deliveries_add(work, &others, cut, piece->position,
                       short_cut ? sha256_hex(work, stage->stream.bytes + cut->offset, cut->length)
                                 : NULL);
    }
    return deliveries_write(chunk->hub->db, stage->source->id, &others, staged, err);
}

static bool store_once(struct chunk *chunk, int64_t *received, struct error *err)
{
    ARENA(work);
    const struct take_in *to = chunk->to;
    struct db *db = chunk->hub->db;
    struct staged staged = {.stream_id = to->stage->staged->stream_id,
                            .first_id = to->stage->staged->first_id};
    size_t there, count;
    if (!find_there(chunk, &there, err) || there == chunk->count)
        return there == chunk->count;
    struct tx *tx = tx_begin(work, db, err);
    if (!tx || !applied_enter(db, chunk->hub->dictionary, err) || !find_known(chunk, err))
        return false;
    struct delivery *list = taken_list(work, chunk, &count);
    if (!watch(chunk, list, &count, err) || !store_taken(work, chunk, list, count, err) ||
        !store_others(work, chunk, &staged, err))
        return false;
    *received = staged.received + (int64_t)count;
    return db_run(work, db, &SQL_STREAM_RECEIVE,
                  PARAMS(db_int(work, staged.stream_id), db_int(work, *received)), NULL, err) &&
           mapped_intact(to->stage->mapped, err) && tx_commit(tx, err);
}

bool chunk_store(struct chunk *chunk, int64_t *received, struct error *err)
{
    for (int attempt = 1;; attempt++) {
        *received = 0;
        if (store_once(chunk, received, err))
            return true;
        bool again = err->kind == ERROR_RETRY || err->kind == ERROR_REJECT;
        if (!again || attempt == ATTEMPTS || db_broken(chunk->hub->db))
            return false;
        if (err->kind == ERROR_REJECT) /* the pipeline finds out what the database refuses */
            take_none(chunk);
        (void)usleep(PAUSE_US);
    }
}
