/*
 * CSV: cut and decode any bytes.  The first byte picks the format; the cuts must cover the stream in
 * order, and each must decode or be refused with a place.
 */
#include <assert.h>
#include <stdint.h>

#include "hub/format/format.h"
#include "tests/fuzz/fuzz.h"

static const struct format formats[] = {
    {.delimiter = ',', .quote = '"', .header = true},
    {.delimiter = ',', .quote = '"'},
    {.delimiter = ';', .quote = '\'', .header = true, .encoding = "windows-1252"},
    {.delimiter = '\t', .header = true},
    {.delimiter = '|', .quote = '"', .header = true, .encoding = "Shift_JIS"},
    {.delimiter = ',', .quote = '"', .header = true, .encoding = "GB18030"},
};

static void read_fields(struct arena *arena, const struct fields *fields)
{
    const char *flag;
    size_t bad;
    for (const char *const *names = fields_names(arena, fields); *names; names++) {
        const char *text = fields_text(fields, *names, &flag);
        assert(text && text_check(text, strlen(text), &bad));
        assert(text_check(*names, strlen(*names), &bad));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA(work);
    if (!size)
        return 0;
    const struct format *format = &formats[*data % COUNT_OF(formats)];
    struct slice stream = {.bytes = (const char *)data + 1, .size = size - 1}, header = {0};
    struct splitter *splitter = splitter_new(work, format, stream);
    struct cut cut;
    size_t end = 0;
    unsigned line = 0;
    while (splitter_next(splitter, &cut)) {
        struct reject reject = {0};
        ARENA(scratch);
        assert(cut.offset >= end && cut.length && cut.raw.size && cut.line > line);
        assert(cut.is_header == (format->header && !line));
        end = cut.offset + cut.length;
        line = cut.line;
        assert(end <= stream.size);
        if (cut.is_header && !cut.reject)
            header = cut.raw;
        const struct fields *fields =
            cut.reject ? NULL : format_decode(scratch, format, header, cut.raw, cut.line, &reject);
        if (fields)
            read_fields(scratch, fields);
        else if (cut.reject)
            assert(cut.reject->line == cut.line && cut.reject->column && cut.reject->message);
        else
            assert(reject.line >= line && reject.column && reject.code && reject.message);
    }
    return 0;
}
