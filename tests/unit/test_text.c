/* Texts, numbers, buffers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/json.h"
#include "hub/base/text.h"
#include "tests/unit/shared.h"

static void test_check(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        int bad; /* -1: fine */
    } rows[] = {
        {"", -1},
        {"plain", -1},
        {"é日\xf0\x9f\x98\x80\x7f", -1},
        {"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", -1},
        {"a\x80", 1},
        {"a\xc3", 1},
        {"ab\xc3\x28", 2},
        {"\xc0\x80", 0},
        {"\xc1\xbf", 0},
        {"\xe0\x9f\xbf", 0},
        {"\xed\xa0\x80", 0},
        {"\xf0\x8f\xbf\xbf", 0},
        {"\xf4\x90\x80\x80", 0},
        {"\xf5\x80\x80\x80", 0},
        {"x\xe6\x97", 1},
        {"x\xf0\x9f\x98", 1},
        {"\xff", 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t bad = 99;
        bool fine = text_check(rows[i].bytes, strlen(rows[i].bytes), &bad);
        if (fine != (rows[i].bad < 0) || (!fine && bad != (size_t)rows[i].bad))
            fail_msg("row %zu: %zu", i, bad);
    }
    size_t bad;
    assert_false(text_check("ab\0c", 4, &bad));
    assert_int_equal(bad, 2);
}

/* Each code point goes in and comes out. */
static void test_code_points(void **state)
{
    (void)state;
    for (uint32_t c = 1; c < 0x110000; c += c < 0x900 ? 1 : 0x101) {
        ARENA(work);
        struct buffer buffer = {.arena = work};
        size_t bad;
        if (c >= 0xd800 && c < 0xe000)
            continue;
        buffer_code_point(&buffer, c);
        const char *at = buffer.data;
        assert_true(text_check(buffer.data, buffer.length, &bad));
        assert_int_equal(text_length(buffer.data), 1);
        assert_int_equal(text_next(&at), c);
        assert_int_equal(*at, 0);
    }
}

static void test_trim(void **state)
{
    (void)state;
    static const struct {
        const char *text, *trimmed;
    } rows[] = {
        {"", ""},
        {"x", "x"},
        {" \t\r\n\v\f x y \xc2\xa0", "x y"},
        {"\xc2\xa0\xc2\xa0", ""},
        {"à", "à"},
        {"a\xc2\xa0z", "a\xc2\xa0z"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        assert_string_equal(text_trim(work, rows[i].text), rows[i].trimmed);
        assert_int_equal(text_is_blank(rows[i].text), !*rows[i].trimmed);
    }
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t least, most, number; /* number 99: refused */
    } rows[] = {
        {"0", 0, 9, 0},
        {"-5", -5, 5, -5},
        {"007", 0, 9, 7},
        {"9223372036854775807", 0, INT64_MAX, INT64_MAX},
        {"-9223372036854775808", INT64_MIN, 0, INT64_MIN},
        {"9223372036854775808", 0, INT64_MAX, 99},
        {"", 0, 9, 99},
        {"-", -9, 9, 99},
        {"+1", 0, 9, 99},
        {" 1", 0, 9, 99},
        {"1 ", 0, 9, 99},
        {"1.0", 0, 9, 99},
        {"0x1", 0, 9, 99},
        {"10", 0, 9, 99},
        {"- 1", -9, 9, 99},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t number = 99;
        bool read = text_to_int(rows[i].text, rows[i].least, rows[i].most, &number);
        if (number != rows[i].number || read != (number != 99))
            fail_msg("'%s'", rows[i].text);
    }
}

static void test_compare(void **state)
{
    (void)state;
    ARENA(work);
    assert_true(text_same("E-Mail", "e-mail") && !text_equal("E-Mail", "e-mail"));
    assert_false(text_same("é", "É"));
    assert_true(text_starts("abc", "ab") && text_starts("abc", "") && !text_starts("a", "ab"));
    assert_true(text_ends("abc", "bc") && text_ends("abc", "") && !text_ends("c", "bc"));
    assert_true(text_is_ascii("~\x7f") && !text_is_ascii("é"));
    assert_string_equal(text_lower_ascii(work, "ÀBC-z@[`{"), "Àbc-z@[`{");
}

static void test_split(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t count;
        const char *pieces[4];
    } rows[] = {
        {"", 1, {""}},
        {"a", 1, {"a"}},
        {"a,b", 2, {"a", "b"}},
        {",a,,", 4, {"", "a", "", ""}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        size_t count;
        const char **pieces = text_split(work, rows[i].text, ',', &count);
        assert_int_equal(count, rows[i].count);
        for (size_t p = 0; p < count; p++)
            assert_string_equal(pieces[p], rows[i].pieces[p]);
    }
}

static void test_numbers_for_people(void **state)
{
    (void)state;
    ARENA(work);
    static const struct {
        int64_t number;
        const char *text;
    } rows[] = {
        {0, "0"}, {999, "999"}, {1000, "1,000"}, {-123456, "-123,456"}, {6600000, "6,600,000"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(text_number(work, rows[i].number), rows[i].text);
}

static void test_hex(void **state)
{
    (void)state;
    ARENA(work);
    unsigned char bytes[3] = {0x00, 0xaf, 0xff}, back[3];
    assert_string_equal(text_hex(work, bytes, 3), "00afff");
    assert_string_equal(text_hex(work, bytes, 0), "");
    assert_true(text_unhex("00AFff", back, 3));
    assert_memory_equal(back, bytes, 3);
    assert_false(text_unhex("00aff", back, 3));
    assert_false(text_unhex("00affff", back, 3));
    assert_false(text_unhex("00afg0", back, 3));
    assert_false(text_unhex("00af 0", back, 3));
}

static void test_buffer(void **state)
{
    (void)state;
    ARENA(work);
    struct buffer buffer = {.arena = work};
    assert_string_equal(buffer_string(&buffer), "");
    for (int i = 0; i < 10000; i++)
        buffer_printf(&buffer, "%04d", i);
    assert_int_equal(buffer.length, 40000);
    for (int i = 0; i < 10000; i++) {
        char four[12];
        (void)snprintf(four, sizeof(four), "%04d", i);
        assert_memory_equal(buffer.data + (ptrdiff_t)4 * i, four, 4);
    }
    buffer_add(&buffer, "a\0b", 3);
    buffer_char(&buffer, 'c');
    buffer_text(&buffer, "");
    assert_int_equal(buffer.length, 40004);
    assert_memory_equal(buffer.data + 40000, "a\0bc", 5);
}

static void test_repair(void **state)
{
    (void)state;
    ARENA(work);
    static const char bytes[] = "a\xe9\n\0\xc3\xa9\xe2\x82";
    const char *text = text_repair(work, bytes, sizeof(bytes) - 1);
    assert_string_equal(text, "a\ufffd\ufffd\ufffdé\ufffd\ufffd");
    assert_string_equal(text_repair(work, text, strlen(text)), text);
}

/* What text_check lets in, all others can take. */
static void test_naughty(void **state)
{
    (void)state;
    ARENA(work);
    struct json_fault fault;
    const char *path = shared_path(work, "corpora/text/blns.json");
    if (!path)
        skip();
    struct slice text = shared_read(work, path);
    const struct json *root = json_parse(work, text.bytes, text.size, &fault);
    assert_non_null(root);
    for (const struct json *item = root->first; item; item = item->next) {
        if (!item->text)
            continue;
        struct buffer copy = {.arena = work};
        size_t points = 0;
        for (const char *at = item->text; *at; points++)
            buffer_code_point(&copy, text_next(&at));
        assert_string_equal(buffer_string(&copy), item->text);
        assert_int_equal(points, text_length(item->text));
        const char *trimmed = text_trim(work, item->text);
        assert_string_equal(text_trim(work, trimmed), trimmed);
        assert_true(text_same(text_lower_ascii(work, item->text), item->text));
        size_t length = strlen(item->text);
        char *back = arena_alloc(work, length + 1);
        assert_true(text_unhex(text_hex(work, item->text, length), back, length));
        assert_string_equal(back, item->text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_code_points),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_numbers_for_people),
        cmocka_unit_test(test_hex),
        cmocka_unit_test(test_buffer),
        cmocka_unit_test(test_naughty),
        cmocka_unit_test(test_repair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
