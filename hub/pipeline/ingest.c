#include "hub/pipeline/ingest.h"

#include "hub/pipeline/delivery.h"
#include "hub/pipeline/history.h"
#include "hub/pipeline/posting.h"
#include "sql.gen.h"

struct deliveries {
    struct delivery *list;
    size_t count;
};

static bool claim(struct arena *work, const struct hub *hub, size_t limit, struct deliveries *batch,
                  struct error *err)
{
    struct rows rows;
    if (!db_run(work, hub->db, &SQL_INBOX_CLAIM, PARAMS(db_int(work, (int64_t)limit)), &rows, err))
        return false;
    batch->list = NEW_ARRAY(work, struct delivery, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++) {
        const struct source *source = sources_by_id(hub->sources, rows_int(&rows, i, 1));
        if (!source) /* registered after this worker last looked: look again, then retry */
            return error_set(err, ERROR_RETRY, "a source that is not known here yet");
        batch->list[batch->count++] = (struct delivery){
            .inbox_id = rows_int(&rows, i, 0),
            .source = source,
            .line = (unsigned)rows_int(&rows, i, 2),
            .header = rows_bytes(&rows, i, 3),
            .body = rows_bytes(&rows, i, 4),
        };
    }
    return true;
}

static int32_t state_of(const struct delivery *delivery)
{
    if (delivery->rejected)
        return INBOX_REJECTED;
    if (delivery->count == 0)
        return INBOX_SUPPRESSED;
    if (delivery->live)
        return INBOX_CURRENT;
    return delivery->unchanged && !delivery->was_live ? INBOX_UNCHANGED : INBOX_SUPERSEDED;
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

struct reject_columns {
    int64_t *inbox, *length;
    int32_t *source, *line, *column;
    const char **stage, **code, **message;
    size_t count;
};

static void add_reject(struct reject_columns *to, const struct delivery *delivery)
{
    size_t i = to->count++;
    to->inbox[i] = delivery->inbox_id;
    to->source[i] = delivery->source->id;
    to->stage[i] = delivery->reject.stage;
    to->code[i] = delivery->reject.code;
    to->message[i] = delivery->reject.message;
    to->line[i] = (int32_t)delivery->reject.line;
    to->column[i] = (int32_t)delivery->reject.column;
    to->length[i] = (int64_t)delivery->body.size;
}

static bool write_rejects(struct arena *work, const struct hub *hub, const struct deliveries *batch,
                          struct error *err)
{
    size_t room = batch->count;
    struct reject_columns r = {
        .inbox = NEW_ARRAY(work, int64_t, room),
        .length = NEW_ARRAY(work, int64_t, room),
        .source = NEW_ARRAY(work, int32_t, room),
        .line = NEW_ARRAY(work, int32_t, room),
        .column = NEW_ARRAY(work, int32_t, room),
        .stage = NEW_ARRAY(work, const char *, room),
        .code = NEW_ARRAY(work, const char *, room),
        .message = NEW_ARRAY(work, const char *, room),
    };
    for (size_t i = 0; i < batch->count; i++)
        if (batch->list[i].rejected)
            add_reject(&r, &batch->list[i]);
    return !r.count ||
           db_run(work, hub->db, &SQL_REJECT_ADD,
                  PARAMS(db_int8s(work, r.inbox, r.count), db_int4s(work, r.source, r.count),
                         db_texts(work, r.stage, r.count), db_texts(work, r.code, r.count),
                         db_texts(work, r.message, r.count), db_int4s(work, r.line, r.count),
                         db_int4s(work, r.column, r.count), db_int8s(work, r.length, r.count)),
                  NULL, err);
}

bool ingest_batch(const struct hub *hub, size_t limit, size_t *taken, struct error *err)
{
    ARENA(work);
    struct deliveries batch = {0};
    *taken = 0;

    struct tx *tx = tx_begin(work, hub->db, err);
    if (!tx || !claim(work, hub, limit, &batch, err))
        return false;
    if (batch.count == 0)
        return true;
    for (size_t i = 0; i < batch.count; i++)
        delivery_read(work, hub, &batch.list[i]);

    struct history *history = history_load(work, hub, batch.list, batch.count, err);
    if (!history)
        return false;
    for (size_t i = 0; i < batch.count; i++)
        history_add(history, &batch.list[i]);
    if (!history_write(history, hub->db, err) || !write_rejects(work, hub, &batch, err) ||
        !settle(work, hub, &batch, err) || !tx_commit(tx, err))
        return false;
    *taken = batch.count;
    return true;
}
