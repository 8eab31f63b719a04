/* The JSON reader and writer: grammar, places of faults, third-party cases, write then read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/json.h"
#include "tests/unit/shared.h"

static const struct json *parse(struct arena *arena, const char *text, struct json_fault *fault)
{
    return json_parse(arena, text, strlen(text), fault);
}

static void test_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned line, column; /* 0: it parses */
    } rows[] = {
        {"{}", 0, 0},
        {" [ ] ", 0, 0},
        {"-0.0e+10", 0, 0},
        {"\"\\u0000\"", 0, 0},
        {"\"\x7f\"", 0, 0},
        {"", 1, 1},
        {" ", 1, 2},
        {"{\n \"a\": 1,\n}", 3, 1},
        {"[1\n2]", 2, 1},
        {"[01]", 1, 4},
        {"[1.]", 1, 4},
        {"[-]", 1, 3},
        {"[1e]", 1, 4},
        {"[+1]", 1, 2},
        {"\"a\nb\"", 1, 3},
        {"\"a", 1, 3},
        {"\"\\x\"", 1, 3},
        {"\"\\u12g4\"", 1, 4},
        {"nul", 1, 1},
        {"nulll", 1, 5},
        {"{\"a\" 1}", 1, 6},
        {"{1:1}", 1, 2},
        {"[1,]", 1, 4},
        {"[1]]", 1, 4},
        {"\xef\xbb\xbf{}", 1, 1},
        {"[\"\xc3\x28\"]", 1, 3},
        {"[\"\xed\xa0\x80\"]", 1, 3},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        struct json_fault fault = {0};
        const struct json *root = parse(work, rows[i].text, &fault);
        if ((root != NULL) != (rows[i].line == 0) || fault.line != rows[i].line ||
            fault.column != rows[i].column)
            fail_msg("'%s': %u:%u %s", rows[i].text, fault.line, fault.column, fault.message);
        assert_int_equal(root == NULL, fault.message != NULL);
    }
}

static void test_depth(void **state)
{
    (void)state;
    for (int depth = JSON_DEPTH_MOST; depth <= JSON_DEPTH_MOST + 1; depth++) {
        ARENA(work);
        struct json_fault fault;
        struct buffer text = {.arena = work};
        for (int i = 0; i < depth; i++)
            buffer_char(&text, '[');
        for (int i = 0; i < depth; i++)
            buffer_char(&text, ']');
        assert_int_equal(parse(work, text.data, &fault) != NULL, depth == JSON_DEPTH_MOST);
    }
}

static void test_tree(void **state)
{
    (void)state;
    ARENA(work);
    struct json_fault fault;
    const struct json *root = parse(
        work, "{\"a\":1.50,\"b\":[true,false,null],\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", &fault);
    assert_non_null(root);
    assert_int_equal(root->count, 3);
    assert_false(root->first->repeated);
    assert_string_equal(root->first->text, "1.50");
    assert_true(json_get(root, "a")->repeated);
    assert_string_equal(json_get_text(root, "a"), "\"\\/\b\f\n\r\t");
    assert_null(json_get(root, "c"));
    assert_null(json_get(root->first, "a"));
    assert_null(json_get_text(root, "b"));
    assert_int_equal(json_pointer(root, "/b/1")->type, JSON_FALSE);
    assert_ptr_equal(json_pointer(root, ""), root);
    assert_null(json_pointer(root, "/b/3"));
    assert_null(json_pointer(root, "/b/+1"));
    assert_null(json_pointer(root, "b"));

    struct buffer many = {.arena =
                              work}; /* past the length up to which names are compared in turn */
    buffer_char(&many, '{');
    for (int i = 0; i < 100; i++)
        buffer_printf(&many, "\"n%d\":%d,", i, i);
    buffer_text(&many, "\"n3\":0,\"n99\":0,\"n100\":0,\"n100\":0}");
    root = parse(work, many.data, &fault);
    assert_non_null(root);
    size_t repeated = 0;
    for (const struct json *member = root->first; member; member = member->next)
        repeated += member->repeated;
    assert_int_equal(repeated, 3);
}

static void check_case(const char *path, const char *name, void *context)
{
    ARENA(work);
    struct slice text = shared_read(work, path);
    struct json_fault fault = {0};
    const struct json *root = json_parse(work, text.bytes, text.size, &fault);
    size_t *seen = context;
    bool placed = fault.line > 0 && fault.column > 0 && fault.offset <= text.size && fault.message;
    seen[*name == 'y' ? 0 : *name == 'n' ? 1 : 2]++;
    if ((*name == 'y' && !root) || (*name == 'n' && root) || (!root && !placed))
        fail_msg("%s: %u:%u: %s", name, fault.line, fault.column,
                 fault.message ? fault.message : "parsed");
}

static void test_corpus(void **state)
{
    (void)state;
    ARENA(work);
    size_t seen[3] = {0};
    const char *folder = shared_path(work, "corpora/json/cases");
    if (!folder)
        skip();
    (void)shared_each(work, folder, ".json", check_case, seen);
    print_message("  %zu to parse, %zu to refuse, %zu either\n", seen[0], seen[1], seen[2]);
    assert_true(seen[0] > 90 && seen[1] > 180);
}

static uint64_t seed;

static unsigned pick(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % below;
}

static const char *random_text(struct arena *arena)
{
    struct buffer text = {.arena = arena};
    for (unsigned n = pick(12); n; n--) {
        static const uint32_t most[] = {0x20, 0x80, 0x800, 0xd800, 0x110000};
        uint32_t code_point = 1 + pick(most[pick(COUNT_OF(most))] - 1);
        buffer_code_point(&text, code_point >= 0xd800 && code_point < 0xe000 ? '"' : code_point);
    }
    return buffer_string(&text);
}

static void random_value(struct json_writer *writer, unsigned depth)
{
    unsigned kind = pick(depth < 5 ? 7 : 5);
    switch (kind) {
    case 0:
        json_text(writer, NULL);
        break;
    case 1:
        json_bool(writer, pick(2));
        break;
    case 2:
        json_int(writer, (int64_t)pick(UINT32_MAX) * pick(UINT32_MAX) * (pick(2) ? 1 : -1));
        break;
    case 3:
    case 4:
        json_text(writer, random_text(writer->out.arena));
        break;
    default:
        json_open(writer, kind == 5 ? '[' : '{');
        for (unsigned n = pick(5); n; n--) {
            if (kind == 6)
                json_name(writer, random_text(writer->out.arena));
            random_value(writer, depth + 1);
        }
        json_close(writer, kind == 5 ? ']' : '}');
    }
}

/* What the writer writes the reader reads, and writing what was read gives the same bytes. */
static void test_write_then_read(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    uint64_t start = given ? strtoull(given, NULL, 10) : 20260101;
    print_message("  SEED=%llu\n", (unsigned long long)start);
    for (uint64_t round = 0; round < 2000; round++) {
        ARENA(work);
        struct json_fault fault;
        struct json_writer first = {.out = {.arena = work}}, second = first;
        seed = start + round;
        random_value(&first, 0);
        const struct json *root = parse(work, first.out.data, &fault);
        if (!root)
            fail_msg("SEED=%llu: %s", (unsigned long long)seed, first.out.data);
        json_value(&second, root);
        assert_string_equal(second.out.data, first.out.data);
    }
}

static void check_text(struct arena *arena, const char *text)
{
    struct json_fault fault;
    struct json_writer writer = {.out = {.arena = arena}};
    json_open(&writer, '{');
    json_member(&writer, text, text);
    json_member(&writer, "none", NULL);
    json_member_int(&writer, "n", INT64_MIN);
    json_close(&writer, '}');
    const struct json *root = parse(arena, buffer_string(&writer.out), &fault);
    assert_non_null(root);
    assert_int_equal(root->count, 2);
    assert_string_equal(root->first->name, text);
    assert_string_equal(root->first->text, text);
    assert_string_equal(json_get_text(root, "n"), "-9223372036854775808");
}

static void test_writer(void **state)
{
    (void)state;
    ARENA(work);
    check_text(work, "");
    for (char c = 1; c > 0 && c < 0x7f; c++)
        check_text(work, arena_printf(work, "%ca%c", c, c));
    struct json_writer writer = {.out = {.arena = work}};
    json_open(&writer, '[');
    json_text(&writer, "\x01\n\"\\/é");
    json_raw(&writer, "{\"x\":[]}");
    json_open(&writer, '{');
    json_close(&writer, '}');
    json_close(&writer, ']');
    assert_string_equal(buffer_string(&writer.out), "[\"\\u0001\\n\\\"\\\\/é\",{\"x\":[]},{}]");
}

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
    assert_true(root->count > 500);
    for (const struct json *item = root->first; item; item = item->next)
        if (item->text)
            check_text(work, item->text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_corpus),
        cmocka_unit_test(test_write_then_read),
        cmocka_unit_test(test_writer),
        cmocka_unit_test(test_naughty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
