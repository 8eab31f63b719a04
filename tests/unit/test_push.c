/* What is pushed, without a database: forms, signatures, rates, and how a body becomes records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hub/api/push_body.h"
#include "hub/api/push_limit.h"
#include "hub/api/push_sign.h"
#include "hub/http/form.h"

#define FORM "application/x-www-form-urlencoded"
#define PARTS "multipart/form-data; boundary=\"x y\""
#define PART(head, text) "--x y\r\nContent-Disposition: form-data; " head "\r\n\r\n" text "\r\n"
#define END "--x y--\r\n"

/* NULL: refused. */
static const struct {
    const char *type, *body, *json;
} forms[] = {
    {FORM, "", "{}"},
    {FORM, "a=1", "{\"a\":\"1\"}"},
    {FORM "; charset=UTF-8", "a=1&b=%C3%BC+%2B&&c",
     "{\"a\":\"1\",\"b\":\"\xc3\xbc +\",\"c\":\"\"}"},
    {FORM, "a=1&b=2&a=3", "{\"a\":[\"1\",\"3\"],\"b\":\"2\"}"},
    {FORM, "=x&a==", "{\"\":\"x\",\"a\":\"=\"}"},
    {FORM, "a=%", NULL},
    {FORM, "a=%4", NULL},
    {FORM, "a=%zz", NULL},
    {FORM, "a=%00", NULL},
    {FORM, "a=%ff", NULL},
    {FORM, "{\"a\":1}", NULL},
    {FORM, "a=b c", NULL},
    {FORM, "a=\xc3\xbc", NULL},
    {PARTS, PART("name=\"a\"", "1") END, "{\"a\":\"1\"}"},
    {PARTS, PART("name=\"a\"", "1\r\n--x\r\n") PART("name=b", "") END,
     "{\"a\":\"1\\u000d\\n--x\\u000d\\n\",\"b\":\"\"}"},
    {PARTS, PART("name=\"a\"", "1") PART("name=\"a\"", "2") END, "{\"a\":[\"1\",\"2\"]}"},
    {PARTS, PART("name=\"a;name=b\"", "1") END, "{\"a;name=b\":\"1\"}"},
    {PARTS, PART("name=\"f\"; filename=\"\"\r\nContent-Type: application/octet-stream", "") END,
     "{}"},
    {PARTS, PART("name=\"f\"; filename=\"a.txt\"", "1") END, NULL},
    {PARTS, PART("name=\"f\"\r\nContent-Type: image/png", "1") END, NULL},
    {PARTS, PART("name=\"f\"\r\nContent-Type: text/plain; charset=UTF-8", "1") END,
     "{\"f\":\"1\"}"},
    {PARTS, PART("name=\"f\"\r\nContent-Transfer-Encoding: base64", "MQ==") END, NULL},
    {PARTS, PART("nom=\"f\"", "1") END, NULL},
    {PARTS, PART("name=\"f\"", "\xff") END, NULL},
    {PARTS, PART("name=\"f\"", "1"), NULL},
    {PARTS, PART("name=\"f\"", "1") "--x y", NULL},
    {PARTS, "--x y\r\nname\r\n" END, NULL},
    {PARTS, "preamble" END, NULL},
    {PARTS, "", NULL},
    {PARTS, END, "{}"},
    {PARTS, "--x y\r\n--x y--", NULL},
    {"multipart/form-data", END, NULL},
    {"multipart/form-data; boundary=", END, NULL},
};

static void test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        ARENA(work);
        struct error err;
        const struct slice body = {forms[i].body, strlen(forms[i].body)};
        assert_true(form_is(forms[i].type));
        const char *json = form_read(work, forms[i].type, body, &err);
        if (!json != !forms[i].json || (json && !text_equal(json, forms[i].json)))
            fail_msg("%s is %s", forms[i].body, json ? json : err.text);
    }
    assert_false(form_is(NULL));
    assert_false(form_is("application/x-www-form-urlencoded2"));
}

static void test_large_forms(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    struct buffer many = {.arena = work};
    for (int i = 0; i <= FORM_FIELDS_MOST; i++)
        buffer_printf(&many, "%sf%d=1", i ? "&" : "", i);
    struct slice body = {buffer_string(&many), many.length};
    assert_null(form_read(work, FORM, body, &err));
    body.size = (size_t)(strrchr(body.bytes, '&') - body.bytes);
    assert_non_null(form_read(work, FORM, body, &err));
    char name[FORM_NAME_MOST + 2] = {0};
    memset(name, 'n', FORM_NAME_MOST + 1);
    body = (struct slice){name, FORM_NAME_MOST + 1};
    assert_null(form_read(work, FORM, body, &err));
}

/* Made with another program than the one that is tested. */
#define SECRET "whsec_bm90IGEgc2VjcmV0IG9mIGFueWJvZHk="
#define BODY "{\"id\":1}"
#define SIGNATURE "v1,dsaGU6VrbC3OcNPivOQTJTi8CcajyM3BSOIPgcSqB9U="
#define HEX "796bd69a2dcbc8cb2da2b5c08ea9d2ccacab24808e3661ffcdb1e45f66a70fa4"

static const struct {
    const char *id, *at, *signature, *hex, *body;
    int64_t now;
    bool right;
} signings[] = {
    {"m1", "1000", SIGNATURE, NULL, BODY, 1000, true},
    {"m1", "1000", "v1,AA== v2,zz " SIGNATURE, NULL, BODY, 1300, true},
    {"m1", "1000", SIGNATURE, NULL, BODY, 700, true},
    {"m1", "1000", SIGNATURE, NULL, BODY, 1301, false},
    {"m1", "1000", SIGNATURE, NULL, BODY, 699, false},
    {"m2", "1000", SIGNATURE, NULL, BODY, 1000, false},
    {"m1", "1001", SIGNATURE, NULL, BODY, 1000, false},
    {"m1", "1000", SIGNATURE, NULL, BODY " ", 1000, false},
    {"m1", "1000", "v1," HEX, NULL, BODY, 1000, false},
    {"m1", "1000", "", NULL, BODY, 1000, false},
    {"m1", "-1", SIGNATURE, NULL, BODY, 0, false},
    {"m1", "99999999999999999999", SIGNATURE, NULL, BODY, 0, false},
    {"m1", NULL, SIGNATURE, NULL, BODY, 1000, false},
    {NULL, "1000", SIGNATURE, NULL, BODY, 1000, false},
    {"m1", "1000", NULL, NULL, BODY, 1000, false},
    {NULL, NULL, NULL, "sha256=" HEX, BODY, 0, true},
    {NULL, NULL, NULL, HEX, BODY, 0, true},
    {NULL, NULL, NULL, "sha256=" HEX "0", BODY, 0, false},
    {NULL, NULL, NULL, "sha256=", BODY, 0, false},
    {NULL, NULL, NULL, HEX, BODY "x", 0, false},
};

static const struct field *with(struct arena *work, const char *name, const char *value,
                                const struct field *next)
{
    struct field *field = NEW(work, struct field);
    *field = (struct field){name, value, next};
    return value ? field : next;
}

static void test_signatures(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(signings); i++) {
        ARENA(work);
        struct error err = {.text = ""};
        struct request request = {.body = {signings[i].body, strlen(signings[i].body)}};
        request.header = with(work, "Webhook-Id", signings[i].id, NULL);
        request.header = with(work, "webhook-timestamp", signings[i].at, request.header);
        request.header = with(work, "webhook-signature", signings[i].signature, request.header);
        request.header = with(work, "X-Signature", signings[i].hex, request.header);
        struct signing signing = {SECRET, signings[i].hex ? "x-signature" : NULL, signings[i].now};
        if (signature_check(&request, &signing, &err) != signings[i].right)
            fail_msg("case %zu: %s", i, err.text);
        signing.secret = "whsec_";
        assert_false(signature_check(&request, &signing, &err));
        signing.secret = "another";
        assert_false(signature_check(&request, &signing, &err));
    }
}

static void test_rates(void **state)
{
    (void)state;
    ARENA(work);
    struct push_limits *limits = push_limits_new(work);
    assert_int_equal(push_limits_wait(limits, "a", 0, 0), 0);
    assert_int_equal(push_limits_wait(limits, "a", 60, 1000), 0);
    push_limits_take(limits, "a", 60, 59, 1000);
    assert_int_equal(push_limits_wait(limits, "a", 60, 1000), 0); /* the sixtieth */
    push_limits_take(limits, "a", 60, 1, 1000);
    assert_int_equal(push_limits_wait(limits, "a", 60, 1000), 2);
    assert_int_equal(push_limits_wait(limits, "b", 60, 1000), 0);
    for (int64_t now = 1000; now < 1990; now += 7) /* looking does not keep it empty */
        assert_int_not_equal(push_limits_wait(limits, "a", 60, now), 0);
    assert_int_equal(push_limits_wait(limits, "a", 60, 2000), 0);
    push_limits_take(limits, "a", 60, 601, 2000);
    assert_in_range(push_limits_wait(limits, "a", 60, 2000), 600, 602);
    assert_int_not_equal(push_limits_wait(limits, "a", 60, 600000), 0);
    assert_int_equal(push_limits_wait(limits, "a", 60, 605000), 0);
    push_limits_take(limits, "a", 60, 60,
                     (int64_t)1 << 50); /* long afterwards it is full, and no more */
    assert_int_not_equal(push_limits_wait(limits, "a", 60, (int64_t)1 << 50), 0);
    /* A slow one: less than a record between two looks. */
    push_limits_take(limits, "slow", 1, 1, 0);
    for (int64_t now = 0; now < 59000; now += 10)
        assert_int_not_equal(push_limits_wait(limits, "slow", 1, now), 0);
    assert_int_equal(push_limits_wait(limits, "slow", 1, 60000), 0);
    /* However many senders there are: those who wait are kept rather than those who do not. */
    push_limits_take(limits, "debtor", 60, 6000, 0);
    for (int i = 0; i < 100000; i++)
        (void)push_limits_wait(limits, arena_printf(work, "sender %d", i), 60, 0);
    assert_int_not_equal(push_limits_wait(limits, "debtor", 60, 0), 0);
    struct buffer out = {.arena = work};
    push_limits_count(limits, PUSH_ACCEPTED, 3);
    push_limits_metrics(limits, &out);
    assert_non_null(
        strstr(buffer_string(&out), "axle_push_records_total{result=\"accepted\"} 3\n"));
}

/* What a body of each source becomes: how many records, how many of them faulty; -1: refused. */
static const struct {
    enum format_kind kind;
    const char *records, *id, *type, *body;
    int items, faults;
    const char *name; /* of the first */
} bodies[] = {
    {FORMAT_JSON, "", 0, "application/json", "{\"a\":1}", 1, 0, "delivery 0 d"},
    {FORMAT_JSON, "", 0, "application/json; charset=utf-8", " [{\"a\":1},{\"a\":2}]", 2, 0, 0},
    {FORMAT_JSON, "", "/a", "application/json", "[{\"a\":1},{\"a\":1}]", 2, 0, "id 1"},
    {FORMAT_JSON, "", "/b", "application/json", "[{\"a\":1}]", 1, 0, "delivery 0 d"},
    {FORMAT_JSON, "/items", 0, "application/json", "{\"items\":[{},{},{}]}", 3, 0, 0},
    {FORMAT_JSON, "/items", 0, "application/json", "{\"a\":1}", 1, 0, 0},
    {FORMAT_JSON, "/items", 0, "application/json", "[{},{}]", 2, 0, 0},
    {FORMAT_JSON, "", 0, "application/json", "{\"a\":1}\n{\"a\":2}", 1, 1, 0},
    {FORMAT_JSON, "", 0, "application/x-ndjson", "{\"a\":1}\n{\"a\":2}\n", 2, 0, 0},
    {FORMAT_JSON, "", 0, "application/vnd.x+json", "{\"a\":1}", 1, 0, 0},
    {FORMAT_JSON, "", 0, NULL, "{\n\"a\":1\n}", 1, 0, 0},
    {FORMAT_JSONL, "", 0, NULL, "{\"a\":1}\n{\"a\":2", 2, 1, 0},
    {FORMAT_JSONL, "", 0, "application/json", "{\n\"a\":1\n}", 1, 0, 0},
    {FORMAT_JSONL, "", 0, "application/json", "[1,\n{},\n{\"a\":}]", 3, 1, 0},
    {FORMAT_JSON, "", 0, "application/json", "[{\"a\":1},", 2, 1, 0},
    {FORMAT_JSON, "", 0, "application/json", "", 0, 0, 0},
    {FORMAT_JSON, "", 0, FORM, "a=1&b=2", 1, 0, 0},
    {FORMAT_JSON, "", "/a", FORM, "a=7", 1, 0, "id 7"},
    {FORMAT_JSON, "", 0, FORM, "a=%", 1, 1, 0},
    {FORMAT_JSON, "", 0, "text/csv", "a\n1\n", -1, 0, 0},
    {FORMAT_JSON, "", 0, "application/xml", "<a/>", -1, 0, 0},
    {FORMAT_CSV, NULL, "a", "text/csv", "a,b\n1,2\n3,4\n5\n", 3, 1, "id 1"},
    {FORMAT_CSV, NULL, 0, FORM, "a=1", -1, 0, 0},
    {FORMAT_CSV, NULL, 0, "application/octet-stream", "a,b\n1,2\n", 1, 0, 0},
};

static void test_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        ARENA(work);
        struct push_body body;
        const struct mapping mapping = {.source = "s",
                                        .from = {.kind = TRANSPORT_PUSH, .id = bodies[i].id},
                                        .format = {.kind = bodies[i].kind,
                                                   .records = bodies[i].records,
                                                   .delimiter = ',',
                                                   .quote = '"',
                                                   .header = true}};
        const struct push_given given = {
            bodies[i].type, {bodies[i].body, strlen(bodies[i].body)}, "d"};
        bool read = push_body_read(work, &mapping, &given, &body);
        int items = read ? (int)body.items.count : -1;
        if (items != bodies[i].items || (read && (int)body.faults.count != bodies[i].faults))
            fail_msg("%s: %d records, %zu faults", bodies[i].body, items,
                     read ? body.faults.count : 0);
        if (bodies[i].name)
            assert_memory_equal(body.items.list[0].name.bytes, bodies[i].name,
                                body.items.list[0].name.size);
        if (!read)
            assert_int_equal(body.problem, PROBLEM_UNSUPPORTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),      cmocka_unit_test(test_large_forms),
        cmocka_unit_test(test_signatures), cmocka_unit_test(test_rates),
        cmocka_unit_test(test_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
