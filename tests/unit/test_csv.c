/* CSV: what streams become, bad ones too; third-party files; random rows with rubbish between them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "hub/base/json.h"
#include "hub/format/format.h"
#include "tests/unit/shared.h"

static const struct format plain = {.delimiter = ',', .quote = '"', .header = true};
static const struct format bare = {.delimiter = ',', .quote = '"'};
static const struct format semicolon = {.delimiter = ';', .quote = '\'', .header = true};
static const struct format unquoted = {.delimiter = '\t', .header = true};
static const struct format latin = {
    .delimiter = ',', .quote = '"', .header = true, .encoding = "windows-1252"};
static const struct format japanese = {
    .delimiter = '|', .quote = '"', .header = true, .encoding = "Shift_JIS"};

static struct slice slice_of(const char *text)
{
    return (struct slice){.bytes = text, .size = strlen(text)};
}

/* "name=text|name=text" or "!code line:column" for one record. */
static void describe(struct buffer *out, const struct format *format, struct slice header,
                     const struct cut *cut)
{
    struct reject reject = {0};
    const struct fields *fields =
        cut->reject ? NULL
                    : format_decode(out->arena, format, header, cut->raw, cut->line, &reject);
    if (!fields) {
        if (cut->reject)
            reject = *cut->reject;
        assert_non_null(reject.stage);
        assert_non_null(reject.message);
        assert_true(cut->raw.size <= cut->length);
        buffer_printf(out, "!%s %u:%u", reject.code, reject.line, reject.column);
        return;
    }
    assert_int_equal(cut->raw.size, cut->length);
    const char *const *names = fields_names(out->arena, fields);
    for (size_t i = 0; names[i]; i++) {
        const char *flag, *text = fields_text(fields, names[i], &flag);
        buffer_printf(out, "%s%s=%s%s%s", i ? "|" : "", names[i], text, flag ? "?" : "",
                      flag ? flag : "");
    }
}

/* All records of a stream, with a "/" between them. */
static const char *read_all(struct arena *arena, const struct format *format, struct slice stream)
{
    struct buffer out = {.arena = arena};
    struct splitter *splitter = splitter_new(arena, format, stream);
    struct slice header = {0};
    struct cut cut;
    size_t before = 0;
    while (splitter_next(splitter, &cut)) {
        assert_true(cut.offset >= before && cut.offset + cut.length <= stream.size);
        assert_ptr_equal(cut.raw.bytes, stream.bytes + cut.offset);
        before = cut.offset + cut.length;
        if (cut.is_header && !cut.reject) {
            header = cut.raw;
            continue;
        }
        if (out.length)
            buffer_char(&out, '/');
        describe(&out, format, header, &cut);
    }
    return buffer_string(&out);
}

static const struct {
    const char *what;
    const struct format *format;
    const char *stream, *expected;
} streams[] = {
    {"nothing", &plain, "", ""},
    {"header alone", &plain, "a,b\n", ""},
    {"plain", &plain, "a,b\n1,2\n3,4\n", "a=1|b=2/a=3|b=4"},
    {"no last line end", &plain, "a,b\n1,2", "a=1|b=2"},
    {"CRLF", &plain, "a,b\r\n1,2\r\n3,4\r\n", "a=1|b=2/a=3|b=4"},
    {"CR", &plain, "a,b\r1,2\r3,4", "a=1|b=2/a=3|b=4"},
    {"mixed line ends", &plain, "a,b\r1,2\n3,4\r\n5,6", "a=1|b=2/a=3|b=4/a=5|b=6"},
    {"byte order mark", &plain,
     "\xef\xbb\xbf"
     "a,b\n1,2",
     "a=1|b=2"},
    {"quoted header behind a mark", &plain, "\xef\xbb\xbf\"a\",b\n1,2", "a=1|b=2"},
    {"blank lines", &plain, "\n\r\n  \na,b\n\n1,2\n\t\n\n3,4\n\n", "a=1|b=2/a=3|b=4"},
    {"empty fields", &plain, "a,b\n,\n\"\",x", "a=|b=/a=|b=x"},
    {"quotes", &plain, "a,b\n\"1,1\",\"say \"\"hi\"\"\"\n", "a=1,1|b=say \"hi\""},
    {"only quotes", &plain, "a,b\n\"\"\"\",\"\"\"\"\"\"", "a=\"|b=\"\""},
    {"line ends in quotes", &plain, "a,b\n\"1\n1\",\"2\r\n\r\n2\"\n3,4",
     "a=1\n1|b=2\r\n\r\n2/a=3|b=4"},
    {"a quote within a field is data", &plain, "a,b\n5\" pipe,x\"y\"", "a=5\" pipe|b=x\"y\""},
    {"a blank before a quote is data", &plain, "a,b\n \"x\",y", "a= \"x\"|b=y"},
    {"names are trimmed", &plain, " a ,\" b\"\n1,2", "a=1|b=2"},
    {"a column without a name", &plain, "a,,\n1,2,3", "a=1|2=2|3=3"},
    {"repeated names", &plain, "a,b,a\n1,2,3", "a=3?repeated|b=2"},
    {"no header", &bare, "x,y\nz\n", "1=x|2=y/1=z"},
    {"another delimiter and quote", &semicolon, "a;b\n'1;1';say \"hi\"\n'it''s';,",
     "a=1;1|b=say \"hi\"/a=it's|b=,"},
    {"no quoting", &unquoted, "a\tb\n\"1\t2\"\n\t\n", "a=\"1|b=2\"/a=|b="},
    {"windows-1252", &latin, "a,b\nM\xfcller,\x80 5\n", "a=Müller|b=€ 5"},
    {"a delimiter that is half a character", &japanese, "a|b\n\x83\x7c|\x93\xfa\n", "a=ポ|b=日"},

    {"too few", &plain, "a,b\n1\n3,4", "!fields 2:1/a=3|b=4"},
    {"too many", &plain, "a,b\n1,2,3\n3,4", "!fields 2:1/a=3|b=4"},
    {"not UTF-8", &plain, "a,b\n1,x\xff\n3,4", "!encoding 2:4/a=3|b=4"},
    {"not UTF-8 in a later line", &plain, "a,b\n1,\"x\ny\xff\"\n3,4", "!encoding 3:2/a=3|b=4"},
    {"not Shift_JIS", &japanese, "a|b\n1|\x93\n3|4", "!encoding 2:3/a=3|b=4"},
    {"a header that is not UTF-8", &plain, "a\xff,b\n1,2\n3,4", "!header 2:1/!header 3:1"},
    {"a header with a bad quote", &plain, "\"a\"x,b\n1,2\n", "!quote 1:1/!header 2:1"},
    {"something behind the quote", &plain, "a,b\n1,\"x\"y\n3,4", "!quote 2:3/a=3|b=4"},
    {"a blank behind the quote", &plain, "a,b\n\"x\" ,y\n3,4", "!quote 2:1/a=3|b=4"},
    {"never closed", &plain, "a,b\n1,\"x\n3,4\n5,6", "!quote 2:3/a=3|b=4/a=5|b=6"},
    {"never closed at the end", &plain, "a,b\n1,2\n3,\"4", "a=1|b=2/!quote 3:3"},
    {"never closed, then doubled quotes", &plain, "a,b\n1,\"x\n3,\"\"\n5,6",
     "!quote 2:3/a=3|b=/a=5|b=6"},
    {"closes on a good line's quote", &plain, "a,b\n1,\"x\n\"3\",4\n5,6",
     "!quote 2:3/a=3|b=4/a=5|b=6"},
    {"closes on a good line with other fields", &plain, "a,b\n1,\"x\n3,\"\n5,6\n",
     "a=1|b=x\n3,/a=5|b=6"}, /* nothing tells this from what it says */
    {"swallows lines up to a wrong number of fields", &plain,
     "a,b\n\"1,2\n3,4\n\"5\n\",\"6\"\n7,8\n", "!quote 2:1/a=3|b=4/a=5\n|b=6/a=7|b=8"},
    {"two strays swallow the lines between", &plain,
     "a,b,c\n1,\"x,y\n2,p,q\n3,r,s\"\n4,t,u\n5,v,\"w\"\n",
     "!quote 2:3/a=2|b=p|c=q/a=3|b=r|c=s\"/a=4|b=t|c=u/a=5|b=v|c=w"},
    {"line numbers behind long records", &plain, "a,b\n\"1\n\n1\",2\nx\n",
     "a=1\n\n1|b=2/!fields 5:1"},
};

static void test_streams(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(streams); i++) {
        ARENA(work);
        print_message("  %s\n", streams[i].what);
        assert_string_equal(read_all(work, streams[i].format, slice_of(streams[i].stream)),
                            streams[i].expected);
    }
}

static void test_nul(void **state)
{
    (void)state;
    ARENA(work);
    static const char stream[] = "a,b\n1,x\0y\n3,4\n";
    assert_string_equal(
        read_all(work, &plain, (struct slice){.bytes = stream, .size = sizeof(stream) - 1}),
        "!nul 2:4/a=3|b=4");
}

/* header, a record of `size` bytes in that form, good record */
static struct slice with_long(struct arena *arena, const char *open, size_t size, char fill,
                              const char *close)
{
    struct buffer stream = {.arena = arena};
    buffer_printf(&stream, "a,b\n%s", open);
    for (size_t i = strlen(open) + strlen(close); i < size; i++)
        buffer_char(&stream, fill);
    buffer_printf(&stream, "%s\n3,4\n", close);
    return (struct slice){.bytes = stream.data, .size = stream.length};
}

static void test_limits(void **state)
{
    (void)state;
    ARENA(work);
    struct cut cut;
    struct slice stream = with_long(work, "1,", FORMAT_RECORD_MOST + 1, 'x', "");
    struct splitter *splitter = splitter_new(work, &plain, stream);
    assert_true(splitter_next(splitter, &cut) && cut.is_header && !cut.reject);
    assert_true(splitter_next(splitter, &cut) && !cut.is_header);
    assert_string_equal(cut.reject->stage, "size");
    assert_string_equal(cut.reject->code, "too-long");
    assert_int_equal(cut.reject->line, 2);
    assert_int_equal(cut.raw.size, 65536);
    assert_int_equal(cut.length, FORMAT_RECORD_MOST + 1);
    assert_true(splitter_next(splitter, &cut) && !cut.reject);
    assert_memory_equal(cut.raw.bytes, "3,4", 3);
    assert_false(splitter_next(splitter, &cut));

    stream = with_long(work, "1,", FORMAT_RECORD_MOST, 'x', "");
    const char *text = read_all(work, &plain, stream);
    assert_int_equal(strlen(text), FORMAT_RECORD_MOST + strlen("a=|b=/a=3|b=4") - 1);

    stream = with_long(work, "1,\"x\n", FORMAT_RECORD_MOST + 1, ' ', "\"");
    assert_string_equal(read_all(work, &plain, stream), "!quote 2:3/!fields 3:1/a=3|b=4");

    stream = with_long(work, "", FORMAT_FIELDS_MOST, ',', "");
    assert_string_equal(read_all(work, &plain, stream), "!fields 2:2001/a=3|b=4");
}

static void test_decode_alone(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *code;
    } rows[] = {
        {"1,2", NULL},      {"1,\"2\n\"", NULL},   {"1,2\n3,4", "lines"}, {"1,2\n", "lines"},
        {"1,\"2", "quote"}, {"\"1\"x,2", "quote"}, {"", "fields"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        struct reject reject = {0};
        const struct fields *fields =
            format_decode(work, &plain, slice_of("a,b"), slice_of(rows[i].raw), 7, &reject);
        assert_int_equal(fields == NULL, rows[i].code != NULL);
        if (!fields) {
            assert_string_equal(reject.code, rows[i].code);
            assert_string_equal(reject.stage, "decode");
            assert_int_equal(reject.line, 7);
            continue;
        }
        const char *flag = "stale";
        const struct fields *const *items;
        assert_null(fields_text(fields, "c", &flag));
        assert_null(flag);
        assert_int_equal(fields_each(work, fields, "a", &items), 0);
    }
    ARENA(work);
    struct reject reject = {0};
    assert_null(format_decode(work, &plain, (struct slice){0}, slice_of("1,2"), 3, &reject));
    assert_string_equal(reject.code, "header");
}

static void test_names(void **state)
{
    (void)state;
    ARENA(work);
    static const struct {
        const char *encoding;
        bool known;
    } rows[] = {
        {NULL, true},         {"", true},       {"UTF-8", true},          {"utf8", true},
        {"ISO-8859-1", true}, {"latin1", true}, {"windows-1252", true},   {"Shift_JIS", true},
        {"GB18030", true},    {"Big5", true},   {"EUC-JP", true},         {"koi8-r", true},
        {"us-ascii", true},   {"UTF-16", true}, {"UTF-16LE", true},       {"UTF-32", false},
        {"IBM037", false},    {"UTF-7", false}, {"no-such-thing", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (format_encoding_known(rows[i].encoding) != rows[i].known)
            fail_msg("%s", rows[i].encoding);
    assert_null(format_fault(work, &plain, "e-mail"));
    assert_non_null(format_fault(work, &plain, " "));
    assert_null(format_fault(work, &bare, "12"));
    assert_non_null(format_fault(work, &bare, "0"));
    assert_non_null(format_fault(work, &bare, "name"));
}

/* A stray quote in every line, and worse: the time must grow with the size, not with its square. */
static void test_hostile_speed(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "\"\n",     "\"x\n",      "x,\"\n", "\"\",\"\n",    "\",\",b\",\"\n",
        "\"\"\"\n", "\"a\"b\"\n", "\r",     "a,b,\"\"\"\n", ",\"\"\"\",\"\"\"\n",
        "\n",       " ",
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        ARENA(work);
        struct buffer stream = {.arena = work};
        buffer_text(&stream, "a,b\n");
        while (stream.length < 3000000)
            buffer_text(&stream, lines[i]);
        clock_t start = clock();
        struct slice bytes = {.bytes = stream.data, .size = stream.length};
        struct splitter *splitter = splitter_new(work, &plain, bytes);
        struct cut cut;
        while (splitter_next(splitter, &cut))
            if (clock() - start > 5 * CLOCKS_PER_SEC)
                fail_msg("lines like '%s' take too long", lines[i]);
    }
}

/* Files called so have CRLF line ends; a copy that lost them on its way gets them back. */
static struct slice with_crlf(struct arena *arena, struct slice text)
{
    struct buffer out = {.arena = arena};
    if (memchr(text.bytes, '\r', text.size))
        return text;
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] == '\n')
            buffer_char(&out, '\r');
        buffer_char(&out, text.bytes[i]);
    }
    return (struct slice){.bytes = buffer_string(&out), .size = out.length};
}

/* One file of the corpus against its JSON: an array of objects, or one object. */
static void check_file(const char *path, const char *name, void *context)
{
    ARENA(work);
    struct json_fault fault;
    struct reject reject;
    const char *folder = context;
    const char *base = arena_strndup(work, name, strlen(name) - strlen(".csv"));
    struct slice text = shared_read(work, arena_printf(work, "%s/json/%s.json", folder, base));
    const struct json *expected = json_parse(work, text.bytes, text.size, &fault);
    assert_non_null(expected);
    const struct json *row = expected->type == JSON_ARRAY ? expected->first : expected;

    struct slice stream = shared_read(work, path);
    if (text_ends(base, "_crlf"))
        stream = with_crlf(work, stream);
    struct splitter *splitter = splitter_new(work, &plain, stream);
    struct slice header = {0};
    struct cut cut;
    while (splitter_next(splitter, &cut)) {
        assert_null(cut.reject);
        if (cut.is_header) {
            header = cut.raw;
            continue;
        }
        assert_non_null(row);
        const struct fields *fields =
            format_decode(work, &plain, header, cut.raw, cut.line, &reject);
        assert_non_null(fields);
        size_t count = 0;
        for (const char *const *names = fields_names(work, fields); *names; names++)
            count++;
        assert_int_equal(count, row->count);
        for (const struct json *member = row->first; member; member = member->next) {
            /* That file and its JSON carry different made-up telephone numbers. */
            if (text_equal(base, "location_coordinates") && member == row->first)
                assert_string_equal(fields_text(fields, member->name, NULL), "2095257564");
            else
                assert_string_equal(fields_text(fields, member->name, NULL), member->text);
        }
        row = row->next;
    }
    assert_null(row);
}

static void test_corpus(void **state)
{
    (void)state;
    ARENA(work);
    const char *folder = shared_path(work, "corpora/csv");
    char *context = folder ? arena_strdup(work, folder) : NULL;
    if (!folder)
        skip();
    assert_true(shared_each(work, arena_printf(work, "%s/csvs", folder), ".csv", check_file,
                            context) >= 12);
}

static uint64_t seed;

static unsigned pick(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % below;
}

static const char *random_text(struct arena *arena)
{
    static const char *const pieces[] = {"a",    "Lee", ",",    "\"", "\n",   "\r\n", "é",  " ", "",
                                         "\"\"", ";",   "日本", "0",  "\"\n", ",\"",  "''", "\t"};
    struct buffer text = {.arena = arena};
    for (unsigned n = pick(5); n; n--)
        buffer_text(&text, pieces[pick(COUNT_OF(pieces))]);
    return buffer_string(&text);
}

static void encode(struct buffer *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n") && pick(2)) {
        buffer_text(out, text);
        return;
    }
    buffer_char(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buffer_char(out, '"');
        buffer_char(out, *text);
    }
    buffer_char(out, '"');
}

#define COLUMNS 4

/*
 * Good rows as the encoder writes them, quoted anyhow; between them lines that cost only themselves:
 * too few or too many fields, bytes that are no text, garbage behind a quote, and strays.  A stray quote is
 * followed by a plain row whose first field is quoted, so that it closes on garbage.
 */
static void random_stream(struct arena *arena, struct buffer *stream, struct buffer *expected)
{
    static const char *const rubbish[] = {"x",          "1,2,3,4,5,6", "1,\"2\"3,4,5",
                                          "1,\xff,3,4", "\"",          "1,\"2,3,4",
                                          "\"\"x",      "\xc3,\"",     "1,2,3,\""};
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    const char *end = ends[pick(COUNT_OF(ends))];
    buffer_printf(stream, "c0,c1,c2,c3%s", end);
    for (unsigned row = 0; row < 40; row++) {
        if (pick(3) == 0)
            buffer_printf(stream, "%s%s\"k%u\",b,c,d%s", rubbish[pick(COUNT_OF(rubbish))], end, row,
                          end);
        else
            buffer_printf(stream, "\"k%u\",b,c,d%s", row, end);
        buffer_printf(expected, "k%u|b|c|d/", row);
        for (unsigned column = 0; column < COLUMNS; column++) {
            const char *text = column ? random_text(arena) : "key";
            encode(stream, text);
            buffer_text(stream, column + 1 < COLUMNS ? "," : end);
            buffer_printf(expected, "%s%s", text, column + 1 < COLUMNS ? "|" : "/");
        }
    }
}

/* The rows that come out, written as random_stream() writes what it expects. */
static const char *good_rows(struct arena *arena, struct slice stream)
{
    static const char *const names[] = {"c0", "c1", "c2", "c3"};
    struct buffer out = {.arena = arena};
    struct splitter *splitter = splitter_new(arena, &plain, stream);
    struct slice header = {0};
    struct cut cut;
    struct reject reject;
    while (splitter_next(splitter, &cut)) {
        if (cut.is_header)
            header = cut.raw;
        if (cut.is_header || cut.reject)
            continue;
        const struct fields *fields =
            format_decode(arena, &plain, header, cut.raw, cut.line, &reject);
        for (size_t i = 0; fields && i < COLUMNS; i++)
            buffer_printf(&out, "%s%s", fields_text(fields, names[i], NULL),
                          i + 1 < COLUMNS ? "|" : "/");
    }
    return buffer_string(&out);
}

static void test_random(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    uint64_t start = given ? strtoull(given, NULL, 10) : 20260101;
    print_message("  SEED=%llu\n", (unsigned long long)start);
    for (uint64_t round = 0; round < 300; round++) {
        ARENA(work);
        struct buffer stream = {.arena = work}, expected = {.arena = work};
        seed = start + round;
        random_stream(work, &stream, &expected);
        const char *rows =
            good_rows(work, (struct slice){.bytes = stream.data, .size = stream.length});
        if (!text_equal(rows, buffer_string(&expected)))
            fail_msg("SEED=%llu:\n%s\n--\n%s\n--\n%s", (unsigned long long)(start + round),
                     stream.data, rows, buffer_string(&expected));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams), cmocka_unit_test(test_nul),
        cmocka_unit_test(test_limits),  cmocka_unit_test(test_decode_alone),
        cmocka_unit_test(test_names),   cmocka_unit_test(test_hostile_speed),
        cmocka_unit_test(test_corpus),  cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
