/* JSON lines: cut and decode any bytes, then ask for each field, list and item by its pointer. */
#include <assert.h>
#include <stdint.h>

#include "hub/format/format.h"
#include "tests/fuzz/fuzz.h"

#define DEEP 3

static void read_fields(struct arena *arena, const struct fields *fields, unsigned depth)
{
    const struct fields *const *items;
    const char *flag;
    size_t bad;
    for (const char *const *names = fields_names(arena, fields); *names; names++) {
        const char *text = fields_text(fields, *names, &flag);
        assert(!text || text_check(text, strlen(text), &bad));
        size_t count = fields_each(arena, fields, *names, &items);
        for (size_t i = 0; depth < DEEP && i < count; i++)
            read_fields(arena, items[i], depth + 1);
    }
    (void)fields_text(fields, "", &flag);
    (void)fields_text(fields, "/0/a", NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct format format = {.kind = FORMAT_JSONL};
    ARENA(work);
    struct slice stream = {.bytes = (const char *)data, .size = size};
    struct splitter *splitter = splitter_new(work, &format, stream);
    struct cut cut;
    size_t end = 0;
    while (splitter_next(splitter, &cut)) {
        struct reject reject = {0};
        ARENA(scratch);
        assert(cut.offset >= end && cut.length && !cut.is_header);
        end = cut.offset + cut.length;
        assert(end <= size);
        const struct fields *fields =
            cut.reject
                ? NULL
                : format_decode(scratch, &format, (struct slice){0}, cut.raw, cut.line, &reject);
        if (fields)
            read_fields(scratch, fields, 0);
        else if (!cut.reject)
            assert(reject.line == cut.line && reject.column && reject.code && reject.message);
    }
    return 0;
}
