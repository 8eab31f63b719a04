#include "hub/store/inbox.h"

#include "hub/base/clock.h"
#include "hub/base/list.h"
#include "sql.gen.h"

#define ASKED_EVERY_MS 1000

void deliveries_add(struct arena *arena, struct deliveries *deliveries, const struct cut *cut,
                    int64_t position, const char *hash)
{
    deliveries->bytes += cut->length;
    if (!cut->reject) {
        const struct sound sound = {cut->raw, cut->line, position};
        LIST_ADD(arena, &deliveries->sound, sound);
        return;
    }
    struct broken broken = {cut->raw, cut->length, cut->line, position, *cut->reject, hash};
    broken.reject.message = arena_strdup(arena, cut->reject->message);
    LIST_ADD(arena, &deliveries->broken, broken);
}

/* Where deliveries go, and are counted. */
struct target {
    struct db *db;
    int source_id;
    struct staged *staged;
};

/* Deliveries of a stream that is loaded in bulk have ids that follow their positions; others have the next. */
static struct param first_id(struct arena *work, const struct target *to)
{
    int64_t first = to->staged->first_id;
    return first ? db_int(work, first) : db_text(NULL);
}

static bool send_sound(struct arena *work, const struct target *to, const struct sound_list *sound,
                       struct error *err)
{
    size_t n = sound->count;
    int64_t *positions = NEW_ARRAY(work, int64_t, n + 1);
    int32_t *lines = NEW_ARRAY(work, int32_t, n + 1);
    struct slice *bodies = NEW_ARRAY(work, struct slice, n + 1);
    for (size_t i = 0; i < n; i++) {
        positions[i] = sound->list[i].position;
        lines[i] = (int32_t)sound->list[i].line;
        bodies[i] = sound->list[i].raw;
    }
    return !n || db_send(to->db, &SQL_INBOX_ADD,
                         PARAMS(db_int(work, to->staged->stream_id), db_int(work, to->source_id),
                                db_int8s(work, positions, n), db_int4s(work, lines, n),
                                db_byteas(work, bodies, n), first_id(work, to)),
                         err);
}

static bool finish_sound(struct arena *work, const struct target *to,
                         const struct sound_list *sound, struct error *err)
{
    struct rows rows;
    if (!sound->count)
        return true;
    if (!db_answer(work, to->db, &rows, err))
        return false;
    to->staged->received += rows_int(&rows, 0, 0);
    return true;
}

static bool write_broken(struct arena *work, const struct target *to,
                         const struct broken_list *broken, struct error *err)
{
    size_t n = broken->count, room = n + 1;
    struct rows rows;
    int64_t *positions = NEW_ARRAY(work, int64_t, room), *lengths = NEW_ARRAY(work, int64_t, room);
    int32_t *lines = NEW_ARRAY(work, int32_t, room), *columns = NEW_ARRAY(work, int32_t, room);
    const char **stages = NEW_ARRAY(work, const char *, room);
    const char **codes = NEW_ARRAY(work, const char *, room);
    const char **messages = NEW_ARRAY(work, const char *, room);
    const char **hashes = NEW_ARRAY(work, const char *, room);
    struct slice *raws = NEW_ARRAY(work, struct slice, room);
    for (size_t i = 0; i < n; i++) {
        const struct broken *cut = &broken->list[i];
        positions[i] = cut->position;
        lengths[i] = (int64_t)cut->length;
        lines[i] = (int32_t)cut->line;
        columns[i] = (int32_t)cut->reject.column;
        stages[i] = cut->reject.stage;
        codes[i] = cut->reject.code;
        messages[i] = cut->reject.message;
        raws[i] = cut->raw;
        hashes[i] = cut->hash;
    }
    if (!n)
        return true;
    if (!db_run(work, to->db, &SQL_INBOX_ADD_REJECTED,
                PARAMS(db_int(work, to->staged->stream_id), db_int(work, to->source_id),
                       db_int8s(work, positions, n), db_int4s(work, lines, n),
                       db_int4s(work, columns, n), db_texts(work, stages, n),
                       db_texts(work, codes, n), db_texts(work, messages, n),
                       db_byteas(work, raws, n), db_int8s(work, lengths, n),
                       db_texts(work, hashes, n), first_id(work, to)),
                &rows, err))
        return false;
    to->staged->received += rows_int(&rows, 0, 0);
    to->staged->rejected += rows_int(&rows, 0, 0);
    return true;
}

bool deliveries_send(struct db *db, int source_id, const struct deliveries *deliveries,
                     struct staged *staged, struct error *err)
{
    ARENA(work);
    const struct target to = {db, source_id, staged};
    return send_sound(work, &to, &deliveries->sound, err);
}

bool deliveries_finish(struct db *db, int source_id, const struct deliveries *deliveries,
                       struct staged *staged, struct error *err)
{
    ARENA(work);
    const struct target to = {db, source_id, staged};
    return finish_sound(work, &to, &deliveries->sound, err) &&
           write_broken(work, &to, &deliveries->broken, err);
}

bool deliveries_write(struct db *db, int source_id, const struct deliveries *deliveries,
                      struct staged *staged, struct error *err)
{
    return deliveries_send(db, source_id, deliveries, staged, err) &&
           deliveries_finish(db, source_id, deliveries, staged, err);
}

bool inbox_full(struct db *db, struct inbox_gauge *gauge, bool *full, struct error *err)
{
    ARENA(work);
    struct rows rows;
    int64_t now = clock_ms();
    if (!gauge->asked || now - gauge->asked >= ASKED_EVERY_MS) {
        if (!db_run(work, db, &SQL_INBOX_FULL, PARAMS(db_int(work, (int64_t)gauge->most)), &rows,
                    err))
            return false;
        gauge->full = rows_bool(&rows, 0, 0);
        gauge->asked = now;
    }
    *full = gauge->full;
    return true;
}
