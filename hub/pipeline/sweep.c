#include "hub/pipeline/sweep.h"

#include "hub/pipeline/history.h"
#include "sql.gen.h"

/* The snapshot at hand. */
struct sweep {
    const struct source *source;
    int64_t stream_id, first_id;
    const char *key; /* where to go on */
    bool any_record;
};

static bool find(struct arena *work, const struct hub *hub, struct sweep *sweep, bool *found,
                 struct error *err)
{
    struct rows sources, rows;
    *found = false;
    if (!db_run(work, hub->db, &SQL_SWEEP_LOCK, NO_PARAMS, &sources, err))
        return false;
    if (!sources.count)
        return true;
    int32_t *ids = NEW_ARRAY(work, int32_t, sources.count);
    for (size_t i = 0; i < sources.count; i++)
        ids[i] = (int32_t)rows_int(&sources, i, 0);
    if (!db_run(work, hub->db, &SQL_SWEEP_NEXT, PARAMS(db_int4s(work, ids, sources.count)), &rows,
                err))
        return false;
    if (!rows.count)
        return true;
    *sweep = (struct sweep){.stream_id = rows_int(&rows, 0, 0),
                            .source = sources_by_id(hub->sources, rows_int(&rows, 0, 1)),
                            .first_id = rows_int(&rows, 0, 2),
                            .key = rows_text(&rows, 0, 3),
                            .any_record = rows_bool(&rows, 0, 4)};
    if (!sweep->source)
        return error_set(err, ERROR_RETRY, "a source that is not known here yet");
    *found = sweep->source->mapping != NULL; /* otherwise its source stands still */
    return true;
}

/* Each source record once, as if its source had said that it is gone. */
static struct delivery missing(struct arena *work, const struct sweep *sweep,
                               const struct rows *page)
{
    struct delivery delivery = {.inbox_id = sweep->first_id,
                                .source = sweep->source,
                                .swept = true,
                                .versions = NEW_ARRAY(work, struct version, page->count + 1)};
    for (size_t i = 0; i < page->count; i++) {
        const char *key = rows_text(page, i, 0);
        if (i && text_equal(key, rows_text(page, i - 1, 0)))
            continue;
        struct record *record = NEW(work, struct record);
        *record = (struct record){.key = key,
                                  .part = rows_text(page, i, 1),
                                  .class_name = rows_text(page, i, 2),
                                  .region = "",
                                  .deleted = true};
        delivery.versions[delivery.count++] = (struct version){.record = record, .doc = "{}"};
    }
    return delivery;
}

static bool delete_page(struct arena *work, const struct hub *hub, const struct sweep *sweep,
                        const struct rows *page, struct error *err)
{
    struct delivery delivery = missing(work, sweep, page);
    struct history *history = history_load(work, hub, &delivery, 1, err);
    if (!history)
        return false;
    history_add(history, &delivery);
    return history_write(history, hub->db, err) &&
           db_run(work, hub->db, &SQL_SWEEP_NOTE,
                  PARAMS(db_int(work, sweep->stream_id),
                         db_text(rows_text(page, page->count - 1, 0)),
                         db_int(work, (int64_t)delivery.count)),
                  NULL, err);
}

/* Nothing is left behind the key where the last page ended.  What is before it is looked at once more:
 * a replay may have brought something back meanwhile. */
static bool end(struct arena *work, const struct hub *hub, const struct sweep *sweep,
                struct error *err)
{
    struct param stream = db_int(work, sweep->stream_id);
    if (*sweep->key && sweep->any_record)
        return db_run(work, hub->db, &SQL_SWEEP_NOTE, PARAMS(stream, db_text(""), db_int(work, 0)),
                      NULL, err);
    return db_run(work, hub->db, &SQL_SWEEP_END,
                  PARAMS(stream, db_int(work, sweep->source->id),
                         sweep->any_record ? db_int(work, sweep->first_id) : db_text(NULL)),
                  NULL, err);
}

static bool sweep_some(struct arena *work, const struct hub *hub, const struct sweep *sweep,
                       size_t limit, struct error *err)
{
    struct rows page = {0};
    if (sweep->any_record &&
        !db_run(work, hub->db, &SQL_SWEEP_PAGE,
                PARAMS(db_int(work, sweep->source->id), db_text(sweep->key),
                       db_int(work, sweep->first_id), db_int(work, (int64_t)limit)),
                &page, err))
        return false;
    return page.count ? delete_page(work, hub, sweep, &page, err) : end(work, hub, sweep, err);
}

bool sweep_batch(const struct hub *hub, size_t limit, bool *busy, struct error *err)
{
    ARENA(work);
    struct sweep sweep;
    *busy = false;
    struct tx *tx = tx_begin(work, hub->db, err);
    if (!tx || !hub_enter(hub, err) ||
        !find(work, hub, &sweep, busy, err))
        return false;
    return (!*busy || sweep_some(work, hub, &sweep, limit, err)) && tx_commit(tx, err);
}
