/* Listing: what an SFTP server says of its files, and what it might say. */
#include "connectors/sftp/listing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *line;
    const char *name; /* NULL: it is no file */
    long long size;
    const char *time;
} lines[] = {
    {"-rw-r--r--    1 1000     1000         1234 Nov 22 19:50 a.csv", "a.csv", 1234,
     "Nov 22 19:50"},
    {"-rw-r--r-- 1 me us 0 Feb  3  2025 old.csv", "old.csv", 0, "Feb  3  2025"},
    {"-rw-r--r-- 1 DOM user some group 7 Nov 22 19:50  blanks .csv ", " blanks .csv ", 7,
     "Nov 22 19:50"},
    {"-rw-r--r-- 1 12 34 5 Nov 22 19:50 6 Nov 22 19:51 x", "6 Nov 22 19:51 x", 5, "Nov 22 19:50"},
    {"-rw-r--r-- 1 a b 999999999999999999 Nov 22 19:50 big", "big", 999999999999999999,
     "Nov 22 19:50"},
    {"-rw-r--r-- 1 a b 1 Nov 22 19:50 \xff\xfe.csv", "\xff\xfe.csv", 1, "Nov 22 19:50"},
    {"drwxr-xr-x 2 a b 4096 Nov 22 19:50 folder", NULL, 0, NULL},
    {"lrwxrwxrwx 1 a b 11 Nov 22 19:50 link -> /etc/passwd", NULL, 0, NULL},
    {"-rw-r--r-- 1 a b 5 Nov 22 19:50 .hidden", NULL, 0, NULL},
    {"-rw-r--r-- 1 a b 5 Nov 22 19:50 ../outside", NULL, 0, NULL},
    {"-rw-r--r-- 1 a b 5 Nov 22 19:50 ", NULL, 0, NULL},
    {"-rw-r--r-- 1 a b 9999999999999999999999 Nov 22 19:50 huge", NULL, 0, NULL},
    {"-", NULL, 0, NULL},
    {"", NULL, 0, NULL},
    {"half of a name.csv", NULL, 0, NULL},
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        ARENA(work);
        struct listing listing = {0};
        listing_read(work, lines[i].line, &listing);
        assert_int_equal(listing.count, lines[i].name ? 1 : 0);
        if (!lines[i].name)
            continue;
        assert_string_equal(listing.list[0].name, lines[i].name);
        assert_int_equal(listing.list[0].size, lines[i].size);
        assert_string_equal(listing.list[0].time, lines[i].time);
    }
}

static void test_folder(void **state)
{
    ARENA(work);
    struct listing listing = {0};
    (void)state;
    listing_read(work,
                 "drwxr-xr-x 2 a b 4096 Nov 22 19:50 .\n"
                 "-rw-r--r-- 1 a b 2 Nov 22 19:50 b\n"
                 "-rw-r--r-- who knows\n"
                 "-rw-r--r-- 1 a b 1 Nov 22 19:50 a",
                 &listing);
    assert_int_equal(listing.count, 2);
    assert_string_equal(listing.list[0].name, "a");
    assert_string_equal(listing.list[1].name, "b");
    assert_int_equal(listing.unread, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
