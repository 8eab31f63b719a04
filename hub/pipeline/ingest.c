#include "hub/pipeline/ingest.h"

#include "hub/base/list.h"
#include "hub/pipeline/delivery.h"
#include "hub/pipeline/drift.h"
#include "hub/pipeline/history.h"
#include "sql.gen.h"

#define SUSPECT_AFTER 3      /* attempts: from then on a delivery is taken alone */
#define REFUSED_AFTER 6      /* attempts: enough */
#define BATCH_BYTES 33554432 /* raw, of a batch: the delivery that exceeds them is its last */

struct deliveries {
    struct delivery *list;
    size_t count;
};

static bool read_claimed(struct arena *work, const struct hub *hub, const struct rows *rows,
                         struct deliveries *batch, struct error *err)
{
    batch->list = NEW_ARRAY(work, struct delivery, rows->count + 1);
    for (size_t i = 0; i < rows->count; i++) {
        const struct source *source = sources_by_id(hub->sources, rows_int(rows, i, 1));
        bool replayed = !rows_is_null(rows, i, 5);
        size_t said_count = 0;
        const char *const *said = replayed ? rows_texts(work, rows, i, 6, &said_count) : NULL;
        /* registered after this worker last looked: look again, then retry */
        if (!source || source->mapping_id != rows_int(rows, i, 7))
            return error_set(err, ERROR_RETRY, "a source or mapping that is not known here yet");
        batch->list[batch->count++] = (struct delivery){
            .inbox_id = rows_int(rows, i, 0),
            .source = source,
            .line = (unsigned)rows_int(rows, i, 2),
            .header = rows_bytes(rows, i, 3),
            .body = rows_bytes(rows, i, 4),
            .replayed = replayed,
            .was = (enum inbox_state)rows_int(rows, i, 5),
            .said = said,
            .said_count = said_count,
        };
    }
    return true;
}

static int32_t state_of(const struct delivery *delivery)
{
    bool stands = delivery_stands(delivery);
    if (delivery->rejected && !stands)
        return INBOX_REJECTED;
    if (delivery->live)
        return INBOX_CURRENT;
    if (stands && delivery->was != INBOX_CURRENT)
        return (int32_t)delivery->was;
    if (delivery->count == 0 && !stands)
        return INBOX_SUPPRESSED;
    if (delivery->deletes)
        return INBOX_DELETED;
    if (delivery->unchanged && !delivery->was_live)
        return INBOX_UNCHANGED;
    return delivery->lost_deleted ? INBOX_DELETED : INBOX_SUPERSEDED;
}

static bool settle(struct arena *work, const struct hub *hub, const struct deliveries *batch,
                   struct error *err)
{
    int64_t *ids = NEW_ARRAY(work, int64_t, batch->count);
    int32_t *states = NEW_ARRAY(work, int32_t, batch->count);
    int32_t *live = NEW_ARRAY(work, int32_t, batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        ids[i] = batch->list[i].inbox_id;
        states[i] = state_of(&batch->list[i]);
        live[i] = (int32_t)batch->list[i].live;
    }
    return db_run(work, hub->db, &SQL_INBOX_SETTLE,
                  PARAMS(db_int8s(work, ids, batch->count), db_int4s(work, states, batch->count),
                         db_int4s(work, live, batch->count)),
                  NULL, err);
}

struct reject_row {
    int64_t inbox, length;
    int32_t source, line, column;
    const char *stage, *code, *message;
};

static struct reject_row reject_row(const struct delivery *delivery)
{
    return (struct reject_row){
        .inbox = delivery->inbox_id,
        .source = delivery->source->id,
        .stage = delivery->reject.stage,
        .code = delivery->reject.code,
        .message = delivery->reject.message,
        .line = (int32_t)delivery->reject.line,
        .column = (int32_t)delivery->reject.column,
        .length = (int64_t)delivery->body.size,
    };
}

/* What was set aside before, and has passed now that it is mapped anew. */
static bool remove_rejects(struct arena *work, const struct hub *hub,
                           const struct deliveries *batch, struct error *err)
{
    int64_t *ids = NEW_ARRAY(work, int64_t, batch->count + 1);
    size_t n = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct delivery *delivery = &batch->list[i];
        if (delivery->replayed && delivery->was == INBOX_REJECTED && !delivery->rejected)
            ids[n++] = delivery->inbox_id;
    }
    return !n ||
           db_run(work, hub->db, &SQL_REJECT_REMOVE, PARAMS(db_int8s(work, ids, n)), NULL, err);
}

static bool write_rejects(struct arena *work, const struct hub *hub, const struct deliveries *batch,
                          struct error *err)
{
    struct {
        struct reject_row *list;
        size_t count, room;
    } r = {0};
    for (size_t i = 0; i < batch->count; i++)
        if (batch->list[i].rejected && !delivery_stands(&batch->list[i]))
            LIST_ADD(work, &r, reject_row(&batch->list[i]));
    return !r.count || db_run(work, hub->db, &SQL_REJECT_ADD,
                              PARAMS(DB_COLUMN(work, &r, inbox), DB_COLUMN(work, &r, source),
                                     DB_COLUMN(work, &r, stage), DB_COLUMN(work, &r, code),
                                     DB_COLUMN(work, &r, message), DB_COLUMN(work, &r, line),
                                     DB_COLUMN(work, &r, column), DB_COLUMN(work, &r, length)),
                              NULL, err);
}

/* Store what some deliveries become, in their order. */
static bool store_together(struct arena *work, const struct hub *hub,
                           const struct deliveries *batch, struct error *err)
{
    struct history *history = history_load(work, hub, batch->list, batch->count, err);
    if (!history)
        return false;
    for (size_t i = 0; i < batch->count; i++)
        history_add(history, &batch->list[i]);
    return history_write(history, hub->db, err) && write_rejects(work, hub, batch, err) &&
           remove_rejects(work, hub, batch, err) && settle(work, hub, batch, err);
}

static void refuse(struct arena *work, struct delivery *delivery, const char *code,
                   const char *message)
{
    delivery->rejected = true;
    delivery->count = 0;
    delivery->reject = (struct reject){.stage = "validate",
                                       .code = code,
                                       .line = delivery->line,
                                       .column = 1,
                                       .message = arena_strdup(work, message)};
}

/* Store them; what the database refuses is narrowed down to the one delivery that it comes from, whose
 * neighbours go on. */
static bool store(struct arena *work, const struct hub *hub, const struct deliveries *batch,
                  struct error *err)
{
    struct deliveries attempt = {.list = NEW_ARRAY(work, struct delivery, batch->count + 1),
                                 .count = batch->count};
    memcpy(attempt.list, batch->list, batch->count * sizeof(*batch->list));
    if (!db_script(hub->db, "savepoint attempt", err))
        return false;
    if (store_together(work, hub, &attempt, err))
        return db_script(hub->db, "release savepoint attempt", err);
    if (err->kind != ERROR_REJECT)
        return false;
    const char *cause = arena_strdup(work, err->text);
    if (!db_script(hub->db, "rollback to savepoint attempt; release savepoint attempt", err))
        return false;
    if (batch->count == 1) {
        if (batch->list[0].rejected) /* not even that can be said of it */
            return error_set(err, ERROR_REJECT, "%s", cause);
        refuse(work, &batch->list[0], "store", cause);
        return store(work, hub, batch, err);
    }
    size_t half = batch->count / 2;
    return store(work, hub, &(struct deliveries){batch->list, half}, err) &&
           store(work, hub, &(struct deliveries){batch->list + half, batch->count - half}, err);
}

static bool ingest(struct arena *work, const struct hub *hub, const struct deliveries *batch,
                   struct tx *tx, size_t *taken, struct error *err)
{
    for (size_t i = 0; i < batch->count; i++)
        if (!batch->list[i].rejected)
            delivery_read(work, hub, &batch->list[i]);
    if (batch->count && (!drift_watch(work, hub, batch->list, batch->count, err) ||
                         !store(work, hub, batch, err) || !tx_commit(tx, err)))
        return false;
    *taken = batch->count;
    return true;
}

bool ingest_batch(const struct hub *hub, size_t limit, size_t *taken, struct error *err)
{
    ARENA(work);
    struct rows rows;
    struct deliveries batch = {0};
    *taken = 0;
    struct tx *tx = tx_begin(work, hub->db, err);
    return tx && hub_enter(hub, err) &&
           db_run(work, hub->db, &SQL_INBOX_CLAIM,
                  PARAMS(db_int(work, (int64_t)limit), db_int(work, SUSPECT_AFTER),
                         db_int(work, BATCH_BYTES)),
                  &rows, err) &&
           read_claimed(work, hub, &rows, &batch, err) && ingest(work, hub, &batch, tx, taken, err);
}

/* Take deliveries whose attempt was counted. */
static bool ingest_counted(const struct hub *hub, const struct rows *counted, struct param ids,
                           size_t *taken, struct error *err)
{
    ARENA(work);
    struct rows rows;
    struct deliveries batch = {0};
    struct tx *tx = tx_begin(work, hub->db, err);
    if (!tx || !hub_enter(hub, err) ||
        !db_run(work, hub->db, &SQL_INBOX_TAKE, PARAMS(ids), &rows, err) ||
        !read_claimed(work, hub, &rows, &batch, err))
        return false;
    int64_t attempts = rows_int(counted, 0, 1);
    if (batch.count == 1 && attempts > REFUSED_AFTER)
        refuse(work, &batch.list[0], "crash",
               arena_printf(work, "whoever worked on it ended before it was stored, %lld times",
                            (long long)attempts - 1));
    return ingest(work, hub, &batch, tx, taken, err);
}

/* Nothing is counted while somebody holds the hub: nobody will touch it. */
static bool count_attempts(struct arena *work, const struct hub *hub, size_t limit,
                           struct rows *counted, struct error *err)
{
    ARENA(counting);
    struct tx *tx = tx_begin(counting, hub->db, err);
    return tx && hub_enter(hub, err) &&
           db_run(work, hub->db, &SQL_INBOX_ATTEMPT,
                  PARAMS(db_int(work, (int64_t)limit), db_int(work, SUSPECT_AFTER)), counted,
                  err) &&
           tx_commit(tx, err);
}

bool ingest_carefully(const struct hub *hub, size_t limit, size_t *taken, struct error *err)
{
    ARENA(work);
    struct rows counted;
    struct error ignored;
    *taken = 0;
    if (!count_attempts(work, hub, limit, &counted, err))
        return false;
    if (!counted.count)
        return true;
    int64_t *list = NEW_ARRAY(work, int64_t, counted.count);
    for (size_t i = 0; i < counted.count; i++)
        list[i] = rows_int(&counted, i, 0);
    struct param ids = db_int8s(work, list, counted.count);
    bool done = ingest_counted(hub, &counted, ids, taken, err);
    if (!done || *taken < counted.count) /* we live: it was not that */
        (void)!db_run(work, hub->db, &SQL_INBOX_FORGIVE, PARAMS(ids), NULL, &ignored);
    return done;
}
