/* Access logs: what lines become, which do not fit, and what leaves them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/format/drop.h"

#define HEAD "192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "

static const struct {
    const char *what, *pattern, *line;
    const char *names[6], *expected; /* "-" where absent */
} cases[] = {
    {"a line as the server writes it",
     "combined",
     "192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] \"GET /a/b.html?x=1 HTTP/1.0\" 200 2326 "
     "\"https://example.com/start\" \"Mozilla/4.08 [en] (Win98; I ;Nav)\"",
     {"address", "ident", "user", "time", "method", "protocol"},
     "192.0.2.7|-|frank|2000-10-10T13:55:36-07:00|GET|HTTP/1.0"},
    {"the rest of it",
     "combined",
     HEAD "\"GET /a/b.html?x=1 HTTP/1.0\" 200 2326 \"https://example.com/start\" \"Nav (x)\"",
     {"path", "query", "status", "bytes", "referrer", "agent"},
     "/a/b.html|x=1|200|2326|https://example.com/start|Nav (x)"},
    {"common has no referrer",
     "common",
     HEAD "\"GET / HTTP/1.1\" 304 -",
     {"path", "query", "status", "bytes", "url", "query.x"},
     "/|-|304|-|/|-"},
    {"a host before it",
     "vhost",
     "shop.example.com:443 " HEAD "\"GET / HTTP/1.1\" 200 1 \"-\" \"-\"",
     {"host", "address", "referrer", "agent"},
     "shop.example.com:443|192.0.2.7|-|-"},
    {"parameters are decoded",
     "common",
     HEAD "\"GET /s%C3%BC%C3%9F?utm_campaign=Spring+Sale&q=caf%C3%A9&e=&x HTTP/1.1\" 200 1",
     {"path", "query.utm_campaign", "query.q", "query.e", "query.x", "query.none"},
     "/s\xc3\xbc\xc3\x9f|Spring Sale|caf\xc3\xa9|||-"},
    {"of two the last counts; what is no text is not there",
     "common",
     HEAD "\"GET /%ff%00?a=1&a=2&b=%ff&%=3&c=%zz HTTP/1.1\" 200 1",
     {"path", "query.a", "query.b", "query.c"},
     "/%ff%00|2|-|-"},
    {"a whole address, and a fragment",
     "common",
     HEAD "\"GET https://shop.example.com/p?gclid=Z#top HTTP/1.1\" 200 1",
     {"path", "query", "query.gclid"},
     "/p|gclid=Z|Z"},
    {"quotes within quotes",
     "combined",
     HEAD "\"GET /a\\\"b HTTP/1.1\" 200 1 \"-\" \"x \\\"y\\\" \\\\ \\x41\\xc3\\xa9 \\q\"",
     {"path", "agent"},
     "/a\"b|x \"y\" \\ A\xc3\xa9 \\q"},
    {"escapes that are no text stay as they stand",
     "combined",
     HEAD "\"\\x16\\x03\\x01\\xff\" 400 1 \"\\xff\" \"a\\x00b\"",
     {"method", "path", "request", "referrer", "agent"},
     "-|-|\\x16\\x03\\x01\\xff|\\xff|a\\x00b"},
    {"requests of others",
     "common",
     HEAD "\"quit\" 400 1",
     {"method", "path", "url", "request"},
     "-|-|-|quit"},
    {"without a protocol", "common", HEAD "\"GET /a b\" 200 1", {"path", "protocol"}, "/a b|-"},
    {"a pattern of one's own",
     "{time}|{visitor}|{url}|{status}",
     "1700000000.123|v-17|/a?b=c|200",
     {"time", "visitor", "path", "query.b", "status", "method"},
     "2023-11-14T22:13:20Z|v-17|/a|c|200|-"},
    {"milliseconds, and what nobody wants",
     "{-} {time} {-} {status}",
     "x 1700000000123 y 200",
     {"time", "status", "x"},
     "2023-11-14T22:13:20Z|200|-"},
    {"another time stays as it is",
     "{time};{status}",
     "2024-05-01T10:00:00+02:00;200",
     {"time"},
     "2024-05-01T10:00:00+02:00"},
    {"a month that there is not",
     "{time};{status}",
     "10/Okt/2000:13:55:36 -0700;200",
     {"time"},
     "10/Okt/2000:13:55:36 -0700"},
    {"cookies",
     "{status} \"{cookies}\"",
     "200 \"_vid=a%20b; x=1;flag; y=%ff\"",
     {"cookie._vid", "cookie.x", "cookie.y", "cookie.flag"},
     "a b|1|%ff|-"},
    {"a tail", "[{status}]", "[200]", {"status"}, "200"},
    {"a tail that is not there", "[{status}]", "[200", {NULL}, "!log 1:5"},
    {"something behind", "[{status}]", "[200] x", {NULL}, "!log 1:5"},
    {"nothing before", "[{status}]", "200]", {NULL}, "!log 1:1"},
    {"cut short", "combined", HEAD "\"GET / HT", {NULL}, "!log 1:53"},
    {"text behind a quote",
     "combined",
     HEAD "\"GET / HTTP/1.1\"x 200 1 \"-\" \"-\"",
     {NULL},
     "!log 1:59"},
    {"not UTF-8", "common", "\xff - - [x] \"y\" 200 1", {NULL}, "!encoding 1:1"},
};

static bool open_log(struct arena *arena, struct format *format, const char *pattern)
{
    const char *fault, *known = format_log_pattern(pattern);
    *format = (struct format){
        .kind = FORMAT_LOG, .encoding = "UTF-8", .pattern = known ? known : pattern};
    return format_open(arena, format, &fault);
}

static const char *read_line(struct arena *work, size_t c)
{
    struct buffer out = {.arena = work};
    struct format format;
    struct reject reject = {0};
    assert_true(open_log(work, &format, cases[c].pattern));
    struct slice raw = {cases[c].line, strlen(cases[c].line)};
    const struct fields *fields =
        format_decode(work, &format, (struct slice){"", 0}, raw, 1, &reject);
    if (!fields)
        return arena_printf(work, "!%s %u:%u", reject.code, reject.line, reject.column);
    for (size_t i = 0; i < COUNT_OF(cases[c].names) && cases[c].names[i]; i++) {
        const char *text = fields_text(fields, cases[c].names[i], NULL);
        buffer_printf(&out, "%s%s", i ? "|" : "", text ? text : "-");
        assert_true(text || fields_kind(fields, cases[c].names[i]) == FIELD_EMPTY);
    }
    return buffer_string(&out);
}

static void lines_become_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        print_message("%s\n", cases[i].what);
        assert_string_equal(read_line(work, i), cases[i].expected);
    }
}

static void lines_are_cut(void **state)
{
    (void)state;
    ARENA(work);
    static const char stream[] = "a\rb 200\n\nc 404\r\nd 500";
    static const char *const raws[] = {"a\rb 200", "c 404", "d 500"};
    struct format format;
    size_t n = 0;
    assert_true(open_log(work, &format, "{agent} {status}"));
    struct splitter *splitter =
        splitter_new(work, &format, (struct slice){stream, sizeof(stream) - 1});
    for (struct cut cut; splitter_next(splitter, &cut); n++) {
        assert_true(n < COUNT_OF(raws));
        assert_string_equal(arena_strndup(work, cut.raw.bytes, cut.raw.size), raws[n]);
    }
    assert_int_equal(n, COUNT_OF(raws));
}

/* The same line has the same name, another one another. */
static void lines_have_names(void **state)
{
    (void)state;
    ARENA(work);
    static const char *const lines[] = {"a 200", "a 200", "b 200"};
    const char *ids[3];
    struct format format;
    struct reject reject;
    assert_true(open_log(work, &format, "{agent} {status}"));
    for (size_t i = 0; i < 3; i++) {
        struct slice raw = {lines[i], strlen(lines[i])};
        ids[i] = fields_text(format_decode(work, &format, (struct slice){"", 0}, raw, 1, &reject),
                             "id", NULL);
        assert_int_equal(strlen(ids[i]), 32);
    }
    assert_string_equal(ids[0], ids[1]);
    assert_string_not_equal(ids[0], ids[2]);
}

static void a_hostile_query_costs_itself(void **state)
{
    (void)state;
    ARENA(work);
    struct format format;
    struct reject reject;
    struct buffer line = {.arena = work};
    buffer_text(&line, HEAD "\"GET /?");
    for (size_t i = 0; i < FORMAT_FIELDS_MOST; i++)
        buffer_text(&line, "a&");
    buffer_text(&line, " HTTP/1.1\" 200 1");
    assert_true(open_log(work, &format, "common"));
    assert_null(format_decode(work, &format, (struct slice){"", 0},
                              (struct slice){line.data, line.length}, 1, &reject));
    assert_string_equal(reject.code, "fields");
}

static void patterns_are_checked(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",   "abc",           "{a",  "{a}{b}", "{a} {a}",
                                        "{}", "{query.x} {b}", "{id}"};
    static const char *const from[] = {"address", "path",   "query.utm_source", "id",
                                       "agnet",   "query.", "cookie.x",         "host"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        ARENA(work);
        struct format format;
        assert_false(open_log(work, &format, wrong[i]));
    }
    ARENA(work);
    struct format format;
    assert_true(open_log(work, &format, "combined"));
    for (size_t i = 0; i < COUNT_OF(from); i++)
        assert_int_equal(!format_fault(work, &format, from[i]), i < 4);
    assert_non_null(strstr(format_fault(work, &format, "agnet"), "'agent'"));
    assert_null(format_drop_fault(work, &format, "address"));
    assert_non_null(format_drop_fault(work, &format, "path"));
}

static void fields_are_dropped(void **state)
{
    (void)state;
    ARENA(work);
    static const char *const drops[] = {"address", "agent", NULL};
    static const char line[] = HEAD "\"GET / HTTP/1.1\" 200 1 \"-\" \"Nav\"";
    struct cut cut = {.raw = {line, sizeof(line) - 1}, .line = 1};
    struct format format;
    assert_true(open_log(work, &format, "combined"));
    format_drop(work, &format, (struct slice){"", 0}, drops, &cut);
    assert_null(cut.reject);
    assert_string_equal(arena_strndup(work, cut.raw.bytes, cut.raw.size),
                        "- - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"");
    cut = (struct cut){.raw = {"Mary Smith", 10}, .line = 3};
    format_drop(work, &format, (struct slice){"", 0}, drops, &cut);
    assert_non_null(cut.reject);
    assert_int_equal(cut.raw.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_fields),  cmocka_unit_test(lines_are_cut),
        cmocka_unit_test(lines_have_names),     cmocka_unit_test(a_hostile_query_costs_itself),
        cmocka_unit_test(patterns_are_checked), cmocka_unit_test(fields_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
