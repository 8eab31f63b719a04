#include "hub/store/stage.h"

#include <sys/stat.h>

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/base/mapped.h"
#include "hub/format/drop.h"
#include "hub/format/unpack.h"
#include "sql.gen.h"

#define BATCH_RECORDS 5000
#define BATCH_BYTES ((size_t)4 * 1024 * 1024)

/* A stream on its way into the inbox. */
struct staging {
    struct db *db;
    const struct source *source;
    const struct progress *progress;
    struct staged *staged;
    const struct mapped *mapped; /* whose bytes the stream is */
    struct slice stream;
    const char *origin; /* of a snapshot: which file it is */
};

/* What one transaction puts into the inbox. */
struct batch {
    struct sound {
        struct cut_copy {
            struct slice raw;
            unsigned line;
            int64_t position;
        } * list;
        size_t count, room;
    } sound;
    struct broken {
        struct broken_copy {
            struct slice raw;
            size_t length;
            unsigned line;
            int64_t position;
            struct reject reject;
            const char *hash; /* of the whole, where raw is not */
        } * list;
        size_t count, room;
    } broken;
    size_t bytes;
};

static void add_cut(struct arena *work, struct batch *batch, struct slice stream,
                    const struct cut *cut, int64_t position)
{
    batch->bytes += cut->length;
    if (!cut->reject) {
        struct cut_copy copy = {cut->raw, cut->line, position};
        LIST_ADD(work, &batch->sound, copy);
        return;
    }
    struct broken_copy copy = {cut->raw, cut->length, cut->line, position, *cut->reject, NULL};
    copy.reject.message = arena_strdup(work, cut->reject->message);
    if (cut->raw.size < cut->length)
        copy.hash = sha256_hex(work, stream.bytes + cut->offset, cut->length);
    LIST_ADD(work, &batch->broken, copy);
}

static bool write_sound(struct arena *work, const struct staging *s, const struct batch *batch,
                        struct error *err)
{
    size_t n = batch->sound.count;
    struct rows rows;
    int64_t *positions = NEW_ARRAY(work, int64_t, n + 1);
    int32_t *lines = NEW_ARRAY(work, int32_t, n + 1);
    struct slice *bodies = NEW_ARRAY(work, struct slice, n + 1);
    for (size_t i = 0; i < n; i++) {
        positions[i] = batch->sound.list[i].position;
        lines[i] = (int32_t)batch->sound.list[i].line;
        bodies[i] = batch->sound.list[i].raw;
    }
    if (!n)
        return true;
    if (!db_run(work, s->db, &SQL_INBOX_ADD,
                PARAMS(db_int(work, s->staged->stream_id), db_int(work, s->source->id),
                       db_int8s(work, positions, n), db_int4s(work, lines, n),
                       db_byteas(work, bodies, n)),
                &rows, err))
        return false;
    s->staged->received += rows_int(&rows, 0, 0);
    return true;
}

static bool write_broken(struct arena *work, const struct staging *s, const struct batch *batch,
                         struct error *err)
{
    size_t n = batch->broken.count, room = n + 1;
    struct rows rows;
    int64_t *positions = NEW_ARRAY(work, int64_t, room), *lengths = NEW_ARRAY(work, int64_t, room);
    int32_t *lines = NEW_ARRAY(work, int32_t, room), *columns = NEW_ARRAY(work, int32_t, room);
    const char **stages = NEW_ARRAY(work, const char *, room);
    const char **codes = NEW_ARRAY(work, const char *, room);
    const char **messages = NEW_ARRAY(work, const char *, room);
    const char **hashes = NEW_ARRAY(work, const char *, room);
    struct slice *raws = NEW_ARRAY(work, struct slice, room);
    for (size_t i = 0; i < n; i++) {
        const struct broken_copy *cut = &batch->broken.list[i];
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
    if (!db_run(work, s->db, &SQL_INBOX_ADD_REJECTED,
                PARAMS(db_int(work, s->staged->stream_id), db_int(work, s->source->id),
                       db_int8s(work, positions, n), db_int4s(work, lines, n),
                       db_int4s(work, columns, n), db_texts(work, stages, n),
                       db_texts(work, codes, n), db_texts(work, messages, n),
                       db_byteas(work, raws, n), db_int8s(work, lengths, n),
                       db_texts(work, hashes, n)),
                &rows, err))
        return false;
    s->staged->received += rows_int(&rows, 0, 0);
    s->staged->rejected += rows_int(&rows, 0, 0);
    return true;
}

/* Where a stream is. */
struct cursor {
    int64_t position, byte_offset, line;
    struct slice header;
    bool ended;
};

/* One transaction: the records of a batch, and the cursor behind them.  RETRY when somebody else moved
 * the cursor, or changed the file, meanwhile. */
static bool write_batch(const struct staging *s, const struct batch *batch, int64_t from,
                        const struct cursor *to, struct error *err)
{
    ARENA(work);
    struct rows rows;
    int64_t before = s->staged->received;
    struct tx *tx = tx_begin(work, s->db, err);
    if (!tx || !db_run(work, s->db, &SQL_STREAM_LOCK, PARAMS(db_int(work, s->staged->stream_id)),
                       &rows, err))
        return false;
    if (rows_int(&rows, 0, 0) != from)
        return error_set(err, ERROR_RETRY, "another process is staging the same stream");
    if (!write_sound(work, s, batch, err) || !write_broken(work, s, batch, err))
        return false;
    if (!db_run(work, s->db, &SQL_STREAM_ADVANCE,
                PARAMS(db_int(work, s->staged->stream_id), db_int(work, to->position),
                       db_int(work, to->byte_offset), db_int(work, to->line), db_bytes(to->header),
                       db_int(work, s->staged->received - before),
                       db_text(to->ended ? "true" : "false")),
                NULL, err) ||
        (s->mapped && !mapped_intact(s->mapped, err)) || !tx_commit(tx, err))
        return false;
    db_wake(s->db);
    return true;
}

static bool open_stream(struct arena *arena, const struct staging *s, const char *name,
                        const char *label, struct cursor *cursor, struct error *err)
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
    *cursor = (struct cursor){.position = rows_int(&rows, 0, 1),
                              .byte_offset = rows_int(&rows, 0, 2),
                              .line = rows_int(&rows, 0, 3),
                              .header = rows_bytes(&rows, 0, 4),
                              .ended = rows_bool(&rows, 0, 5)};
    s->staged->before = cursor->position;
    s->staged->known = cursor->ended;
    return true;
}

/* The file as a whole cannot be used: one position, rejected. */
static bool refuse_file(const struct staging *s, const struct cursor *cursor, const struct cut *cut,
                        struct error *err)
{
    ARENA(work);
    struct batch batch = {0};
    struct cursor end = *cursor;
    add_cut(work, &batch, s->stream, cut, 1);
    end.position = 1;
    end.ended = true;
    return write_batch(s, &batch, cursor->position, &end, err) &&
           error_set(err, ERROR_REJECT, "%s", cut->reject->message);
}

static bool flush(const struct staging *s, const struct batch *batch, struct cursor *done,
                  const struct cursor *to, struct error *err)
{
    if (!write_batch(s, batch, done->position, to, err))
        return false;
    *done = *to;
    if (s->progress && s->progress->report)
        s->progress->report(s->progress->to, (size_t)to->byte_offset, s->stream.size,
                            s->staged->received);
    return true;
}

/* A stream being cut. */
struct cutting {
    struct splitter *splitter;
    int64_t ordinal;   /* of the record that was cut last */
    struct cursor at;  /* behind what is in the batch */
    struct cut header; /* with its reject: it cannot be used, and so nothing behind it */
};

/* Cut on until the batch is full or the stream ends; what lies before `done` was staged before.  False
 * when the header cannot be used. */
static bool fill(struct arena *work, const struct staging *s, int64_t done, struct cutting *cutting,
                 struct batch *batch)
{
    const struct mapping *mapping = s->source->mapping;
    struct cursor *at = &cutting->at;
    struct cut cut;
    while (batch->sound.count + batch->broken.count < BATCH_RECORDS && batch->bytes < BATCH_BYTES) {
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

static bool stage_stream(const struct staging *s, struct cursor *done, struct error *err)
{
    ARENA(whole);
    struct cutting cutting = {
        .splitter = splitter_new(whole, &s->source->mapping->format, s->stream), .at = *done};
    while (!cutting.at.ended) {
        ARENA(work);
        struct batch batch = {0};
        if (!fill(work, s, done->position, &cutting, &batch))
            return refuse_file(s, done, &cutting.header, err);
        if (!flush(s, &batch, done, &cutting.at, err))
            return false;
    }
    return true;
}

static const char *stream_name(struct arena *arena, struct slice stream)
{
    return arena_printf(arena, "file:%s", sha256_hex(arena, stream.bytes, stream.size));
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

static bool refuse_unreadable(const struct staging *s, const char *path, const char *label,
                              struct error *err)
{
    ARENA(work);
    struct cursor cursor;
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
static bool unpack_stream(struct arena *work, struct staging *s, const struct cursor *cursor,
                          const char *folder, struct error *err)
{
    struct reject reject;
    struct slice plain = s->stream;
    const struct unpack_room room = {.folder = folder};
    if (unpack(work, &s->source->mapping->format, &room, &plain, &reject, err)) {
        s->stream = plain;
        return true;
    }
    const struct cut cut = {.raw = {"", 0}, .length = s->stream.size, .reject = &reject};
    return err->kind == ERROR_REJECT ? refuse_file(s, cursor, &cut, err) : false;
}

bool stage_file(struct db *db, const struct source *source, const struct incoming *file,
                struct staged *staged, struct error *err)
{
    ARENA(work);
    struct cursor cursor;
    struct staging s = {db, source, file->progress, staged, NULL, {"", 0}, NULL};
    const char *label = text_repair(work, file->label, strlen(file->label));
    *staged = (struct staged){0};
    s.mapped = mapped_open(work, file->path, &s.stream, err);
    if (!s.mapped)
        return err->kind == ERROR_REJECT ? refuse_unreadable(&s, file->path, label, err) : false;
    const char *name = stream_name(work, s.stream);
    if (source->mapping->from.snapshot)
        s.origin = origin_of(work, file->path);
    if (!mapped_intact(s.mapped, err) || !open_stream(work, &s, name, label, &cursor, err))
        return false;
    return cursor.ended ||
           (unpack_stream(work, &s, &cursor, file->scratch, err) && stage_stream(&s, &cursor, err));
}
