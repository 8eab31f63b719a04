#include "hub/store/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/format/drop.h"
#include "sql.gen.h"

#define BATCH_RECORDS 2000
#define BATCH_BYTES ((size_t)4 * 1024 * 1024)

struct mapped_file {
    void *address;
    size_t size;
};

static void unmap(void *arg)
{
    struct mapped_file *file = arg;
    if (file->size)
        (void)munmap(file->address, file->size);
}

static bool map_file(struct arena *arena, const char *path, struct slice *stream, struct error *err)
{
    struct stat status;
    struct mapped_file *file = NEW(arena, struct mapped_file);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return error_set(err, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_REJECT,
                         "cannot open '%s': %m", path);
    bool regular = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    if (regular && status.st_size > 0) {
        file->size = (size_t)status.st_size;
        file->address = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    }
    (void)close(fd);
    if (!regular)
        return error_set(err, ERROR_REJECT, "'%s' is not a regular file", path);
    if (file->address == MAP_FAILED)
        return error_set(err, ERROR_RETRY, "cannot map '%s': %m", path);
    arena_defer(arena, unmap, file);
    *stream = (struct slice){file->address ? file->address : "", file->size};
    return true;
}

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
        } * list;
        size_t count, room;
    } broken;
    size_t bytes;
};

static void add_cut(struct arena *work, struct batch *batch, const struct cut *cut,
                    int64_t position)
{
    batch->bytes += cut->raw.size;
    if (!cut->reject) {
        struct cut_copy copy = {cut->raw, cut->line, position};
        LIST_ADD(work, &batch->sound, copy);
        return;
    }
    struct broken_copy copy = {cut->raw, cut->length, cut->line, position, *cut->reject};
    copy.reject.message = arena_strdup(work, cut->reject->message);
    LIST_ADD(work, &batch->broken, copy);
}

static bool write_sound(struct arena *work, struct db *db, const struct source *source,
                        const struct batch *batch, struct staged *staged, struct error *err)
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
    if (!db_run(work, db, &SQL_INBOX_ADD,
                PARAMS(db_int(work, staged->stream_id), db_int(work, source->id),
                       db_int8s(work, positions, n), db_int4s(work, lines, n),
                       db_byteas(work, bodies, n)),
                &rows, err))
        return false;
    staged->received += rows_int(&rows, 0, 0);
    return true;
}

static bool write_broken(struct arena *work, struct db *db, const struct source *source,
                         const struct batch *batch, struct staged *staged, struct error *err)
{
    size_t n = batch->broken.count, room = n + 1;
    struct rows rows;
    int64_t *positions = NEW_ARRAY(work, int64_t, room), *lengths = NEW_ARRAY(work, int64_t, room);
    int32_t *lines = NEW_ARRAY(work, int32_t, room), *columns = NEW_ARRAY(work, int32_t, room);
    const char **stages = NEW_ARRAY(work, const char *, room);
    const char **codes = NEW_ARRAY(work, const char *, room);
    const char **messages = NEW_ARRAY(work, const char *, room);
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
    }
    if (!n)
        return true;
    if (!db_run(work, db, &SQL_INBOX_ADD_REJECTED,
                PARAMS(db_int(work, staged->stream_id), db_int(work, source->id),
                       db_int8s(work, positions, n), db_int4s(work, lines, n),
                       db_int4s(work, columns, n), db_texts(work, stages, n),
                       db_texts(work, codes, n), db_texts(work, messages, n),
                       db_byteas(work, raws, n), db_int8s(work, lengths, n)),
                &rows, err))
        return false;
    staged->received += rows_int(&rows, 0, 0);
    staged->rejected += rows_int(&rows, 0, 0);
    return true;
}

/* Where a stream is. */
struct cursor {
    int64_t position, byte_offset, line;
    struct slice header;
    bool ended;
};

/* One transaction: the records of a batch, and the cursor behind them.  RETRY when somebody else moved
 * the cursor meanwhile. */
static bool write_batch(struct db *db, const struct source *source, const struct batch *batch,
                        int64_t from, const struct cursor *to, struct staged *staged,
                        struct error *err)
{
    ARENA(work);
    struct rows rows;
    int64_t before = staged->received;
    struct tx *tx = tx_begin(work, db, err);
    if (!tx ||
        !db_run(work, db, &SQL_STREAM_LOCK, PARAMS(db_int(work, staged->stream_id)), &rows, err))
        return false;
    if (rows_int(&rows, 0, 0) != from)
        return error_set(err, ERROR_RETRY, "another process is staging the same stream");
    if (!write_sound(work, db, source, batch, staged, err) ||
        !write_broken(work, db, source, batch, staged, err))
        return false;
    if (!db_run(work, db, &SQL_STREAM_ADVANCE,
                PARAMS(db_int(work, staged->stream_id), db_int(work, to->position),
                       db_int(work, to->byte_offset), db_int(work, to->line), db_bytes(to->header),
                       db_int(work, staged->received - before),
                       db_text(to->ended ? "true" : "false")),
                NULL, err) ||
        !tx_commit(tx, err))
        return false;
    db_wake(db);
    return true;
}

static bool open_stream(struct arena *arena, struct db *db, const struct source *source,
                        const char *name, const char *label, struct cursor *cursor,
                        struct staged *staged, struct error *err)
{
    struct rows rows;
    if (!db_run(arena, db, &SQL_STREAM_OPEN,
                PARAMS(db_int(arena, source->id), db_text(name), db_text(label)), &rows, err))
        return false;
    staged->stream_id = rows_int(&rows, 0, 0);
    *cursor = (struct cursor){.position = rows_int(&rows, 0, 1),
                              .byte_offset = rows_int(&rows, 0, 2),
                              .line = rows_int(&rows, 0, 3),
                              .header = rows_bytes(&rows, 0, 4),
                              .ended = rows_bool(&rows, 0, 5)};
    staged->before = cursor->position;
    staged->known = cursor->ended;
    return true;
}

/* The file as a whole cannot be used: one position, rejected. */
static bool refuse_file(struct db *db, const struct source *source, const struct cursor *cursor,
                        const struct reject *reject, struct slice raw, struct staged *staged,
                        struct error *err)
{
    ARENA(work);
    struct batch batch = {0};
    struct cursor end = *cursor;
    struct cut cut = {.raw = raw, .length = raw.size, .line = reject->line, .reject = reject};
    add_cut(work, &batch, &cut, 1);
    end.position = 1;
    end.ended = true;
    return write_batch(db, source, &batch, cursor->position, &end, staged, err) &&
           error_set(err, ERROR_REJECT, "%s", reject->message);
}

struct staging {
    struct db *db;
    const struct source *source;
    const struct progress *progress;
    struct staged *staged;
    size_t bytes_all;
};

static bool flush(const struct staging *s, const struct batch *batch, struct cursor *done,
                  const struct cursor *to, struct error *err)
{
    if (!write_batch(s->db, s->source, batch, done->position, to, s->staged, err))
        return false;
    *done = *to;
    if (s->progress && s->progress->report)
        s->progress->report(s->progress->to, (size_t)to->byte_offset, s->bytes_all,
                            s->staged->received);
    return true;
}

/* Cut the whole stream; what lies before the cursor was staged before. */
static bool stage_stream(const struct staging *s, struct slice stream, struct cursor *done,
                         struct error *err)
{
    ARENA(cutting);
    struct cut cut;
    struct cursor at = *done;
    struct splitter *splitter = splitter_new(cutting, &s->source->mapping->format, stream);
    bool more = splitter_next(splitter, &cut);
    int64_t ordinal = 0;
    while (more || !at.ended) {
        ARENA(work);
        struct batch batch = {0};
        for (; more && batch.sound.count + batch.broken.count < BATCH_RECORDS &&
               batch.bytes < BATCH_BYTES;
             more = splitter_next(splitter, &cut)) {
            if (cut.is_header && cut.reject)
                return refuse_file(s->db, s->source, done, cut.reject, cut.raw, s->staged, err);
            if (cut.is_header) {
                at.header = cut.raw;
                continue;
            }
            if (++ordinal <= done->position)
                continue;
            if (!cut.reject)
                cut.raw = format_drop(work, &s->source->mapping->format, at.header, cut.raw,
                                      s->source->mapping->drops);
            add_cut(work, &batch, &cut, ordinal);
            at.position = ordinal;
            at.line = cut.line;
            at.byte_offset = (int64_t)(cut.offset + cut.length);
        }
        at.ended = !more;
        if (at.ended)
            at.byte_offset = (int64_t)stream.size;
        if (!flush(s, &batch, done, &at, err))
            return false;
    }
    return true;
}

static const char *stream_name(struct arena *arena, struct slice stream)
{
    return arena_printf(arena, "file:%s", sha256_hex(arena, stream.bytes, stream.size));
}

/* A file that cannot even be opened is a stream too, named by what it is called. */
static bool refuse_unreadable(struct db *db, const struct source *source, const char *label,
                              struct staged *staged, struct error *err)
{
    ARENA(work);
    struct cursor cursor;
    struct error cause = *err;
    struct reject reject = {.stage = "transport", .code = "unreadable", .message = cause.text};
    if (!open_stream(work, db, source, arena_printf(work, "unreadable:%s", label), label, &cursor,
                     staged, err))
        return false;
    if (cursor.ended) {
        *err = cause;
        return false;
    }
    return refuse_file(db, source, &cursor, &reject, (struct slice){"", 0}, staged, err);
}

bool stage_file(struct db *db, const struct source *source, const char *path, const char *label,
                const struct progress *progress, struct staged *staged, struct error *err)
{
    ARENA(work);
    struct slice stream;
    struct cursor cursor;
    *staged = (struct staged){0};
    if (!map_file(work, path, &stream, err))
        return err->kind == ERROR_REJECT ? refuse_unreadable(db, source, label, staged, err)
                                         : false;
    if (!open_stream(work, db, source, stream_name(work, stream), label, &cursor, staged, err))
        return false;
    if (cursor.ended)
        return true;
    struct staging staging = {db, source, progress, staged, stream.size};
    return stage_stream(&staging, stream, &cursor, err);
}
