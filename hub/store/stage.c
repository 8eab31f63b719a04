#include "hub/store/stage.h"

#include <sys/stat.h>

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/base/mapped.h"
#include "hub/format/drop.h"
#include "hub/format/unpack.h"
#include "sql.gen.h"

#define BATCH_RECORDS 5000
#define HASH_STEP ((size_t)64 * 1024 * 1024)
#define BATCH_BYTES ((size_t)4 * 1024 * 1024)

/* One transaction: the records of a batch, and the cursor behind them. */
struct flight {
    struct arena *arena;
    struct deliveries batch;
    struct stage_cursor to;
    struct tx *tx; /* NULL: the server works on nothing */
};

/* RETRY when somebody else moved the cursor meanwhile. */
static bool send_batch(const struct stage *s, struct flight *flight, int64_t from,
                       struct error *err)
{
    struct rows rows;
    flight->tx = tx_begin(flight->arena, s->db, err);
    if (!flight->tx || !lease_check(s->db, s->lease, err) ||
        !db_run(flight->arena, s->db, &SQL_STREAM_LOCK,
                PARAMS(db_int(flight->arena, s->staged->stream_id)), &rows, err))
        return false;
    if (rows_int(&rows, 0, 0) != from)
        return error_set(err, ERROR_RETRY, "another process is staging the same stream");
    s->staged->first_id = rows_int(&rows, 0, 3);
    return deliveries_send(s->db, s->source->id, &flight->batch, s->staged, err);
}

/* RETRY when somebody else changed the file meanwhile. */
static bool finish_batch(const struct stage *s, struct flight *flight, struct error *err)
{
    struct arena *work = flight->arena;
    const struct stage_cursor *to = &flight->to;
    int64_t before = s->staged->received;
    if (!deliveries_finish(s->db, s->source->id, &flight->batch, s->staged, err) ||
        !db_run(work, s->db, &SQL_STREAM_ADVANCE,
                PARAMS(db_int(work, s->staged->stream_id), db_int(work, to->position),
                       db_int(work, to->byte_offset), db_int(work, to->line), db_bytes(to->header),
                       db_int(work, s->staged->received - before),
                       db_text(to->ended ? "true" : "false")),
                NULL, err) ||
        (s->mapped && !mapped_intact(s->mapped, err)) || !tx_commit(flight->tx, err))
        return false;
    flight->tx = NULL;
    db_wake(s->db);
    return true;
}

static bool open_stream(struct arena *arena, const struct stage *s, const char *name,
                        const char *label, struct stage_cursor *cursor, struct error *err)
{
    struct rows rows;
    struct param source = db_int(arena, s->source->id);
    if (s->origin
            ? !db_run(arena, s->db, &SQL_STREAM_OPEN_SNAPSHOT,
                      PARAMS(source, db_text(name), db_text(label), db_text(s->origin)), &rows, err)
            : !db_run(arena, s->db, &SQL_STREAM_OPEN, PARAMS(source, db_text(name), db_text(label)),
                      &rows, err))
        return false;
    s->staged->stream_id = rows_int(&rows, 0, 0);
    *cursor = (struct stage_cursor){.position = rows_int(&rows, 0, 1),
                                    .byte_offset = rows_int(&rows, 0, 2),
                                    .line = rows_int(&rows, 0, 3),
                                    .header = rows_bytes(&rows, 0, 4),
                                    .ended = rows_bool(&rows, 0, 5)};
    s->staged->first_id = rows_int(&rows, 0, 6);
    s->staged->before = cursor->position;
    s->staged->known = cursor->ended;
    return true;
}

static void add_cut(struct arena *work, struct deliveries *batch, struct slice stream,
                    const struct cut *cut, int64_t position)
{
    bool short_cut = cut->reject && cut->raw.size < cut->length;
    deliveries_add(work, batch, cut, position,
                   short_cut ? sha256_hex(work, stream.bytes + cut->offset, cut->length) : NULL);
}

/* The file as a whole cannot be used: one position, rejected. */
static bool refuse_file(const struct stage *s, const struct stage_cursor *cursor,
                        const struct cut *cut, struct error *err)
{
    ARENA(work);
    struct flight flight = {.arena = work, .to = *cursor};
    add_cut(work, &flight.batch, s->stream, cut, 1);
    flight.to.position = 1;
    flight.to.ended = true;
    return send_batch(s, &flight, cursor->position, err) && finish_batch(s, &flight, err) &&
           error_set(err, ERROR_REJECT, "%s", cut->reject->message);
}

/* What the server works on is in the inbox then. */
static bool land(const struct stage *s, struct flight *flight, struct stage_cursor *done,
                 struct error *err)
{
    if (!flight->tx)
        return true;
    if (!finish_batch(s, flight, err))
        return false;
    *done = flight->to;
    return !s->progress || !s->progress->report ||
           s->progress->report(s->progress->to, (size_t)done->byte_offset, s->stream.size,
                               s->staged->received) ||
           error_set(err, ERROR_RETRY, "interrupted: the rest follows");
}

/* A stream being cut. */
struct cutting {
    struct splitter *splitter;
    int64_t ordinal;        /* of the record that was cut last */
    struct stage_cursor at; /* behind what is in the batch */
    struct cut header;      /* with its reject: it cannot be used, and so nothing behind it */
};

/* Cut on until the batch is full or the stream ends; what lies before `done` was staged before.  False
 * when the header cannot be used. */
static bool fill(struct arena *work, const struct stage *s, int64_t done, struct cutting *cutting,
                 struct deliveries *batch)
{
    const struct mapping *mapping = s->source->mapping;
    struct stage_cursor *at = &cutting->at;
    struct cut cut;
    while (deliveries_count(batch) < BATCH_RECORDS && batch->bytes < BATCH_BYTES) {
        if (!splitter_next(cutting->splitter, &cut)) {
            at->ended = true;
            at->byte_offset = (int64_t)s->stream.size;
            return true;
        }
        if (cut.is_header && !cut.reject)
            at->header = cut.raw;
        if (!cut.is_header)
            cutting->ordinal++;
        if (cut.is_header ? !cut.reject : cutting->ordinal <= done)
            continue;
        format_drop(work, &mapping->format, at->header, mapping->drops, &cut);
        if (cut.is_header) {
            cutting->header = cut;
            return false;
        }
        add_cut(work, batch, s->stream, &cut, cutting->ordinal);
        at->position = cutting->ordinal;
        at->line = cut.line;
        at->byte_offset = (int64_t)(cut.offset + cut.length);
    }
    return true;
}

static void empty(struct flight *flight)
{
    arena_free(flight->arena);
    *flight = (struct flight){.arena = arena_new()};
}

static void end_flight(void *flight)
{
    arena_free(((struct flight *)flight)->arena);
}

/* The next batch is cut while the server works on the one before it. */
static bool stage_stream(const struct stage *s, struct stage_cursor *done, struct error *err)
{
    ARENA(whole);
    struct flight *flights = NEW_ARRAY(whole, struct flight, 2);
    struct flight *sent = &flights[0], *next = &flights[1];
    struct cutting cutting = {
        .splitter = splitter_new(whole, &s->source->mapping->format, s->stream), .at = *done};
    arena_defer(whole, end_flight, sent);
    arena_defer(whole, end_flight, next);
    while (!cutting.at.ended) {
        empty(next);
        bool fits = fill(next->arena, s, done->position, &cutting, &next->batch);
        next->to = cutting.at;
        if (!land(s, sent, done, err))
            return false;
        if (!fits)
            return refuse_file(s, done, &cutting.header, err);
        if (!send_batch(s, next, done->position, err))
            return false;
        struct flight *other = sent;
        sent = next;
        next = other;
    }
    return land(s, sent, done, err);
}

/* Before there are records to tell of. */
static bool go_on(void *staging)
{
    const struct stage *s = staging;
    return !s->progress || !s->progress->report ||
           s->progress->report(s->progress->to, 0, s->stream.size, 0);
}

/* Of a large file this takes its time, too. */
static const char *stream_name(struct arena *arena, struct stage *s, struct error *err)
{
    ARENA(scratch);
    struct sha256 *sha = sha256_new(scratch);
    unsigned char digest[SHA256_SIZE];
    for (size_t at = 0, step; at < s->stream.size; at += step) {
        step = s->stream.size - at < HASH_STEP ? s->stream.size - at : HASH_STEP;
        sha256_add(sha, s->stream.bytes + at, step);
        if (at + step < s->stream.size && !go_on(s)) {
            (void)error_set(err, ERROR_RETRY, "interrupted");
            return NULL;
        }
    }
    sha256_end(sha, digest);
    return arena_printf(arena, "file:%s", text_hex(scratch, digest, sizeof(digest)));
}

/* Which file this is: moved or written anew, it is another one. */
static const char *origin_of(struct arena *arena, const char *path)
{
    struct stat status = {0};
    (void)lstat(path, &status);
    return arena_printf(arena, "%ju:%jd.%09ld", (uintmax_t)status.st_ino,
                        (intmax_t)status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

/* What cannot even be opened is a stream too, of one position; this tells it from others. */
static const char *unreadable_name(struct arena *arena, const char *path, const char *label)
{
    struct stat status = {0};
    (void)lstat(path, &status);
    return arena_printf(arena, "unreadable:%s:%ju:%jd.%09ld", label, (uintmax_t)status.st_ino,
                        (intmax_t)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

static bool refuse_unreadable(const struct stage *s, const char *path, const char *label,
                              struct error *err)
{
    ARENA(work);
    struct stage_cursor cursor;
    struct error cause = *err;
    struct reject reject = {.stage = "transport",
                            .code = "unreadable",
                            .message = text_repair(work, cause.text, strlen(cause.text))};
    if (!open_stream(work, s, unreadable_name(work, path, label), label, &cursor, err))
        return false;
    if (cursor.ended) {
        *err = cause;
        return false;
    }
    struct cut cut = {.raw = {"", 0}, .reject = &reject};
    return refuse_file(s, &cursor, &cut, err);
}

/* Make the stream what its format can cut; what cannot be unpacked is refused as a whole. */
static bool unpack_stream(struct arena *work, struct stage *s, const struct stage_cursor *cursor,
                          const char *folder, struct error *err)
{
    struct reject reject;
    struct slice plain = s->stream;
    const struct unpack_room room = {.folder = folder, .go_on = go_on, .to = s};
    if (unpack(work, &s->source->mapping->format, &room, &plain, &reject, err)) {
        s->stream = plain;
        return true;
    }
    const struct cut cut = {.raw = {"", 0}, .length = s->stream.size, .reject = &reject};
    return err->kind == ERROR_REJECT ? refuse_file(s, cursor, &cut, err) : false;
}

bool stage_open(struct arena *arena, struct stage *s, const struct incoming *file,
                struct error *err)
{
    const char *label = text_repair(arena, file->label, strlen(file->label));
    s->lease = file->lease;
    s->progress = file->progress;
    s->stream = (struct slice){"", 0};
    *s->staged = (struct staged){0};
    s->mapped = mapped_open(arena, file->path, &s->stream, err);
    if (!s->mapped)
        return err->kind == ERROR_REJECT ? refuse_unreadable(s, file->path, label, err) : false;
    const char *name = stream_name(arena, s, err);
    if (!name)
        return false;
    if (s->source->mapping->from.snapshot)
        s->origin = origin_of(arena, file->path);
    return mapped_intact(s->mapped, err) && open_stream(arena, s, name, label, &s->done, err) &&
           (s->done.ended || unpack_stream(arena, s, &s->done, file->scratch, err));
}

bool stage_rest(struct stage *s, struct error *err)
{
    return s->done.ended || stage_stream(s, &s->done, err);
}

bool stage_file(struct db *db, const struct source *source, const struct incoming *file,
                struct staged *staged, struct error *err)
{
    ARENA(work);
    struct stage s = {.db = db, .source = source, .staged = staged};
    return stage_open(work, &s, file, err) && stage_rest(&s, err);
}
