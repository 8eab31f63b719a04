/* JSON documents: where their records are cut, and what broken ones cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/json.h"
#include "hub/format/format.h"
#include "tests/unit/shared.h"

static struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static const struct {
    const char *what, *records, *stream;
    const char
        *expected; /* each record's bytes, or "!code line:column"; a blank line between them */
} cases[] = {
    {"nothing", "", "", ""},
    {"blanks", "", " \n", ""},
    {"a list", "", "[{\"a\":1}, {\"a\":2}]", "{\"a\":1}\n\n{\"a\":2}"},
    {"an empty list", "", "[ ]", ""},
    {"one record", "", " {\"a\":1}\n", "{\"a\":1}"},
    {"scalars", "", "[1,\"x\",null]", "1\n\n\"x\"\n\nnull"},
    {"in a member", "/items", "{\"n\":2,\"items\":[{\"a\":1},{\"a\":2}],\"z\":[{}]}",
     "{\"a\":1}\n\n{\"a\":2}"},
    {"deeper, with strange names", "/a~1b/\xc3\xbc",
     "{\"x\":{\"a/b\":1},\"a\\/b\":{\"\\u00fc\":[1]}}", "1"},
    {"in a list", "/1/r", "[{\"r\":[1]},{\"r\":[2]},{\"r\":[3]}]", "2"},
    {"one record in a member", "/item", "{\"item\" : {\"a\":1} , \"b\":2}", "{\"a\":1}"},
    {"no records", "/items", "{\"items\":null,\"b\":2}", ""},
    {"brackets in strings", "", "[{\"a\":\"]},{\\\"[\"},{}]", "{\"a\":\"]},{\\\"[\"}\n\n{}"},
    {"many lines", "", "[\n {\"a\":1},\n\n {\n\"b\":2}\n]\n", "{\"a\":1}\n\n{\n\"b\":2}"},
    {"a byte order mark", "", "\xef\xbb\xbf[1]", "1"},

    {"a malformed record", "", "[{\"a\":1},\n{\"a\" 2},{\"a\":3}]",
     "{\"a\":1}\n\n!json 2:6\n\n{\"a\":3}"},
    {"no comma", "", "[1 2,3]", "!json 1:3\n\n3"},
    {"a comma too many", "", "[1,,2,]", "1\n\n!json 1:4\n\n2\n\n!json 1:7"},
    {"a quote that never closes", "", "[{\"a\":\"x},\n{\"a\":\"y\"},\n{\"a\":\"z\"}]",
     "!structure 1:2"},
    {"one whose line shows it", "", "[{\n\"a\":\"x,\n\"b\":\"y\"},\n{\"a\":\"z\"}]",
     "!json 2:8\n\n{\"a\":\"z\"}"},
    {"brackets that do not match", "", "[{\"a\":1},{\"a\":[2},{\"a\":3}]",
     "{\"a\":1}\n\n!structure 1:10"},
    {"the end is missing", "", "[{\"a\":1},{\"a\":", "{\"a\":1}\n\n!structure 1:10"},
    {"only the last bracket is missing", "", "[{\"a\":1},{\"a\":2}\n",
     "{\"a\":1}\n\n!structure 1:10"},
    {"closed by the other bracket", "", "[{\"a\":1}}", "!structure 1:2"},
    {"something follows", "", "[{\"a\":1}]\n[2]", "{\"a\":1}\n\n!structure 2:1"},
    {"another document follows", "", "{\"a\":1}\n{\"a\":2}", "!json 2:1"},
    {"the pointer leads nowhere", "/items", "{\"rows\":[1]}", "!no-records 1:12"},
    {"it leads to a text", "/items", "{\"items\":\"x\"}", "!no-records 1:10"},
    {"it leads through a text", "/a/b", "{\"a\":1}", "!no-records 1:6"},
    {"the same name twice", "/r", "{\"r\":[1],\"r\":[2]}", "1\n\n!structure 1:10"},
    {"behind the records", "/r", "{\"r\":[1],\"s\" 2}", "1\n\n!structure 1:10"},
    {"no name", "/r", "{1:[2],\"r\":[1]}", "!structure 1:2"},
    {"no JSON at all", "", "id,name\n1,Ann", "!json 1:1"},
};

static const char *cut_all(struct arena *work, const struct format *format, struct slice stream)
{
    struct buffer out = {.arena = work};
    struct splitter *splitter = splitter_new(work, format, stream);
    size_t end = 0;
    for (struct cut cut; splitter_next(splitter, &cut);) {
        struct reject reject = {0};
        assert_true(cut.offset >= end && cut.offset + cut.length <= stream.size);
        end = cut.offset + cut.length;
        buffer_text(&out, out.length ? "\n\n" : "");
        if (cut.reject)
            reject = *cut.reject;
        else if (format_decode(work, format, (struct slice){"", 0}, cut.raw, cut.line, &reject))
            buffer_add(&out, cut.raw.bytes, cut.raw.size);
        if (reject.code)
            buffer_printf(&out, "!%s %u:%u", reject.code, reject.line, reject.column);
    }
    return buffer_string(&out);
}

static void records_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        const char *fault;
        struct format format = {.kind = FORMAT_JSON, .records = cases[i].records};
        assert_true(format_open(work, &format, &fault));
        print_message("%s\n", cases[i].what);
        assert_string_equal(cut_all(work, &format, slice_of(cases[i].stream)), cases[i].expected);
    }
}

static void pointers_are_checked(void **state)
{
    (void)state;
    ARENA(work);
    const char *fault;
    struct format wrong = {.kind = FORMAT_JSON, .records = "items"};
    assert_false(format_open(work, &wrong, &fault));
    assert_string_equal(fault, "it must be a JSON Pointer, such as /items, or empty where the "
                               "document itself is the list");
    assert_true(format_has_lists(&wrong));
}

static void messages_say_what_was_not_read(void **state)
{
    (void)state;
    ARENA(work);
    struct format format = {.kind = FORMAT_JSON, .records = "/items"};
    struct cut cut;
    assert_true(splitter_next(splitter_new(work, &format, slice_of("{\"item\":[1]}")), &cut));
    assert_string_equal(cut.reject->message,
                        "there is nothing at '/items', where the records should be; nothing is "
                        "read");
    format.records = "";
    assert_true(splitter_next(splitter_new(work, &format, slice_of("[{]")), &cut));
    assert_string_equal(cut.reject->message, "this record's quotes or brackets do not match; "
                                             "nothing from here on is read (2 bytes)");
}

static void a_long_record_costs_itself(void **state)
{
    (void)state;
    ARENA(work);
    struct buffer stream = {.arena = work};
    struct format format = {.kind = FORMAT_JSON, .records = ""};
    buffer_text(&stream, "[1,\"");
    for (int i = 0; i < FORMAT_RECORD_MOST / 8; i++)
        buffer_text(&stream, "12345678");
    buffer_text(&stream, "\",2]");
    struct splitter *splitter =
        splitter_new(work, &format, (struct slice){stream.data, stream.length});
    struct cut cut;
    assert_true(splitter_next(splitter, &cut) && !cut.reject);
    assert_true(splitter_next(splitter, &cut) && cut.reject);
    assert_string_equal(cut.reject->code, "too-long");
    assert_string_equal(cut.reject->stage, "size");
    assert_int_equal(cut.length, FORMAT_RECORD_MOST + 2);
    assert_int_equal(cut.raw.size, 65536);
    assert_true(splitter_next(splitter, &cut) && !cut.reject);
    assert_false(splitter_next(splitter, &cut));
}

/* Nothing that is hostile may cost more than a few times its size. */
static void hostile_documents_end(void **state)
{
    (void)state;
    static const char *const pieces[] = {"[", "{\"a\":", "\"", "[\"", "{\"a\":\"x},\n", "[1,"};
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        ARENA(work);
        struct buffer stream = {.arena = work};
        struct format format = {.kind = FORMAT_JSON, .records = ""};
        buffer_text(&stream, "[");
        while (stream.length < (1U << 20))
            buffer_text(&stream, pieces[i]);
        (void)cut_all(work, &format, (struct slice){stream.data, stream.length});
    }
}

/* Every text of the corpus as an item between two good ones: those it never takes along, unless its own
 * brackets or quotes lead out of it. */
static void try_between(const char *path, const char *name, void *context)
{
    ARENA(work);
    size_t *good = context;
    struct slice text = shared_read(work, path);
    struct json_fault fault;
    struct format format = {.kind = FORMAT_JSON, .records = ""};
    struct buffer stream = {.arena = work};
    struct cut cut;
    buffer_text(&stream, "[{\"n\":1},");
    buffer_add(&stream, text.bytes, text.size);
    buffer_text(&stream, ",{\"n\":3}]");
    struct splitter *splitter =
        splitter_new(work, &format, (struct slice){stream.data, stream.length});
    assert_true(splitter_next(splitter, &cut) && !cut.reject);
    bool is_json = json_parse(work, text.bytes, text.size, &fault);
    if (!is_json || text.size > FORMAT_RECORD_MOST)
        return;
    print_message("%s\n", name);
    assert_true(splitter_next(splitter, &cut) && !cut.reject);
    assert_true(splitter_next(splitter, &cut) && !cut.reject);
    assert_int_equal(cut.raw.size, strlen("{\"n\":3}"));
    assert_false(splitter_next(splitter, &cut));
    ++*good;
}

static void corpus_items_are_cut(void **state)
{
    (void)state;
    ARENA(work);
    size_t good = 0;
    const char *folder = shared_path(work, "corpora/json/cases");
    if (!folder)
        return;
    assert_true(shared_each(work, folder, ".json", try_between, &good) > 100);
    assert_true(good > 90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_cut),
        cmocka_unit_test(pointers_are_checked),
        cmocka_unit_test(messages_say_what_was_not_read),
        cmocka_unit_test(a_long_record_costs_itself),
        cmocka_unit_test(hostile_documents_end),
        cmocka_unit_test(corpus_items_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
