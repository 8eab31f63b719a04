/* Messages: what is read out of them, and what the look beforehand refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/json.h"
#include "hub/mail/mail.h"
#include "hub/mail/scan.h"

static struct arena *life;
static const struct mail_reader *reader;

static int set_up(void **state)
{
    (void)state;
    life = arena_new();
    reader = mail_reader_new(life);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(life);
    return 0;
}

static const struct json *read_message(struct arena *arena, struct slice raw)
{
    const char *fault = NULL;
    struct json_fault none;
    const char *text = mail_to_json(arena, reader, raw, &fault);
    assert_non_null(text);
    const struct json *json = json_parse(arena, text, strlen(text), &none);
    assert_non_null(json);
    return json;
}

static const struct json *read_text(struct arena *arena, const char *text)
{
    return read_message(arena, (struct slice){text, strlen(text)});
}

/* One field of one message; NULL: it must not be there. */
struct row {
    const char *message, *field, *expected;
};

static const char *field_of(struct arena *arena, const struct json *json, const char *field)
{
    const char *slash = strchr(field, '/');
    if (slash)
        json = json_pointer(json, arena_printf(arena, "/%s", field));
    else
        json = json_get(json, field);
    return json ? json->text : NULL;
}

static void check_rows(const struct row *rows, size_t count)
{
    const char *message = NULL;
    for (size_t i = 0; i < count; i++) {
        ARENA(work);
        message = rows[i].message ? rows[i].message : message;
        const char *text = field_of(work, read_text(work, message), rows[i].field);
        if (rows[i].expected ? !text || strcmp(text, rows[i].expected) != 0 : text != NULL)
            fail_msg("row %zu, %s: '%s' and not '%s'", i, rows[i].field, text ? text : "(none)",
                     rows[i].expected ? rows[i].expected : "(none)");
    }
}

#define HEAD "From: Ann Lee <Ann@Lee.example>\nTo: shop@axle.example\n"

static void test_headers(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Message-ID: <1@lee.example>\nDate: Mon, 6 May 2024 10:00:00 +1000\n" HEAD
         "Subject: A\n question\nX-Thing: a\nx-thing: b\n\nHello\n",
         "Message-ID", "1@lee.example"},
        {NULL, "Date", "2024-05-06T00:00:00Z"},
        {NULL, "From.address", "Ann@Lee.example"},
        {NULL, "From.name", "Ann Lee"},
        {NULL, "To.address", "shop@axle.example"},
        {NULL, "To.name", NULL},
        {NULL, "Subject", "A question"},
        {NULL, "header:X-Thing", "a"},
        {NULL, "body.text", "Hello"},
        {NULL, "kind", "message"},
        {NULL, "campaign", NULL},
        {"From: =?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <j@m.example>\nSubject: "
         "=?iso-8859-1?b?R3L832U=?= =?iso-8859-1?q?_aus?=\n\n",
         "From.name", "Jürgen Müller"},
        {NULL, "Subject", "Grüße aus"},
        {NULL, "body.text", NULL},
        /* Raw bytes of no declared character set; a name that is an address; no address. */
        {"From: \"ann@lee.example\" <ann@lee.example>\nSubject: Gr\xfc\xdf"
         "e\n\n",
         "Subject", "Grüße"},
        {NULL, "From.name", NULL},
        {"From: nobody\nDate: not a date\n\nx", "From.address", NULL},
        {NULL, "Message-ID", "00be4d1ca0dbc0ea678e578b0fa158c518f66bd19db78005aad4cdc8640c40d3"},
        {NULL, "Date", NULL},
        {"From: Team: Ann <a@b.example>, Bob <b@b.example>;\n\nx", "From.address", "a@b.example"},
        {"From: Ann <a@b.example>\nTo: One <one@b.example>, two@b.example\nCc: "
         "three@b.example\n\nx",
         "recipients/0/name", "One"},
        {NULL, "recipients/1/address", "two@b.example"},
        {NULL, "recipients/2/kind", "cc"},
        {NULL, "Cc.address", "three@b.example"},
        {HEAD "In-Reply-To: <a@x> \nReferences: <z@x>\n\nx", "In-Reply-To", "a@x"},
        {NULL, "kind", "reply"},
    };
    check_rows(rows, COUNT_OF(rows));
}

static void test_bodies(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {HEAD "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
              "quoted-printable\n\nGr=FC=DFe=\n aus K=F6ln",
         "body.text", "Grüße aus Köln"},
        /* Sets that lie: UTF-8 called Latin-1, Latin-1 called UTF-8, one that does not exist. */
        {HEAD "Content-Type: text/plain; charset=iso-8859-1\n\nGrüße", "body.text", "Grüße"},
        {HEAD "Content-Type: text/plain; charset=utf-8\n\nGr\xfc\xdf"
              "e",
         "body.text", "Grüße"},
        {HEAD "Content-Type: text/plain; charset=x-none\n\nGr\xfc\xdf"
              "e",
         "body.text", "Grüße"},
        {HEAD "Content-Type: text/plain; charset=koi8-r\n\n\xf0\xf2\xe9", "body.text", "ПРИ"},
        {HEAD "Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B$\"\x1b(B", "body.text",
         "あ"},
        /* Broken encodings. */
        {HEAD "Content-Transfer-Encoding: base64\n\nSGVs*bG8=", "body.text", "Hello"},
        {HEAD "Content-Transfer-Encoding: quoted-printable\n\na=ZZb=", "body.text", "a=ZZb"},
        {HEAD "Content-Transfer-Encoding: nonsense\n\nplain", "body.text", "plain"},
        {HEAD "Content-Type: text/html\n\n<style>p{}</style><p>One<p>two&nbsp;&amp;<br>three"
              "<script>x</script><table><tr><td>a</td><td><p>b</p></td></tr></table>",
         "body.text", "One\ntwo &\nthree\na\tb"},
        {HEAD "Content-Type: text/html\n\n<blockquote>old</blockquote>new", "body.text",
         "> old\nnew"},
        {HEAD "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\n"
              "Content-Type: text/html\n\n<b>rich</b>\n--b--\n",
         "body.text", "plain"},
        {HEAD "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n\n--b\n"
              "Content-Type: text/html\n\n<b>rich</b>\n--b--\n",
         "body.text", "rich"},
        {HEAD "Content-Type: multipart/mixed; boundary=\"b b\"\n\n--b b\n\nfirst\n--b b\n"
              "Content-Type: text/csv; name=\"a.csv\"\nContent-Transfer-Encoding: base64\n\n"
              "YSxiCg==\n--b b\nContent-Type: text/plain\nContent-Disposition: attachment; "
              "filename*=utf-8''gr%C3%BC.txt\n\nno body\n--b b\n\nsecond\n",
         "body.text", "first\nsecond"},
        {NULL, "attachments/0/name", "a.csv"},
        {NULL, "attachments/0/type", "text/csv"},
        {NULL, "attachments/0/size", "4"},
        {NULL, "attachments/1/name", "grü.txt"},
        {NULL, "attachments/2/name", NULL},
        /* What stands in a message that comes with it is not said by this one. */
        {HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee below\n--b\n"
              "Content-Type: message/rfc822\n\nFrom: x@y.example\nSubject: inner\n\ninner\n--b--\n",
         "body.text", "see below"},
        {NULL, "attachments/0/type", "message/rfc822"},
    };
    check_rows(rows, COUNT_OF(rows));
}

#define SIGNED                                                                              \
    HEAD "\nPlease call me.\n\nKind regards,\nAnn Lee\nSales Manager\nLee & Sons Pty Ltd\n" \
         "12 High St, Richmond VIC 3121, Australia\nT: (03) 5550 1234 | M: 0491 570 156\n"  \
         "ann.lee@lee.example\nwww.lee.example\n\nOn 1 May 2024 Shop wrote:\n> Regards\n> Shop\n"

static void test_signatures(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {SIGNED, "signature.name", "Ann Lee"},
        {NULL, "signature.title", "Sales Manager"},
        {NULL, "signature.company", "Lee & Sons Pty Ltd"},
        {NULL, "signature.street", "12 High St"},
        {NULL, "signature.city", "Richmond"},
        {NULL, "signature.region", "VIC"},
        {NULL, "signature.postcode", "3121"},
        {NULL, "signature.country", "Australia"},
        {NULL, "signature.phone", "(03) 5550 1234"},
        {NULL, "signature.mobile", "0491 570 156"},
        {NULL, "signature.email", "ann.lee@lee.example"},
        {NULL, "signature.website", "www.lee.example"},
        {NULL, "form.T", NULL},
        {HEAD "\nHallo,\nbitte melden.\n\n-- \nKäthe Weiß\nLeiterin Einkauf, Rheinwerk GmbH\n"
              "Hauptstraße 5\n50667 Köln\nTelefon: +49 221 4710-600\nFax: +49 221 4710-601\n",
         "signature.name", "Käthe Weiß"},
        {NULL, "signature.title", "Leiterin Einkauf"},
        {NULL, "signature.company", "Rheinwerk GmbH"},
        {NULL, "signature.street", "Hauptstraße 5"},
        {NULL, "signature.postcode", "50667"},
        {NULL, "signature.city", "Köln"},
        {NULL, "signature.phone", "+49 221 4710-600"},
        {HEAD "\nThanks\nBob\n\n5 Baker Street\nLondon NW1 6XE\n", "signature.name", "Bob"},
        {NULL, "signature.street", "5 Baker Street"},
        {NULL, "signature.city", "London"},
        {NULL, "signature.postcode", "NW1 6XE"},
        /* No signature; one that is only quoted. */
        {HEAD "\nCall 03 5550 1234.\nAnn\n", "signature.phone", NULL},
        {HEAD "\nYes.\n\n-----Original Message-----\nKind regards\nShop Team\n03 5550 9999\n",
         "signature.name", NULL},
        {HEAD "\nYes.\n\nFrom: Shop\nSent: Monday\nTo: Ann\n\nKind regards\nShop Team\n",
         "signature.name", NULL},
    };
    check_rows(rows, COUNT_OF(rows));
}

static void test_forms(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {HEAD "\nName: Bob Ray\nE-mail: bob@ray.example\nPhone:\n03 5550 1234\nNewsletter: yes\n"
              "Message: It broke: today\nand again\n\n--\nSent by the form at www.axle.example\n",
         "form.Name", "Bob Ray"},
        {NULL, "form.E-mail", "bob@ray.example"},
        {NULL, "form.Phone", "03 5550 1234"},
        {NULL, "form.Newsletter", "yes"},
        {NULL, "form.Message", "It broke: today"},
        {HEAD "Content-Type: text/html\n\n<h1>New enquiry</h1><table><tr><th>First name:</th>"
              "<td>Bob</td></tr><tr><th>Last name</th><td><b>Ray</b></td></tr><tr><td>Town</td>"
              "<td>Bath</td></tr></table>",
         "form.First name", "Bob"},
        {NULL, "form.Last name", "Ray"},
        {NULL, "form.Town", "Bath"},
        /* Sentences are no form. */
        {HEAD "\nHello,\nI bought three things: a cup,\na plate and a fork.\nOne: broken.\nWhy?\n",
         "form.One", NULL},
    };
    check_rows(rows, COUNT_OF(rows));
}

#define REPORT(status, action)                                                               \
    "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nContent-Type: multipart/report; " \
    "report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n--b\nContent-Type: "          \
    "message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; " \
    "gone@lee.example\nAction: " action "\nStatus: " status "\n\nFinal-Recipient: "          \
    "rfc822;two@lee.example\nAction: failed\nStatus: 4.2.2 (full)\n--b\nContent-Type: "      \
    "message/rfc822\n\nFrom: shop@axle.example\nSubject: Offer\n\nunsubscribe\n--b--\n"

static void test_notices(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {REPORT("5.1.1", "failed"), "kind", "bounce"},
        {NULL, "bounce.address", "gone@lee.example"},
        {NULL, "bounce.status", "5.1.1"},
        {NULL, "bounce.kind", "permanent"},
        {NULL, "bounces/1/address", "two@lee.example"},
        {NULL, "bounces/1/kind", "temporary"},
        {REPORT("4.4.1", "delayed"), "bounce.address", "two@lee.example"},
        {"From: Mail Delivery System <mailer-daemon@mx.example>\nSubject: failure notice\n\n"
         "The following address failed:\n<gone@lee.example>: 550 5.1.1 no such user\n",
         "kind", "bounce"},
        {NULL, "bounce.address", "gone@lee.example"},
        {NULL, "bounce.status", "5.1.1"},
        {HEAD "Auto-Submitted: auto-replied\nSubject: Away\n\nBack on Monday.", "kind", "auto"},
        {HEAD "Subject: Out of office\n\nx", "kind", "auto"},
        {HEAD "Subject: Re: Offer\n\nx", "kind", "reply"},
        {HEAD "Subject: unsubscribe\n\n", "kind", "unsubscribe"},
        {NULL, "unsubscribe.address", "Ann@Lee.example"},
        {NULL, "unsubscribe.name", "Ann Lee"},
        {"From: ann@lee.example\nTo: news+unsubscribe@axle.example\n\n", "kind", "unsubscribe"},
        {HEAD "Subject: Re: Offer\n\nPlease do not send me any more.\n\n> unsubscribe here", "kind",
         "reply"},
        {HEAD "Subject: Re: Offer\n\nSTOP\n", "kind", "unsubscribe"},
        {"From: fbl@isp.example\nContent-Type: multipart/report; report-type=feedback-report; "
         "boundary=b\n\n--b\n\nA report.\n--b\nContent-Type: message/feedback-report\n\n"
         "Feedback-Type: abuse\nOriginal-Rcpt-To: ann@lee.example\n--b--\n",
         "unsubscribe.address", "ann@lee.example"},
        {HEAD "X-Campaign: spring\n\nhttps://a.example/?utm_campaign=other", "campaign", "spring"},
        {HEAD "Content-Type: text/html\n\n<a href=\"https://a.example/?a=b&amp;utm_campaign="
              "Spring+%2724&amp;c=d\">x</a>",
         "campaign", "Spring '24"},
        {HEAD "List-Id: News <news.axle.example>\n\nx", "campaign", "news.axle.example"},
    };
    check_rows(rows, COUNT_OF(rows));
}

#define CARD(lines) HEAD "Content-Type: text/x-vcard; name=a.vcf\n\n" lines

static void test_vcards(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {CARD(
             "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Lee\r\nN:Lee;Ann;M.;Dr;\r\nORG:Lee\\, Sons;Sales"
             "\r\nitem1.EMAIL;TYPE=INTERNET:ann@lee.exa\r\n mple\r\nTEL;TYPE=CELL,VOICE:0491 570 "
             "156\r\nTEL;TYPE=WORK:(03) 5550 1234\r\nTEL;TYPE=FAX:1\r\nADR;TYPE=WORK:;;12 High St;"
             "Richmond;VIC;3121;Australia\r\nBDAY:1978-11-02\r\nURL:https://lee.example/a;b\r\n"
             "END:VCARD\r\nBEGIN:VCARD\nVERSION:4.0\nFN:Bob Ray\nTEL;VALUE=uri:tel:+61355501234\n"
             "END:VCARD\n"),
         "vcards/0/name", "Ann Lee"},
        {NULL, "vcards/0/family", "Lee"},
        {NULL, "vcards/0/given", "Ann"},
        {NULL, "vcards/0/prefix", "Dr"},
        {NULL, "vcards/0/org", "Lee, Sons"},
        {NULL, "vcards/0/email", "ann@lee.example"},
        {NULL, "vcards/0/mobile", "0491 570 156"},
        {NULL, "vcards/0/phone", "(03) 5550 1234"},
        {NULL, "vcards/0/street", "12 High St"},
        {NULL, "vcards/0/postcode", "3121"},
        {NULL, "vcards/0/birth_date", "1978-11-02"},
        {NULL, "vcards/0/website", "https://lee.example/a;b"},
        {NULL, "vcards/1/name", "Bob Ray"},
        {NULL, "vcards/1/phone", "+61355501234"},
        {CARD("BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCll="
              "\ner;J=FCrgen\nPHOTO;ENCODING=BASE64:\n AAAA\n AAA=\n\nNOTE:x\nEND:VCARD\n"),
         "vcards/0/family", "Müller"},
        {NULL, "vcards/0/given", "Jürgen"},
        {CARD("BEGIN:VCARD\nFN:Half"), "vcards/0/name", NULL},
    };
    check_rows(rows, COUNT_OF(rows));
}

/* So many times a text, then another. */
static struct slice repeated(struct arena *arena, const char *first, const char *text, size_t times,
                             const char *last)
{
    struct buffer out = {.arena = arena};
    buffer_text(&out, first);
    for (size_t i = 0; i < times; i++)
        buffer_text(&out, text);
    buffer_text(&out, last);
    return (struct slice){buffer_string(&out), out.length};
}

static struct slice nested(struct arena *arena, int depth)
{
    struct buffer out = {.arena = arena};
    buffer_text(&out, "From: a@b.example\n");
    for (int i = 0; i < depth; i++)
        buffer_printf(&out, "Content-Type: multipart/mixed;\n boundary=\"b%d\"\n\n--b%d\n", i, i);
    buffer_text(&out, "\nx\n");
    return (struct slice){buffer_string(&out), out.length};
}

#define MIXED "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"

static void test_scans(void **state)
{
    (void)state;
    ARENA(work);
    const struct {
        struct slice raw;
        const char *fault; /* how it begins */
        struct mail_scan scan;
    } rows[] = {
        {{"", 0}, "it does not begin", {0}},
        {{"no header\n", 10}, "it does not begin", {0}},
        {repeated(work, "A: b\n\n", "x", 10, ""), NULL, {.headers = 5, .lines = 3, .longest = 10}},
        {repeated(work, MIXED, "--b\n\nx\n", 3, "--b--\n--b\n"),
         NULL,
         {.headers = 60, .parts = 3, .depth = 1, .lines = 14, .longest = 41}},
        {repeated(work, MIXED, "--b\n\nx\n", 1000, "--b--\n"),
         NULL,
         {.headers = 60, .parts = 1000, .depth = 1, .lines = 3004, .longest = 41}},
        {repeated(work, MIXED, "--b\n\nx\n", 1001, "--b--\n"), "too many parts", {0}},
        {repeated(work, MIXED, "--b\n", 1000000, ""), "too many parts", {0}},
        {nested(work, 20),
         NULL,
         {.headers = 948, .parts = 20, .depth = 20, .lines = 83, .longest = 30}},
        {nested(work, 21), "parts are nested too deep", {0}},
        {repeated(work, "A: b\n", "Content-Type: message/rfc822\n\n", 21, "\n"),
         "parts are nested too deep",
         {0}},
        {repeated(work, "A: ", "x", MAIL_HEADERS_MOST, "\n\n"), "the headers are too long", {0}},
        {repeated(work, "", "A: b\n", 300000, "\n"), "the headers are too long", {0}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct mail_scan scan;
        const char *fault = mail_scan(rows[i].raw, &scan);
        if (rows[i].fault) {
            assert_non_null(fault);
            assert_true(text_starts(fault, rows[i].fault));
            continue;
        }
        assert_null(fault);
        assert_int_equal(scan.headers, rows[i].scan.headers);
        assert_int_equal(scan.parts, rows[i].scan.parts);
        assert_int_equal(scan.depth, rows[i].scan.depth);
        assert_int_equal(scan.lines, rows[i].scan.lines);
        assert_int_equal(scan.longest, rows[i].scan.longest);
    }
}

static void test_files(void **state)
{
    (void)state;
    ARENA(work);
    static const char raw[] =
        MIXED "--b\n\ntext\n--b\nContent-Type: text/csv\nContent-Disposition: "
              "attachment; filename=\"a b.csv\"\n\na,b\n1,2\n--b--\n";
    struct mail_files files = {0};
    const char *fault;
    assert_true(mail_files(work, reader, (struct slice){raw, sizeof(raw) - 1}, &files, &fault));
    assert_int_equal(files.count, 1);
    assert_string_equal(files.list[0].name, "a b.csv");
    assert_string_equal(files.list[0].type, "text/csv");
    assert_int_equal(files.list[0].content.size, 7);
    assert_memory_equal(files.list[0].content.bytes, "a,b\n1,2", 7);
}

/* Text is bounded, and stays text. */
static void test_bounds(void **state)
{
    (void)state;
    ARENA(work);
    const struct json *json = read_message(work, repeated(work, HEAD "\n", "grün ", 200000, "\n"));
    const char *text = json_get_text(json, "body.text");
    size_t bad;
    assert_in_range(strlen(text), MAIL_TEXT_MOST - 8, MAIL_TEXT_MOST);
    assert_true(text_check(text, strlen(text), &bad));
    json = read_message(work,
                        repeated(work, HEAD "Content-Type: text/html\n\n", "<div>ü", 200000, "\n"));
    text = json_get_text(json, "body.text");
    assert_true(text_check(text, strlen(text), &bad));
    json = read_message(work, repeated(work, CARD(""), "BEGIN:VCARD\nFN:A\nEND:VCARD\n", 1000, ""));
    assert_int_equal(json_get(json, "vcards")->count, MAIL_ITEMS_MOST);
    json = read_message(work, repeated(work, "From: a@b.example\nSubject: ", "=?utf-8?q?=C3=BC?= ",
                                       20000, "\n\nx"));
    assert_in_range(strlen(json_get_text(json, "Subject")), 100, MAIL_FIELD_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),    cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_signatures), cmocka_unit_test(test_forms),
        cmocka_unit_test(test_notices),    cmocka_unit_test(test_vcards),
        cmocka_unit_test(test_scans),      cmocka_unit_test(test_files),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
