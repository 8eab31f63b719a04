/* Fixed width: cut and decode any bytes, drop a column, and see that it is blank. */
#include <assert.h>

#include "hub/format/drop.h"
#include "tests/fuzz/fuzz.h"

static const struct format_column columns[] = {{"a", 1, 3}, {"b", 3, 9}, {"c", 20, 4000}};
static const struct format formats[] = {
    {.kind = FORMAT_FIXED, .columns = columns, .column_count = COUNT_OF(columns)},
    {.kind = FORMAT_FIXED, .columns = columns, .column_count = COUNT_OF(columns), .header = true},
    {.kind = FORMAT_FIXED,
     .columns = columns,
     .column_count = COUNT_OF(columns),
     .encoding = "Shift_JIS"},
    {.kind = FORMAT_FIXED,
     .columns = columns,
     .column_count = COUNT_OF(columns),
     .encoding = "windows-1252"},
};

static void read_fields(const struct fields *fields, struct arena *arena)
{
    size_t bad;
    for (const char *const *name = fields_names(arena, fields); *name; name++) {
        const char *text = fields_text(fields, *name, NULL);
        assert(!text || text_check(text, strlen(text), &bad));
    }
}

static void drop_one(const struct format *format, const struct cut *whole)
{
    ARENA(work);
    static const char *const drops[] = {"b", NULL};
    struct cut cut = *whole;
    struct reject reject;
    format_drop(work, format, (struct slice){"", 0}, drops, &cut);
    assert(!cut.reject || !cut.raw.size);
    const struct fields *left =
        cut.reject ? NULL
                   : format_decode(work, format, (struct slice){"", 0}, cut.raw, cut.line, &reject);
    assert(cut.reject || left);
    const char *text = left ? fields_text(left, "b", NULL) : NULL;
    assert(!text || !*text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA(work);
    if (!size)
        return 0;
    const struct format *format = &formats[*data % COUNT_OF(formats)];
    struct slice stream = {.bytes = (const char *)data + 1, .size = size - 1};
    struct splitter *splitter = splitter_new(work, format, stream);
    size_t end = 0;
    for (struct cut cut; splitter_next(splitter, &cut);) {
        struct reject reject = {0};
        ARENA(scratch);
        assert(cut.offset >= end && cut.length && !cut.reject);
        end = cut.offset + cut.length;
        assert(end <= stream.size);
        const struct fields *fields =
            format_decode(scratch, format, (struct slice){"", 0}, cut.raw, cut.line, &reject);
        if (!fields) {
            assert(reject.line == cut.line && reject.column && reject.code && reject.message);
            continue;
        }
        read_fields(fields, scratch);
        drop_one(format, &cut);
    }
    return 0;
}
