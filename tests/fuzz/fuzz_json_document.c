/* JSON documents: cut and decode any bytes; whatever is JSON as a whole comes out whole. */
#include <assert.h>

#include "hub/base/json.h"
#include "hub/format/format.h"
#include "tests/fuzz/fuzz.h"

static const char *const pointers[] = {"", "/a", "/a/b", "/0", "/a/1/b"};

/* How many records a sound document has. */
static size_t count_records(const struct json *document, const char *pointer)
{
    const struct json *list = json_pointer(document, pointer);
    if (!list || (list->type != JSON_ARRAY && list->type != JSON_OBJECT))
        return *pointer ? 0 : 1;
    return list->type == JSON_ARRAY ? list->count : 1;
}

static bool has_repeats(const struct json *value)
{
    for (const struct json *item = value->first; item; item = item->next)
        if (item->repeated || item->unreadable || has_repeats(item))
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA(work);
    struct json_fault fault;
    const char *why;
    if (!size)
        return 0;
    struct format format = {.kind = FORMAT_JSON, .records = pointers[*data % COUNT_OF(pointers)]};
    struct slice stream = {.bytes = (const char *)data + 1, .size = size - 1};
    const struct json *document = json_parse(work, stream.bytes, stream.size, &fault);
    size_t end = 0, sound = 0;
    assert(format_open(work, &format, &why));
    struct splitter *splitter = splitter_new(work, &format, stream);
    for (struct cut cut; splitter_next(splitter, &cut);) {
        struct reject reject = {0};
        ARENA(scratch);
        assert(cut.offset >= end && !cut.is_header);
        end = cut.offset + cut.length;
        assert(end <= stream.size && cut.line);
        if (cut.reject) {
            assert(cut.reject->line == cut.line && cut.reject->column && cut.reject->message);
            continue;
        }
        if (format_decode(scratch, &format, (struct slice){"", 0}, cut.raw, cut.line, &reject))
            sound++;
        else
            assert(reject.line >= cut.line && reject.column && reject.code && reject.message);
    }
    if (document && !has_repeats(document))
        assert(sound == count_records(document, format.records));
    return 0;
}
