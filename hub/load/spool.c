#include "hub/load/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define FLUSH ((size_t)1 << 16)

struct bin {
    int fd;
    size_t size;
    struct buffer out;
};

struct spool {
    struct bin *bins;
    size_t count;
};

static void close_all(void *arg)
{
    const struct spool *spool = arg;
    for (size_t i = 0; i < spool->count; i++)
        (void)close(spool->bins[i].fd);
}

static bool fail(struct error *err, const char *what)
{
    return error_set(err, ERROR_RETRY, "cannot %s what is sorted on disk: %s", what,
                     strerror(errno));
}

struct spool *spool_new(struct arena *arena, const char *directory, size_t bins, struct error *err)
{
    struct spool *spool = NEW(arena, struct spool);
    spool->bins = NEW_ARRAY(arena, struct bin, bins + 1);
    arena_defer(arena, close_all, spool);
    for (; spool->count < bins; spool->count++) {
        struct bin *bin = &spool->bins[spool->count];
        bin->out.arena = arena;
        bin->fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (bin->fd < 0) {
            (void)fail(err, "begin");
            return NULL;
        }
    }
    return spool;
}

static bool flush(struct bin *bin, struct error *err)
{
    for (size_t done = 0; done < bin->out.length;) {
        ssize_t wrote = write(bin->fd, bin->out.data + done, bin->out.length - done);
        if (wrote < 0 && errno != EINTR)
            return fail(err, "write");
        done += wrote < 0 ? 0 : (size_t)wrote;
    }
    bin->size += bin->out.length;
    bin->out.length = 0;
    return true;
}

/* Tag, number of columns, then of each its size (negative: null), its bytes and a NUL. */
bool spool_add(struct spool *spool, size_t bin, uint32_t tag, const struct copied *row,
               struct error *err)
{
    struct buffer *out = &spool->bins[bin].out;
    uint32_t count = (uint32_t)row->count;
    buffer_add(out, (const char *)&tag, sizeof(tag));
    buffer_add(out, (const char *)&count, sizeof(count));
    for (size_t i = 0; i < row->count; i++) {
        int32_t size = row->fields[i].bytes ? (int32_t)row->fields[i].size : -1;
        buffer_add(out, (const char *)&size, sizeof(size));
        if (size < 0)
            continue;
        buffer_add(out, row->fields[i].bytes, row->fields[i].size);
        buffer_char(out, '\0');
    }
    return out->length < FLUSH || flush(&spool->bins[bin], err);
}

bool spool_end(struct spool *spool, struct error *err)
{
    for (size_t i = 0; i < spool->count; i++)
        if (!flush(&spool->bins[i], err))
            return false;
    return true;
}

bool spool_open(struct arena *arena, const struct spool *spool, size_t bin, struct spooled *rows,
                struct error *err)
{
    size_t size = spool->bins[bin].size;
    char *bytes = arena_alloc(arena, size + 1);
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(spool->bins[bin].fd, bytes + done, size - done, (off_t)done);
        if (got == 0 || (got < 0 && errno != EINTR))
            return fail(err, "read");
        done += got < 0 ? 0 : (size_t)got;
    }
    *rows = (struct spooled){bytes, bytes + size};
    return true;
}

static uint32_t read_number(struct spooled *rows)
{
    uint32_t number;
    memcpy(&number, rows->at, sizeof(number));
    rows->at += sizeof(number);
    return number;
}

bool spool_next(struct spooled *rows, uint32_t *tag, struct copied *row)
{
    if (rows->at == rows->end)
        return false;
    *tag = read_number(rows);
    row->count = read_number(rows);
    for (size_t i = 0; i < row->count; i++) {
        int32_t size = (int32_t)read_number(rows);
        row->fields[i] = size < 0 ? (struct slice){0} : (struct slice){rows->at, (size_t)size};
        rows->at += size < 0 ? 0 : (size_t)size + 1;
    }
    return true;
}
