/* Access logs: cut and decode any bytes by any pattern, drop a field, and see that it is gone. */
#include <assert.h>

#include "hub/format/drop.h"
#include "tests/fuzz/fuzz.h"

static const char *const patterns[] = {
    "common",
    "combined",
    "vhost",
    "{time}|{visitor}|{url}|{status}",
    "{address} \"{cookies}\" \"{request}\" [{time}]",
};

static void read_fields(const struct fields *fields, struct arena *arena)
{
    size_t bad, count = 0;
    for (const char *const *name = fields_names(arena, fields); *name; name++, count++) {
        const char *text = fields_text(fields, *name, NULL);
        assert(text && text_check(text, strlen(text), &bad));
        assert(text_check(*name, strlen(*name), &bad));
    }
    assert(count && count <= FORMAT_FIELDS_MOST + 8);
}

static void drop_one(const struct format *format, const struct cut *whole, const char *name)
{
    ARENA(work);
    const char *const drops[] = {name, NULL};
    struct cut cut = *whole;
    struct reject reject;
    format_drop(work, format, (struct slice){"", 0}, drops, &cut);
    assert(!cut.reject || !cut.raw.size);
    const struct fields *left =
        cut.reject ? NULL
                   : format_decode(work, format, (struct slice){"", 0}, cut.raw, cut.line, &reject);
    assert(cut.reject || (left && !fields_text(left, name, NULL)));
}

/* A first byte that is none of the numbers makes the first line a pattern. */
static bool choose(struct arena *work, uint8_t first, struct slice *stream, struct format *format)
{
    const char *fault;
    *format = (struct format){.kind = FORMAT_LOG, .encoding = "UTF-8"};
    if (first < COUNT_OF(patterns)) {
        const char *known = format_log_pattern(patterns[first]);
        format->pattern = known ? known : patterns[first];
        return format_open(work, format, &fault);
    }
    const char *end = stream->size ? memchr(stream->bytes, '\n', stream->size) : NULL;
    size_t size = end ? (size_t)(end - stream->bytes) : stream->size, bad;
    if (!text_check(stream->bytes, size, &bad))
        return false;
    format->pattern = arena_strndup(work, stream->bytes, size);
    stream->bytes += size;
    stream->size -= size;
    return format_open(work, format, &fault);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA(work);
    struct format format;
    struct slice stream = {.bytes = (const char *)data + 1, .size = size - 1};
    if (!size || !choose(work, *data, &stream, &format))
        return 0;
    struct splitter *splitter = splitter_new(work, &format, stream);
    for (struct cut cut; splitter_next(splitter, &cut);) {
        struct reject reject = {0};
        ARENA(scratch);
        const struct fields *fields =
            format_decode(scratch, &format, (struct slice){"", 0}, cut.raw, cut.line, &reject);
        if (!fields) {
            assert(reject.line == cut.line && reject.column && reject.code && reject.message);
            continue;
        }
        read_fields(fields, scratch);
        if (*data < 3)
            drop_one(&format, &cut, "address");
    }
    return 0;
}
