#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/format/drop.h"

static const struct {
    enum format_kind kind;
    const char *header, *raw, *drops[3], *left;
} cases[] = {
    {FORMAT_CSV, "a,b,c", "1,2,3", {"b"}, "1,,3"},
    {FORMAT_CSV, "a, b ,c", "1,2,3", {"b", "c"}, "1,,"},
    {FORMAT_CSV, "a,b,c", "1,\"x, \"\"y\"\"\",3", {"b"}, "1,,3"},
    {FORMAT_CSV, "a,b,c", "\"x,1\",2,\"z\"", {"b"}, "\"x,1\",,\"z\""},
    {FORMAT_CSV, "a,b,c", "1,2,3", {"d"}, "1,2,3"},
    {FORMAT_CSV, "a,b,c", "1,2,3", {NULL}, "1,2,3"},
    {FORMAT_CSV, "b,b", "1,2", {"b"}, ","},
    {FORMAT_CSV, "a,,c", "1,2,3", {"2"}, "1,,3"},
    {FORMAT_CSV, "", "1,2,3", {"3"}, "1,2,"},
    {FORMAT_CSV, "a,b,c", " 1 ,2,\"3\"", {"b"}, " 1 ,,\"3\""},
    {FORMAT_JSONL, "", "{\"a\": 1.50, \"b\": \"x\"}", {"/b"}, "{\"a\":1.50}"},
    {FORMAT_JSONL, "", "{\"b\":1,\"b\":2}", {"/b"}, "{}"},
    {FORMAT_JSONL,
     "",
     "{\"a\":{\"b\":1,\"c\":[true,null,\"\\u0000\"]}}",
     {"/a/b"},
     "{\"a\":{\"c\":[true,null,\"\\u0000\"]}}"},
    {FORMAT_JSONL, "", "{\"a\":[1,{\"b\":2},3]}", {"/a/0", "/a/1/b"}, "{\"a\":[null,{},3]}"},
    {FORMAT_JSONL, "", "{\"a/b\":1,\"c~d\":2}", {"/a~1b", "/c~0d"}, "{}"},
    {FORMAT_JSONL, "", "{\"a\":{\"b\":1},\"a\":{}}", {"/a/b"}, "{\"a\":{},\"a\":{}}"},
};

/* Where the field cannot be found, nothing may stay. */
static const struct {
    struct format format;
    const char *header, *raw, *code;
} lost[] = {
    {{.delimiter = ',', .header = true}, "a,b", "1,\"x", "quote"},
    {{.delimiter = ',', .header = true}, "a,b", "1,2,3", "fields"},
    {{.delimiter = ',', .header = true}, "a,b", "1,\xe9", "encoding"},
    {{.delimiter = ',', .header = true}, "a,\"b", "1,2", "header"},
    {{.delimiter = '|', .header = true, .encoding = "Shift_JIS"}, "a|b", "\x83\x7c|2", "drop"},
    {{.kind = FORMAT_JSONL}, "", "{\"b\":", "json"},
};

static void what_hides_them_goes_whole(void **state)
{
    (void)state;
    static const char *const drops[] = {"b", "/b", NULL}, *const none[] = {NULL};
    for (size_t i = 0; i < COUNT_OF(lost); i++) {
        ARENA(work);
        struct format format = lost[i].format;
        format.quote = '"';
        struct slice header = {lost[i].header, strlen(lost[i].header)};
        struct slice raw = {lost[i].raw, strlen(lost[i].raw)};
        struct cut cut = {.raw = raw, .length = raw.size, .line = 7};
        format_drop(work, &format, header, none, &cut);
        assert_null(cut.reject);
        format_drop(work, &format, header, drops, &cut);
        assert_string_equal(cut.reject->code, lost[i].code);
        assert_int_equal(cut.reject->line, 7);
        assert_int_equal(cut.raw.size, 0);
        assert_int_equal(cut.length, raw.size);
    }
}

static void a_reject_keeps_nothing(void **state)
{
    (void)state;
    ARENA(work);
    static const char *const drops[] = {"b", NULL};
    const struct reject reject = {.stage = "size", .code = "too-long"};
    const struct format format = {.delimiter = ',', .quote = '"', .header = true};
    struct cut cut = {.raw = {"1,2", 3}, .length = 3, .reject = &reject};
    format_drop(work, &format, (struct slice){"a,b", 3}, drops, &cut);
    assert_ptr_equal(cut.reject, &reject);
    assert_int_equal(cut.raw.size, 0);
}

static void dropped_fields_are_gone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        const struct format format = {.kind = cases[i].kind,
                                      .delimiter = ',',
                                      .quote = '"',
                                      .header = *cases[i].header != '\0'};
        struct cut cut = {.raw = {cases[i].raw, strlen(cases[i].raw)}, .line = 1};
        format_drop(work, &format, (struct slice){cases[i].header, strlen(cases[i].header)},
                    cases[i].drops, &cut);
        assert_null(cut.reject);
        assert_string_equal(arena_strndup(work, cut.raw.bytes, cut.raw.size), cases[i].left);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dropped_fields_are_gone),
        cmocka_unit_test(what_hides_them_goes_whole),
        cmocka_unit_test(a_reject_keeps_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
