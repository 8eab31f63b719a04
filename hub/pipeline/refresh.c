#include "hub/pipeline/refresh.h"

#include "hub/pipeline/posting.h"
#include "hub/pipeline/resolve.h"
#include "sql.gen.h"

struct refreshed {
    int64_t *ids;
    struct slice *features, *keys, *dropped;
    size_t count;
    struct posting_changes changes;
};

static bool make(struct arena *work, const struct hub *hub, const struct rows *rows, size_t i,
                 struct refreshed *to, struct error *err)
{
    struct record record = {.id = rows_int(rows, i, 0),
                            .source = rows_text(rows, i, 1),
                            .key = rows_text(rows, i, 2),
                            .part = rows_text(rows, i, 3),
                            .class_name = "customer",
                            .region = rows_text(rows, i, 4)};
    if (!record_from_json(work, hub->dictionary, record.class_name, rows_text(rows, i, 5), &record,
                          err))
        return false;
    const struct features *features = features_make(work, hub->model, &record);
    const struct blocking_key *keys;
    size_t key_count = blocking_keys(work, hub->model, features, &keys), n = to->count++;
    to->ids[n] = record.id;
    to->features[n] = features_pack(work, features);
    to->keys[n] = posting_pack(work, keys, key_count);
    to->dropped[n] = posting_change(&to->changes, record.id, rows_bytes(rows, i, 6), to->keys[n]);
    return true;
}

static bool write(struct arena *work, const struct hub *hub, const struct refreshed *r,
                  struct error *err)
{
    return db_run(work, hub->db, &SQL_RECORD_REFRESH,
                  PARAMS(db_int8s(work, r->ids, r->count), db_byteas(work, r->features, r->count),
                         db_byteas(work, r->keys, r->count)),
                  NULL, err) &&
           posting_write(&r->changes, hub->db, err) &&
           db_run(work, hub->db, &SQL_JOB_ADD,
                  PARAMS(db_int8s(work, r->ids, r->count), db_byteas(work, r->dropped, r->count)),
                  NULL, err);
}

bool refresh_batch(const struct hub *hub, size_t limit, size_t *done, struct error *err)
{
    ARENA(work);
    struct rows jobs, rows;
    *done = 0;
    struct tx *tx = tx_begin(work, hub->db, err);
    if (!tx || !hub_enter(hub, err) ||
        !db_run(work, hub->db, &SQL_JOB_CLAIM,
                PARAMS(db_int(work, (int64_t)limit), db_int(work, JOB_REFRESH)), &jobs, err))
        return false;
    if (!jobs.count)
        return true;
    int64_t *ids = NEW_ARRAY(work, int64_t, jobs.count);
    for (size_t i = 0; i < jobs.count; i++)
        ids[i] = rows_int(&jobs, i, 0);
    if (!db_run(work, hub->db, &SQL_RECORD_REREAD, PARAMS(db_int8s(work, ids, jobs.count)), &rows,
                err))
        return false;
    struct refreshed r = {.ids = NEW_ARRAY(work, int64_t, rows.count + 1),
                          .features = NEW_ARRAY(work, struct slice, rows.count + 1),
                          .keys = NEW_ARRAY(work, struct slice, rows.count + 1),
                          .dropped = NEW_ARRAY(work, struct slice, rows.count + 1),
                          .changes.arena = work};
    for (size_t i = 0; i < rows.count; i++)
        if (!make(work, hub, &rows, i, &r, err))
            return false;
    if ((r.count && !write(work, hub, &r, err)) || !tx_commit(tx, err))
        return false;
    *done = jobs.count;
    return true;
}

/* In a transaction of the caller's that keeps everybody else from resolving. */
static bool queue_all(struct arena *work, struct db *db, enum job_kind kind, struct error *err)
{
    return db_run(work, db, &SQL_JOB_ADD_ALL, PARAMS(db_int(work, kind)), NULL, err);
}

bool refresh_model(struct db *db, const struct model *model, bool *queued, struct error *err)
{
    ARENA(work);
    struct rows rows;
    *queued = false;
    struct tx *tx = tx_begin(work, db, err);
    if (!tx || !db_run(work, db, &SQL_DICTIONARY_EXCLUDE, NO_PARAMS, NULL, err) ||
        !db_run(work, db, &SQL_RESOLVE_EXCLUDE, NO_PARAMS, NULL, err) ||
        !db_run(work, db, &SQL_MODEL_SET, PARAMS(db_text(model_hash(model))), &rows, err))
        return false;
    *queued = rows.count > 0;
    const char *form = *queued ? rows_text(&rows, 0, 0) : NULL;
    bool alike = form && text_equal(form, model_form(model));
    return (!*queued || queue_all(work, db, alike ? JOB_RESOLVE : JOB_REFRESH, err)) &&
           tx_commit(tx, err);
}
