/* Fixed width: what lines become, in characters, whatever the encoding; and what leaves them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/format/drop.h"

static const struct format_column columns[] = {{"id", 1, 4}, {"name", 5, 12}, {"city", 10, 14}};
static const struct format utf8 = {
    .kind = FORMAT_FIXED, .columns = columns, .column_count = COUNT_OF(columns)};
static const struct format headed = {
    .kind = FORMAT_FIXED, .columns = columns, .column_count = COUNT_OF(columns), .header = true};
static const struct format latin = {.kind = FORMAT_FIXED,
                                    .columns = columns,
                                    .column_count = COUNT_OF(columns),
                                    .encoding = "ISO-8859-1"};
static const struct format japanese = {.kind = FORMAT_FIXED,
                                       .columns = columns,
                                       .column_count = COUNT_OF(columns),
                                       .encoding = "Shift_JIS"};

static const struct {
    const char *what;
    const struct format *format;
    const char *stream, *expected; /* "id|name|city" of each, "-" where absent; "/" between them */
} cases[] = {
    {"nothing", &utf8, "", ""},
    {"all there", &utf8, "0001ANN LEE BONN\n0002JOE     ULM\n", "0001|ANN LEE|EE BO/0002|JOE|UL"},
    {"padded on both sides", &utf8, "  17  Ann \n", "17|Ann|"},
    {"too short", &utf8, "0001AN\n0002\n00\n", "0001|AN|-/0002|-|-/00|-|-"},
    {"longer than the last field", &utf8, "0001ANN     X   and so on\n", "0001|ANN|X"},
    {"blank fields", &utf8, "0001              \n", "0001||"},
    {"CRLF, CR and blank lines", &utf8, "0001A\r\n\r\n   \n0002B\r0003C",
     "0001|A|-/0002|B|-/0003|C|-"},
    {"characters, no bytes", &utf8, "0001M\xc3\xbcller  K\xc3\xb6ln\n",
     "0001|M\xc3\xbcller|r  K\xc3\xb6"},
    {"the same in ISO-8859-1", &latin, "0001M\xfcller  K\xf6ln\n",
     "0001|M\xc3\xbcller|r  K\xc3\xb6"},
    {"two bytes a character", &japanese, "0001\x93\xfa\x96{    X\n",
     "0001|\xe6\x97\xa5\xe6\x9c\xac    X|X"},
    {"a header", &headed, "ID  NAME\n0001ANN\n", "0001|ANN|-"},
    {"a byte order mark", &utf8,
     "\xef\xbb\xbf"
     "0001ANN\n",
     "0001|ANN|-"},
    {"quotes are data", &utf8, "0001\"A\n0002B\"\n", "0001|\"A|-/0002|B\"|-"},
    {"not UTF-8", &utf8, "0001\xff\n0002B\n", "!encoding 1:5/0002|B|-"},
};

static void describe(struct buffer *out, const struct format *format, const struct cut *cut)
{
    struct reject reject = {0};
    const struct fields *fields =
        format_decode(out->arena, format, (struct slice){"", 0}, cut->raw, cut->line, &reject);
    if (!fields) {
        buffer_printf(out, "!%s %u:%u", reject.code, reject.line, reject.column);
        return;
    }
    for (const char *const *name = fields_names(out->arena, fields); *name; name++) {
        const char *text = fields_text(fields, *name, NULL);
        buffer_printf(out, "%s%s", text_equal(*name, "id") ? "" : "|", text ? text : "-");
    }
}

static void lines_become_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        struct buffer out = {.arena = work};
        struct splitter *splitter = splitter_new(
            work, cases[i].format, (struct slice){cases[i].stream, strlen(cases[i].stream)});
        for (struct cut cut; splitter_next(splitter, &cut);) {
            assert_null(cut.reject);
            if (cut.is_header)
                continue;
            buffer_text(&out, out.length ? "/" : "");
            describe(&out, cases[i].format, &cut);
        }
        print_message("%s\n", cases[i].what);
        assert_string_equal(buffer_string(&out), cases[i].expected);
    }
}

static void a_record_is_one_line(void **state)
{
    (void)state;
    ARENA(work);
    struct reject reject = {0};
    assert_null(format_decode(work, &utf8, (struct slice){"", 0}, (struct slice){"0001A\nB", 7}, 3,
                              &reject));
    assert_string_equal(reject.code, "lines");
    assert_int_equal(reject.line, 3);
    assert_int_equal(reject.column, 6);
}

static void only_its_columns_are_fields(void **state)
{
    (void)state;
    ARENA(work);
    const struct fields *const *items;
    struct reject reject;
    assert_null(format_fault(work, &utf8, "city"));
    assert_string_equal(format_fault(work, &utf8, "citty"),
                        "it must be one of the <field> names of <fixed>; did you mean 'city'?");
    assert_false(format_has_lists(&utf8));
    const struct fields *fields =
        format_decode(work, &utf8, (struct slice){"", 0}, (struct slice){"0001A", 5}, 1, &reject);
    assert_int_equal(fields_each(work, fields, "id", &items), 0);
    assert_null(fields_text(fields, "other", NULL));
}

static const struct {
    const struct format *format;
    const char *raw, *drops[3], *left;
} drops[] = {
    {&utf8, "0001ANN     X   more", {"id"}, "    ANN     X   more"},
    {&utf8, "0001M\xc3\xbcller  K\xc3\xb6ln", {"name"}, "0001        K\xc3\xb6ln"},
    {&utf8, "0001ANN", {"name", "city"}, "0001   "},
    {&utf8, "0001ANN", {NULL}, "0001ANN"},
    {&latin, "0001M\xfcller  K\xf6ln", {"id", "city"}, "    M\xfclle     ln"},
    {&japanese, "0001\x93\xfa\x96{XX", {"name"}, "0001    "},
};

static void dropped_columns_are_blank(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(drops); i++) {
        ARENA(work);
        struct cut cut = {.raw = {drops[i].raw, strlen(drops[i].raw)}, .line = 1};
        format_drop(work, drops[i].format, (struct slice){"", 0}, drops[i].drops, &cut);
        assert_null(cut.reject);
        assert_string_equal(arena_strndup(work, cut.raw.bytes, cut.raw.size), drops[i].left);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_fields),
        cmocka_unit_test(a_record_is_one_line),
        cmocka_unit_test(only_its_columns_are_fields),
        cmocka_unit_test(dropped_columns_are_blank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
