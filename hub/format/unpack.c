#include "hub/format/unpack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>

#include "hub/base/resident.h"
#include "hub/format/decode.h"

#define CHUNK ((size_t)256 * 1024)
#define LOOKED_AT 1024 /* bytes that tell how UTF-16 without a mark is written */

/* The file that it goes to. */
struct sink {
    int fd;
    size_t size, most;
    char *chunk;
    size_t used; /* of the chunk */
    const struct unpack_room *room;
};

struct view {
    void *address;
    size_t size;
};

static void close_view(void *arg)
{
    struct view *view = arg;
    (void)munmap(view->address, view->size);
}

static void close_file(void *arg)
{
    (void)close(*(int *)arg);
}

static bool refuse(struct arena *arena, struct reject *reject, const char *code,
                   const char *message, struct error *err)
{
    *reject = (struct reject){
        .stage = "transport", .code = code, .message = arena_strdup(arena, message)};
    return error_set(err, ERROR_REJECT, "%s", message);
}

static bool open_sink(struct arena *arena, const struct unpack_room *room, struct sink *sink,
                      struct error *err)
{
    const char *folder = room->folder ? room->folder : getenv("TMPDIR");
    char *path =
        arena_printf(arena, "%s/.unpacked-XXXXXX", text_or_null(folder) ? folder : "/var/tmp");
    *sink = (struct sink){.fd = mkostemp(path, O_CLOEXEC),
                          .most = room->most ? room->most : UNPACK_MOST,
                          .chunk = arena_alloc(arena, CHUNK),
                          .room = room};
    if (sink->fd < 0)
        return error_set(err, ERROR_RETRY, "cannot make '%s': %m", path);
    int *file = NEW(arena, int);
    *file = sink->fd;
    arena_defer(arena, close_file, file);
    (void)unlink(path);
    return true;
}

static bool flush(struct sink *sink, struct error *err)
{
    for (size_t done = 0; done < sink->used;) {
        ssize_t written = write(sink->fd, sink->chunk + done, sink->used - done);
        if (written <= 0)
            return error_set(err, ERROR_RETRY, "cannot write what is unpacked: %m");
        done += (size_t)written;
    }
    sink->size += sink->used;
    sink->used = 0;
    return !sink->room->go_on || sink->room->go_on(sink->room->to) ||
           error_set(err, ERROR_RETRY, "interrupted");
}

/* What was written, in the place of the stream. */
static bool view_sink(struct arena *arena, struct sink *sink, struct slice *stream,
                      struct error *err)
{
    *stream = (struct slice){"", 0};
    if (!flush(sink, err))
        return false;
    if (!sink->size)
        return true;
    struct view *view = NEW(arena, struct view);
    *view = (struct view){mmap(NULL, sink->size, PROT_READ, MAP_PRIVATE, sink->fd, 0), sink->size};
    if (view->address == MAP_FAILED)
        return error_set(err, ERROR_RETRY, "cannot map what is unpacked: %m");
    arena_defer(arena, close_view, view);
    resident_bound(arena, view->address, view->size);
    *stream = (struct slice){view->address, view->size};
    return true;
}

/* ---- gzip */

static void end_inflate(void *zip)
{
    (void)inflateEnd(zip);
}

static bool is_gzip(struct slice stream)
{
    return stream.size >= 2 && memcmp(stream.bytes, "\x1f\x8b", 2) == 0;
}

/* Unpack one chunk of what is at hand; `at` moves behind what was read.  False when it cannot be written. */
static bool inflate_chunk(z_stream *zip, const char **at, const char *end, struct sink *sink,
                          int *status, struct error *err)
{
    size_t left = (size_t)(end - *at), step = left < CHUNK ? left : CHUNK;
    zip->next_in = (const Bytef *)*at;
    zip->avail_in = (uInt)step;
    zip->next_out = (Bytef *)sink->chunk;
    zip->avail_out = (uInt)CHUNK;
    *status = inflate(zip, Z_NO_FLUSH);
    if (*status == Z_MEM_ERROR)
        abort(); /* out of memory */
    *at += step - zip->avail_in;
    sink->used = CHUNK - zip->avail_out;
    return sink->size + sink->used > sink->most || flush(sink, err);
}

/* Behind a member comes another one, or nothing. */
static const char *next_member(z_stream *zip, struct slice left)
{
    return is_gzip(left) && inflateReset(zip) == Z_OK ? NULL : "something else follows it";
}

/* All members that follow each other; NULL, or what is wrong, or "" for what `err` says. */
static const char *inflate_all(z_stream *zip, struct slice packed, struct sink *sink,
                               struct error *err)
{
    const char *at = packed.bytes, *end = at + packed.size, *fault = NULL;
    while (!fault) {
        int status;
        if (!inflate_chunk(zip, &at, end, sink, &status, err))
            return "";
        if (sink->used) /* and so not written */
            return "it unpacks to more than is taken";
        if (status == Z_STREAM_END && at == end)
            return NULL;
        if (status == Z_STREAM_END)
            fault = next_member(zip, (struct slice){at, (size_t)(end - at)});
        else if (status == Z_BUF_ERROR)
            fault = "it is cut short";
        else if (status != Z_OK)
            fault = "it is damaged";
    }
    return fault;
}

static bool gunzip(struct arena *arena, const struct unpack_room *room, struct slice *stream,
                   struct reject *reject, struct error *err)
{
    struct sink sink;
    z_stream *zip = NEW(arena, z_stream);
    if (!open_sink(arena, room, &sink, err))
        return false;
    if (inflateInit2(zip, 15 + 16) != Z_OK)
        abort(); /* out of memory */
    arena_defer(arena, end_inflate, zip);
    const char *fault = inflate_all(zip, *stream, &sink, err);
    if (fault && !*fault)
        return false;
    if (fault)
        return refuse(
            arena, reject, "gzip",
            arena_printf(
                arena, "the gzip file cannot be unpacked: %s (behind %zu bytes of what was in it)",
                fault, sink.size),
            err);
    return view_sink(arena, &sink, stream, err);
}

/* ---- UTF-16 */

enum order { ORDER_NONE, ORDER_LITTLE, ORDER_BIG };

static enum order order_of_mark(struct slice stream)
{
    if (stream.size < 2)
        return ORDER_NONE;
    if (memcmp(stream.bytes, "\xff\xfe", 2) == 0)
        return ORDER_LITTLE;
    return memcmp(stream.bytes, "\xfe\xff", 2) == 0 ? ORDER_BIG : ORDER_NONE;
}

/* Without a mark, the zeros in ASCII text tell. */
static enum order order_of_zeros(struct slice stream)
{
    size_t zeros[2] = {0, 0};
    for (size_t i = 0; i < stream.size && i < LOOKED_AT; i++)
        zeros[i % 2] += !stream.bytes[i];
    if (zeros[0] == zeros[1])
        return ORDER_NONE;
    return zeros[1] > zeros[0] ? ORDER_LITTLE : ORDER_BIG;
}

static uint32_t unit_at(struct slice stream, size_t at, enum order order)
{
    unsigned char first = (unsigned char)stream.bytes[at];
    unsigned char second = (unsigned char)stream.bytes[at + 1];
    return order == ORDER_LITTLE ? (uint32_t)(second << 8 | first)
                                 : (uint32_t)(first << 8 | second);
}

/* The bytes of one character at *at, which moves behind it.  Half a pair becomes what is no UTF-8, and so
 * costs its own record later. */
static size_t convert_one(struct slice stream, size_t *at, enum order order, char bytes[4])
{
    if (*at + 1 >= stream.size) {
        *at = stream.size;
        bytes[0] = '\xff';
        return 1;
    }
    uint32_t unit = unit_at(stream, *at, order);
    *at += 2;
    if (unit < 0xd800 || unit >= 0xe000)
        return text_put(bytes, unit);
    uint32_t low = *at + 1 < stream.size ? unit_at(stream, *at, order) : 0;
    if (unit >= 0xdc00 || low < 0xdc00 || low >= 0xe000) {
        bytes[0] = '\xff';
        return 1;
    }
    *at += 2;
    return text_put(bytes, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
}

static bool convert(struct arena *arena, const struct unpack_room *room, enum order order,
                    struct slice *stream, struct error *err)
{
    struct sink sink;
    if (!open_sink(arena, room, &sink, err))
        return false;
    size_t at = order_of_mark(*stream) ? 2 : 0;
    while (at < stream->size) {
        char bytes[4];
        size_t length = convert_one(*stream, &at, order, bytes);
        if (sink.used + length > CHUNK && !flush(&sink, err))
            return false;
        memcpy(sink.chunk + sink.used, bytes, length);
        sink.used += length;
    }
    return view_sink(arena, &sink, stream, err);
}

/* Does what is written down as no encoding, UTF-8 or UTF-16 allow for UTF-16? */
static bool may_be_utf16(const struct format *format)
{
    const char *encoding = text_or_empty(format->encoding);
    return !*encoding || text_same(encoding, "UTF-8") || encoding_is_utf16(encoding);
}

static enum order order_of(const struct format *format, struct slice stream)
{
    enum order order = order_of_mark(stream);
    if (order || !may_be_utf16(format))
        return may_be_utf16(format) ? order : ORDER_NONE;
    if (format->kind == FORMAT_XML && stream.size >= 4) {
        if (memcmp(stream.bytes, "<\0?\0", 4) == 0)
            return ORDER_LITTLE;
        if (memcmp(stream.bytes, "\0<\0?", 4) == 0)
            return ORDER_BIG;
    }
    return encoding_is_utf16(format->encoding) ? order_of_zeros(stream) : ORDER_NONE;
}

bool unpack(struct arena *arena, const struct format *format, const struct unpack_room *room,
            struct slice *stream, struct reject *reject, struct error *err)
{
    if (is_gzip(*stream) && !gunzip(arena, room, stream, reject, err))
        return false;
    enum order order = order_of(format, *stream);
    if (order)
        return convert(arena, room, order, stream, err);
    return !stream->size || !encoding_is_utf16(format->encoding) ||
           refuse(
               arena, reject, "encoding",
               "the file is not UTF-16: it has no byte order mark, and no zeros as ASCII has there",
               err);
}
