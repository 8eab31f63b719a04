/* JSON lines: cutting, places of faults, and values by JSON Pointer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/format/format.h"

static const struct format jsonl = {.kind = FORMAT_JSONL};

static struct slice slice_of(const char *text)
{
    return (struct slice){.bytes = text, .size = strlen(text)};
}

static void test_streams(void **state)
{
    (void)state;
    static const struct {
        const char *stream, *expected; /* the whole of each record, or its reject */
    } rows[] = {
        {"", ""},
        {"{\"a\":1}\n{\"a\":2}", "{\"a\":1} {\"a\":2} "},
        {"\xef\xbb\xbf{}\r\n\r\n \t\n[]\r\n", "{} [] "},
        {"1\ntrue\nnull\n\"x\"\n", "1 true - x "},
        {"{\"a\":1}\n{\"a\":x}\n{}\n", "{\"a\":1} !json 2:6 {} "},
        {"{\"a\":\n1}\n{}\n", "!json 1:6 !json 2:2 {} "},
        {"{} {}\n{}", "!json 1:4 {} "},
        {"{\"a\":\"\xff\"}\n{}", "!encoding 1:7 {} "},
        {"[1e5,-0.10,\"\\u00e9\\n\"]", "[1e5,-0.10,\"é\\n\"] "},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        struct buffer out = {.arena = work};
        struct splitter *splitter = splitter_new(work, &jsonl, slice_of(rows[i].stream));
        struct cut cut;
        while (splitter_next(splitter, &cut)) {
            struct reject reject;
            assert_null(cut.reject);
            assert_false(cut.is_header);
            const struct fields *fields =
                format_decode(work, &jsonl, (struct slice){0}, cut.raw, cut.line, &reject);
            const char *whole = fields ? fields_text(fields, "", NULL) : NULL;
            if (fields)
                buffer_printf(&out, "%s ", whole ? whole : "-");
            else
                buffer_printf(&out, "!%s %u:%u ", reject.code, reject.line, reject.column);
        }
        assert_string_equal(buffer_string(&out), rows[i].expected);
    }
}

static const struct fields *decode(struct arena *arena, const char *text)
{
    struct reject reject = {0};
    const struct fields *fields =
        format_decode(arena, &jsonl, (struct slice){0}, slice_of(text), 1, &reject);
    if (!fields)
        fail_msg("%u:%u: %s", reject.line, reject.column, reject.message);
    return fields;
}

static void test_values(void **state)
{
    (void)state;
    ARENA(work);
    static const char record[] =
        "{\"id\":007.5e1,\"s\":\"x\",\"n\":null,\"t\":true,\"f\":false,\"e\":\"\",\n"
        "\"o\":{\"a/"
        "b\":{\"~\":[10,{\"x\":\"deep\"}]}},\"nul\":\"a\\u0000b\",\"half\":\"\\ud800\",\n"
        "\"pair\":\"\\ud83d\\ude00\",\"twice\":1,\"twice\":2,\n"
        "\"in\":{\"v\":\"old\"},\"in\":{\"v\":\"new\"},\"\":\"unnamed\"}";
    static const struct {
        const char *pointer, *text, *flag;
    } rows[] = {
        {"/id", "7.5e1", NULL},
        {"/s", "x", NULL},
        {"/n", NULL, NULL},
        {"/t", "true", NULL},
        {"/f", "false", NULL},
        {"/e", "", NULL},
        {"/none", NULL, NULL},
        {"/s/x", NULL, NULL},
        {"id", NULL, NULL},
        {"/o", "{\"a/b\":{\"~\":[10,{\"x\":\"deep\"}]}}", NULL},
        {"/o/a~1b/~0/0", "10", NULL},
        {"/o/a~1b/~0/1/x", "deep", NULL},
        {"/o/a~1b/~0/01", NULL, NULL},
        {"/o/a~1b/~0/2", NULL, NULL},
        {"/o/a~1b/~0/-", NULL, NULL},
        {"/nul", NULL, "unreadable"},
        {"/half", NULL, "unreadable"},
        {"/pair", "\xf0\x9f\x98\x80", NULL},
        {"/twice", "2", "repeated"},
        {"/in/v", "new", "repeated"},
        {"/", "unnamed", NULL},
    };
    char *text = arena_strdup(work, record);
    text[6] = text[7] = ' '; /* the number as written, without its wrong zeros */
    const struct fields *fields = decode(work, text);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *flag = "stale", *found = fields_text(fields, rows[i].pointer, &flag);
        print_message("  %s\n", rows[i].pointer);
        assert_int_equal(found == NULL, rows[i].text == NULL);
        if (found)
            assert_string_equal(found, rows[i].text);
        assert_int_equal(flag == NULL, rows[i].flag == NULL);
        if (flag)
            assert_string_equal(flag, rows[i].flag);
    }
}

static void test_each_and_names(void **state)
{
    (void)state;
    ARENA(work);
    const struct fields *const *items;
    const struct fields *fields =
        decode(work, "{\"list\":[{\"v\":\"a\"},\"b\",[3]],\"empty\":[],\"x/~\":{},\"list\":[1,2]}");
    assert_int_equal(fields_each(work, fields, "/empty", &items), 0);
    assert_int_equal(fields_each(work, fields, "/none", &items), 0);
    assert_int_equal(fields_each(work, fields, "/x~1~0", &items), 0);
    assert_int_equal(fields_each(work, fields, "/list", &items), 2);
    assert_string_equal(fields_text(items[1], "", NULL), "2");

    const char *const *names = fields_names(work, fields);
    assert_string_equal(names[0], "/list");
    assert_string_equal(names[1], "/empty");
    assert_string_equal(names[2], "/x~1~0");
    assert_null(names[3]);
    assert_null(fields_names(work, decode(work, "[1]"))[0]);

    fields = decode(work, "[{\"v\":\"a\"},{\"v\":\"b\",\"w\":[1]}]");
    assert_int_equal(fields_each(work, fields, "", &items), 2);
    assert_string_equal(fields_text(items[0], "/v", NULL), "a");
    assert_string_equal(fields_text(items[1], "/w/0", NULL), "1");
}

static void test_limits(void **state)
{
    (void)state;
    ARENA(work);
    struct buffer stream = {.arena = work};
    struct reject reject = {0};
    struct cut cut;
    buffer_char(&stream, '"');
    while (stream.length < FORMAT_RECORD_MOST)
        buffer_char(&stream, 'x');
    buffer_text(&stream, "\"\n{}");
    struct splitter *splitter =
        splitter_new(work, &jsonl, (struct slice){.bytes = stream.data, .size = stream.length});
    assert_true(splitter_next(splitter, &cut));
    assert_string_equal(cut.reject->code, "too-long");
    assert_int_equal(cut.length, FORMAT_RECORD_MOST + 1);
    assert_int_equal(cut.raw.size, 65536);
    assert_true(splitter_next(splitter, &cut) && !cut.reject && cut.line == 2);

    stream = (struct buffer){.arena = work};
    for (int i = 0; i <= FORMAT_FIELDS_MOST; i++)
        buffer_printf(&stream, "%s\"%d\":0", i ? "," : "{", i);
    buffer_char(&stream, '}');
    assert_null(format_decode(work, &jsonl, (struct slice){0}, slice_of(stream.data), 1, &reject));
    assert_string_equal(reject.code, "fields");

    struct slice nul = {.bytes = "{}\0", .size = 3};
    assert_null(format_decode(work, &jsonl, (struct slice){0}, nul, 9, &reject));
    assert_string_equal(reject.code, "nul");
    assert_int_equal(reject.line, 9);
    assert_int_equal(reject.column, 3);
}

static void test_names(void **state)
{
    (void)state;
    ARENA(work);
    assert_null(format_fault(work, &jsonl, ""));
    assert_null(format_fault(work, &jsonl, "/"));
    assert_null(format_fault(work, &jsonl, "/a/0/~0~1"));
    assert_non_null(format_fault(work, &jsonl, "a"));
    assert_non_null(format_fault(work, &jsonl, "/~2"));
    assert_non_null(format_fault(work, &jsonl, "/~"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams),        cmocka_unit_test(test_values),
        cmocka_unit_test(test_each_and_names), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
