#include "hub/pipeline/history_parts.h"
#include "hub/pipeline/keep.h"
#include "sql.gen.h"

bool history_keep_load(struct history *history, const struct delivery *deliveries, size_t count,
                       bool any_late, struct error *err)
{
    struct arena *work = history->work;
    const struct parts *parts = &history->parts;
    struct rows rows;
    bool wanted = any_late;
    for (size_t i = 0; i < count; i++)
        wanted = wanted || deliveries[i].lost.count;
    if (!wanted || !parts->count)
        return true;
    int64_t *ids = NEW_ARRAY(work, int64_t, parts->count);
    for (size_t i = 0; i < parts->count; i++)
        ids[i] = parts->list[i]->id;
    if (!db_run(work, history->hub->db, &SQL_RECORD_DOCS, PARAMS(db_int8s(work, ids, parts->count)),
                &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct part *part = map_get(&history->by_id, (uint64_t)rows_int(&rows, i, 0));
        part->doc = rows_text(&rows, i, 1);
        part->class_name = rows_text(&rows, i, 2);
        part->region = rows_text(&rows, i, 3);
        part->effective = rows_text(&rows, i, 4);
        part->mapping_id = rows_int(&rows, i, 5);
    }
    return true;
}

static const char *current_doc(const struct part *part)
{
    if (!is_current(part))
        return NULL;
    return part->new_version ? part->new_version->doc : part->doc;
}

void history_keep(const struct history *history, const struct delivery *delivery,
                  const struct source_record *stored, const struct part *part,
                  struct version *version)
{
    const struct before before = {.doc = current_doc(part),
                                  .at = part->seq ? part_rank(part) : stored->latest};
    if (delivery->lost.count)
        keep_values(history->work, history->hub, delivery, version, &before);
}

static struct record stored_record(const struct delivery *delivery, const struct part *part)
{
    return (struct record){.id = part->id,
                           .class_name = part->class_name,
                           .source = delivery->source->name,
                           .key = part->of->key,
                           .part = part->name,
                           .region = part->region,
                           .effective = part->effective,
                           .order = part->order};
}

/* The delivery that a stored version is from, as far as it is stored with it. */
static struct delivery *author(struct arena *work, const struct delivery *any,
                               const struct part *part)
{
    struct delivery *delivery = NEW(work, struct delivery);
    struct source *source = NEW(work, struct source);
    *source = *any->source;
    source->mapping_id = part->mapping_id;
    delivery->inbox_id = part->inbox_id;
    delivery->source = source;
    return delivery;
}

void history_keep_late(struct history *history, const struct delivery *delivery, struct part *part,
                       const struct record *late, const char *order)
{
    const struct late by = {delivery, late, {order, delivery->inbox_id}};
    const char *doc = current_doc(part);
    if (!doc || !rank_is_after(part_rank(part), by.at))
        return;
    const struct record record =
        part->new_version ? *part->new_version->record : stored_record(delivery, part);
    const struct version *version = keep_late(history->work, history->hub, &record, doc, &by);
    if (!version)
        return;
    if (part->new_version)
        history_archive_new(history, part);
    else
        part->from = author(history->work, delivery, part);
    part->version++;
    part->content_hash = version->content_hash;
    part->new_version = version;
}
