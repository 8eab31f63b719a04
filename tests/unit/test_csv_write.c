#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/format/csv_write.h"
#include "hub/format/format.h"

static void quotes_only_where_needed(void **state)
{
    (void)state;
    static const struct {
        const char *fields[4];
        size_t count;
        const char *line;
    } rows[] = {
        {{"a", "b c", ""}, 3, "a,b c,\n"},
        {{"Lee, Ann", "say \"x\""}, 2, "\"Lee, Ann\",\"say \"\"x\"\"\"\n"},
        {{"two\nlines", "a\rb", " blank "}, 3, "\"two\nlines\",\"a\rb\", blank \n"},
        {{NULL, NULL}, 2, ",\n"},
        {{NULL}, 1, "\"\"\n"},
        {{"\"\""}, 1, "\"\"\"\"\"\"\n"},
        {{"Zo\xC3\xAB;x"}, 1, "Zo\xC3\xAB;x\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        struct csv_writer csv = {.out = {.arena = work}};
        for (size_t f = 0; f < rows[i].count; f++)
            csv_write(&csv, rows[i].fields[f]);
        csv_write_end(&csv);
        assert_string_equal(buffer_string(&csv.out), rows[i].line);
    }
}

/* What is written reads back as it was, line after line. */
static void reads_back(void **state)
{
    (void)state;
    ARENA(work);
    static const char *const values[] = {"",     "a",   ",",       "\"",     "a\"b", "\n",
                                         "\r\n", " a ", "\"a\",b", "x\n\ny", ",,",   "end"};
    static const struct format format = {.kind = FORMAT_CSV, .delimiter = ',', .quote = '"'};
    struct csv_writer csv = {.out = {.arena = work}};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        csv_write(&csv, values[i]);
        csv_write(&csv, values[COUNT_OF(values) - 1 - i]);
        csv_write_end(&csv);
    }
    struct splitter *splitter =
        splitter_new(work, &format, (struct slice){buffer_string(&csv.out), csv.out.length});
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        struct cut cut;
        struct reject reject = {.message = ""};
        assert_true(splitter_next(splitter, &cut));
        const struct fields *fields =
            format_decode(work, &format, (struct slice){"", 0}, cut.raw, cut.line, &reject);
        assert_string_equal(reject.message, "");
        assert_string_equal(fields_text(fields, "1", NULL), values[i]);
        assert_string_equal(fields_text(fields, "2", NULL), values[COUNT_OF(values) - 1 - i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_only_where_needed),
        cmocka_unit_test(reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
