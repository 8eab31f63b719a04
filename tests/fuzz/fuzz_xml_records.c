/* XML documents: cut and decode any bytes, ask for all names, lists and some XPaths, and drop a field. */
#include <assert.h>

#include "hub/format/drop.h"
#include "tests/fuzz/fuzz.h"

static const struct format_namespace namespaces[] = {{"p", "u"}, {"q", "v"}};
static const char *const records[] = {"//a", "//p:a", "/a", "/a/b", "//p:b/a"};
static const char *const paths[] = {".",           "@b",          "b/c", "p:b/@q:c",
                                    "b[1]/text()", "count(.//b)", "../a"};

static void read_fields(struct arena *arena, const struct fields *fields)
{
    const struct fields *const *items;
    const char *flag;
    size_t bad;
    for (const char *const *name = fields_names(arena, fields); *name; name++) {
        const char *text = fields_text(fields, *name, &flag);
        assert(strchr(*name, '{') || text);
        assert(!text || text_check(text, strlen(text), &bad));
    }
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        const char *text = fields_text(fields, paths[i], &flag);
        assert(!text || text_check(text, strlen(text), &bad));
        size_t count = fields_each(arena, fields, paths[i], &items);
        for (size_t n = 0; n < count && n < 10; n++)
            (void)fields_text(items[n], paths[(i + n) % COUNT_OF(paths)], &flag);
    }
}

static void drop_some(const struct format *format, struct slice header, const struct cut *whole)
{
    ARENA(work);
    static const char *const drops[] = {"b", "@p:b", "p:b/@c", NULL};
    struct cut cut = *whole;
    struct reject reject;
    format_drop(work, format, header, drops, &cut);
    if (cut.reject) {
        assert(!cut.raw.size);
        return;
    }
    const struct fields *left = format_decode(work, format, header, cut.raw, cut.line, &reject);
    assert(left);
    for (size_t i = 0; drops[i]; i++)
        assert(!fields_text(left, drops[i], NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA(work);
    const char *fault;
    if (!size)
        return 0;
    struct format format = {.kind = FORMAT_XML,
                            .records = records[*data % COUNT_OF(records)],
                            .namespaces = namespaces,
                            .namespace_count = COUNT_OF(namespaces)};
    struct slice stream = {.bytes = (const char *)data + 1, .size = size - 1}, header = {"", 0};
    size_t end = 0;
    assert(format_open(work, &format, &fault));
    struct splitter *splitter = splitter_new(work, &format, stream);
    for (struct cut cut; splitter_next(splitter, &cut);) {
        struct reject reject = {0};
        ARENA(scratch);
        if (cut.is_header) {
            header = cut.raw;
            continue;
        }
        if (!cut.reject || !text_equal(cut.reject->code, "no-records")) {
            assert(cut.offset >= end);
            end = cut.offset + cut.length;
        }
        assert(end <= stream.size && cut.line);
        if (cut.reject) {
            assert(cut.reject->line && cut.reject->column && cut.reject->message);
            continue;
        }
        const struct fields *fields =
            format_decode(scratch, &format, header, cut.raw, cut.line, &reject);
        if (!fields) {
            assert(reject.line >= cut.line && reject.column && reject.code && reject.message);
            continue;
        }
        read_fields(scratch, fields);
        drop_some(&format, header, &cut);
    }
    return 0;
}
