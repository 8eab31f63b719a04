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
    {FORMAT_CSV, "a,b", "1,\"x", {"b"}, "1,\"x"},
    {FORMAT_JSONL, "", "{\"a\": 1.50, \"b\": \"x\"}", {"/b"}, "{\"a\":1.50}"},
    {FORMAT_JSONL, "", "{\"b\":1,\"b\":2}", {"/b"}, "{}"},
    {FORMAT_JSONL,
     "",
     "{\"a\":{\"b\":1,\"c\":[true,null,\"\\u0000\"]}}",
     {"/a/b"},
     "{\"a\":{\"c\":[true,null,\"\\u0000\"]}}"},
    {FORMAT_JSONL, "", "{\"a\":[1,{\"b\":2},3]}", {"/a/0", "/a/1/b"}, "{\"a\":[null,{},3]}"},
    {FORMAT_JSONL, "", "{\"a/b\":1,\"c~d\":2}", {"/a~1b", "/c~0d"}, "{}"},
    {FORMAT_JSONL, "", "{\"a\":", {"/a"}, "{\"a\":"},
};

static void dropped_fields_are_gone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        const struct format format = {.kind = cases[i].kind,
                                      .delimiter = ',',
                                      .quote = '"',
                                      .header = *cases[i].header != '\0'};
        struct slice left =
            format_drop(work, &format, (struct slice){cases[i].header, strlen(cases[i].header)},
                        (struct slice){cases[i].raw, strlen(cases[i].raw)}, cases[i].drops);
        assert_string_equal(arena_strndup(work, left.bytes, left.size), cases[i].left);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(dropped_fields_are_gone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
