/* What comes packed or as UTF-16, and what of it is refused. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>
#define ZLIB_CONST
#include <zlib.h>

#include "hub/format/unpack.h"

static const struct format csv = {.delimiter = ',', .encoding = "UTF-8"};
static const struct format wide = {.delimiter = ',', .encoding = "UTF-16"};
static const struct format latin = {.delimiter = ',', .encoding = "windows-1252"};
static const struct format xml = {.kind = FORMAT_XML};

static struct slice zip(struct arena *arena, const char *text, size_t size)
{
    z_stream stream = {.next_in = (const Bytef *)text, .avail_in = (uInt)size};
    size_t room = size + 1000;
    char *packed = arena_alloc(arena, room);
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_out = (Bytef *)packed;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size = stream.total_out;
    assert_int_equal(deflateEnd(&stream), Z_OK);
    return (struct slice){packed, size};
}

static struct slice join(struct arena *arena, struct slice left, struct slice right)
{
    struct buffer out = {.arena = arena};
    buffer_add(&out, left.bytes, left.size);
    buffer_add(&out, right.bytes, right.size);
    return (struct slice){out.data, out.length};
}

/* The text that comes out, or "!code message". */
static const char *try_unpack(struct arena *arena, const struct format *format, struct slice stream)
{
    struct reject reject;
    struct error err = {0};
    if (unpack(arena, format, &(struct unpack_room){.folder = "/tmp", .most = 1 << 20}, &stream,
               &reject, &err))
        return arena_strndup(arena, stream.bytes, stream.size);
    assert_int_equal(err.kind, ERROR_REJECT);
    assert_string_equal(reject.stage, "transport");
    return arena_printf(arena, "!%s %s", reject.code, reject.message);
}

static void packed_files_are_unpacked(void **state)
{
    (void)state;
    ARENA(work);
    struct slice one = zip(work, "a,b\n", 4), two = zip(work, "1,2\n", 4), cut = one, bad;
    assert_string_equal(try_unpack(work, &csv, one), "a,b\n");
    assert_string_equal(try_unpack(work, &csv, join(work, one, two)), "a,b\n1,2\n");
    assert_string_equal(try_unpack(work, &csv, zip(work, "", 0)), "");
    assert_string_equal(try_unpack(work, &csv, (struct slice){"plain", 5}), "plain");
    assert_string_equal(try_unpack(work, &csv, (struct slice){"", 0}), "");
    assert_string_equal(try_unpack(work, &csv,
                                   zip(work,
                                       "\xff\xfe"
                                       "a\0,\0",
                                       6)),
                        "a,");

    for (cut.size = 2; cut.size < one.size; cut.size++)
        assert_true(text_starts(try_unpack(work, &csv, cut),
                                "!gzip the gzip file cannot be unpacked: it is cut short"));
    assert_string_equal(try_unpack(work, &csv, join(work, one, (struct slice){"x", 1})),
                        "!gzip the gzip file cannot be unpacked: something else follows it (behind "
                        "4 bytes of what was in it)");
    for (size_t at = 2; at < one.size; at++) {
        bad = join(work, one, (struct slice){"", 0});
        char *bytes = arena_strndup(work, bad.bytes, bad.size);
        bytes[at] = (char)(bytes[at] ^ 0x55);
        const char *got = try_unpack(work, &csv, (struct slice){bytes, bad.size});
        bool of_no_weight = at >= 4 && at < 10; /* a time, flags of speed and system */
        assert_true(text_starts(got, "!gzip ") || (of_no_weight && text_equal(got, "a,b\n")));
    }
}

static void bombs_are_refused(void **state)
{
    (void)state;
    ARENA(work);
    char *zeros = arena_alloc(work, 3 << 20);
    assert_true(text_starts(try_unpack(work, &csv, zip(work, zeros, 3 << 20)),
                            "!gzip the gzip file cannot be unpacked: it unpacks to more"));
    struct slice stream = zip(work, zeros, 1 << 20);
    struct reject reject;
    struct error err = {0};
    assert_true(
        unpack(work, &csv, &(struct unpack_room){.folder = "/tmp"}, &stream, &reject, &err));
    assert_int_equal(stream.size, 1 << 20);
    assert_false(unpack(work, &csv, &(struct unpack_room){.folder = "/nowhere"},
                        &(struct slice){"\x1f\x8b", 2}, &reject, &err));
    assert_int_equal(err.kind, ERROR_RETRY);
}

static void utf16_becomes_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        const struct format *format;
        struct slice stream;
        const char *expected;
    } rows[] = {
        {"marked, little first",
         &csv,
         {"\xff\xfe"
          "a\0\xfc\0\xac\x20",
          8},
         "a\xc3\xbc\xe2\x82\xac"},
        {"marked, big first", &csv, {"\xfe\xff\0a\0\xfc\x20\xac", 8}, "a\xc3\xbc\xe2\x82\xac"},
        {"unmarked, as it looks", &wide, {"a\0,\0b\0", 6}, "a,b"},
        {"the same the other way", &wide, {"\0a\0,\0b", 6}, "a,b"},
        {"a pair", &csv, {"\xff\xfe\x3d\xd8\x00\xde", 6}, "\xf0\x9f\x98\x80"},
        {"half a pair",
         &csv,
         {"\xff\xfe\x3d\xd8"
          "a\0",
          6},
         "\xff"
         "a"},
        {"the other half",
         &csv,
         {"\xff\xfe\x00\xde"
          "a\0",
          6},
         "\xff"
         "a"},
        {"half a character",
         &csv,
         {"\xff\xfe"
          "a\0b",
          5},
         "a\xff"},
        {"a mark alone", &csv, {"\xff\xfe", 2}, ""},
        {"nothing", &wide, {"", 0}, ""},
        {"the mapping says something else",
         &latin,
         {"\xff\xfe"
          "a",
          3},
         "\xff\xfe"
         "a"},
        {"unmarked, and nobody says so", &csv, {"a\0", 1}, "a"},
        {"XML tells by itself", &xml, {"<\0?\0x\0", 6}, "<?x"},
        {"UTF-8 after all",
         &wide,
         {"a,b", 3},
         "!encoding the file is not UTF-16: it has no byte order mark, and no zeros as ASCII has "
         "there"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        print_message("%s\n", rows[i].what);
        assert_string_equal(try_unpack(work, rows[i].format, rows[i].stream), rows[i].expected);
    }
}

/* What cannot be written is tried again; it is no empty file. */
static void a_full_disk_empties_nothing(void **state)
{
    (void)state;
    ARENA(work);
    const struct slice texts[] = {zip(work, "a,b\n", 4),
                                  {"\xff\xfe"
                                   "a\0",
                                   4}};
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct slice stream = texts[i];
        struct reject reject;
        struct error err = {0};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, before.rlim_max}), 0);
        bool done =
            unpack(work, &wide, &(struct unpack_room){.folder = "/tmp"}, &stream, &reject, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_false(done);
        assert_int_equal(err.kind, ERROR_RETRY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packed_files_are_unpacked),
        cmocka_unit_test(bombs_are_refused),
        cmocka_unit_test(utf16_becomes_utf8),
        cmocka_unit_test(a_full_disk_empties_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
