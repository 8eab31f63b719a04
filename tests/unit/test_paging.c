/* What pages say of each other: the Link header, addresses, JSON pointers into a page that nobody parses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connectors/http/paging.h"

static void same(const char *what, const char *is, const char *should)
{
    if (!text_equal(text_or_empty(is), text_or_empty(should)))
        fail_msg("%s: is '%s', should be '%s'", what, text_or_empty(is), text_or_empty(should));
}

static void test_link_header(void **state)
{
    static const struct {
        const char *header, *next;
    } rows[] = {
        {"<https://a.example/p?page=2>; rel=\"next\"", "https://a.example/p?page=2"},
        {"<p2>; rel=next", "p2"},
        {"</x>; rel=\"first\", </p2>; rel=\"next\", </p9>; rel=\"last\"", "/p2"},
        {"</p2>; title=\"a, <b>; rel=next\"; rel=\"prev\"", NULL},
        {"</p2>; title=\"a \\\" b\"; rel=\"last NEXT\"", "/p2"},
        {"</p2>; rel=\"prev\"; rel=\"next\"", NULL}, /* the first one counts */
        {"</p2>; rel=\"next\"; anchor=\"/other\"", NULL},
        {"</p2> ;  rel = next ", "/p2"},
        {"</p2>;rel=\"nextpage\"", NULL},
        {"</a,b?x=1,2>;rel=next", "/a,b?x=1,2"},
        {"< /p2 >; rel=next", "/p2"},
        {"", NULL},
        {"rel=next", NULL},
        {"<", NULL},
        {"<p2", NULL},
        {"<p2>", NULL},
        {"<p2>; rel=\"next", "p2"},
        {"junk, <p2>; rel=next", "p2"},
        {"<a>;;;rel=next", "a"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        same(rows[i].header, link_next(work, rows[i].header), rows[i].next);
    }
}

static void test_follow(void **state)
{
    static const char base[] = "https://shop.example/api/orders?page=1";
    static const struct {
        const char *link, *to; /* NULL: refused */
    } rows[] = {
        {"https://shop.example/api/orders?page=2", "https://shop.example/api/orders?page=2"},
        {"/api/orders?page=2", "https://shop.example/api/orders?page=2"},
        {"orders?page=2", "https://shop.example/api/orders?page=2"},
        {"?page=2", "https://shop.example/api/orders?page=2"},
        {"//shop.example/x", "https://shop.example/x"},
        {"HTTPS://SHOP.example:443/x#part", "HTTPS://SHOP.example:443/x"},
        {"../x", "https://shop.example/x"},
        {"?after=2026-01-01 10:00", "https://shop.example/api/orders?after=2026-01-01+10:00"},
        {"http://shop.example/api", NULL},
        {"https://shop.example:8443/api", NULL},
        {"https://evil.example/api", NULL},
        {"https://shop.example@evil.example/", NULL},
        {"https://user:pw@shop.example/", NULL},
        {"//evil.example/", NULL},
        {"https://shop.example.evil.example/", NULL},
        {"file:///etc/passwd", NULL},
        {"ftp://shop.example/", NULL},
        {"https://", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        struct error err = {0};
        const char *to = url_follow(work, base, rows[i].link, &err);
        if (!rows[i].to) {
            assert_null(to);
            assert_int_equal(err.kind, ERROR_FATAL);
            continue;
        }
        if (!to)
            fail_msg("%s: %s", rows[i].link, err.text);
        if (!text_same(to, rows[i].to))
            same(rows[i].link, to, rows[i].to);
    }
}

static void test_parameters(void **state)
{
    static const struct {
        const char *url, *name, *value, *with;
    } rows[] = {
        {"http://h/p", "since", "2026-01-01T00:00:00+10:00",
         "http://h/p?since=2026-01-01T00%3A00%3A00%2B10%3A00"},
        {"http://h/p?a=1", "since", "x y", "http://h/p?a=1&since=x%20y"},
        {"http://h/p?since=1&a=2", "since", "3", "http://h/p?a=2&since=3"},
        {"http://h/p?s%69nce=1", "since", "3", "http://h/p?since=3"},
        {"http://h/p?&&a=1#top", "b", "&", "http://h/p?a=1&b=%26#top"},
        {"http://h/p?a=1", "since", NULL, "http://h/p?a=1"},
        {"http://h/p?a=1", NULL, "3", "http://h/p?a=1"},
    };
    (void)state;
    ARENA(work);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        same(rows[i].url, url_with(work, rows[i].url, rows[i].name, rows[i].value), rows[i].with);
}

static void test_find(void **state)
{
    static const char page[] =
        "\xef\xbb\xbf {\"items\":[{\"a\":\"}]\\\"\"},[1,[2]],{}], \"meta\": {\"next\" : "
        "\"c\\u0032\", "
        "\"n\":17 ,\"no\":null,\"off\":false,\"on\":true,\"e\":\"\",\"a/b\":{\"~\":\"t\"}}, "
        "\"x\":[ 5, 6 ]}";
    static const struct {
        const char *pointer, *text;
        bool wrong;
    } rows[] = {
        {"/meta/next", "c2", false}, {"/meta/n", "17", false},      {"/meta/no", NULL, false},
        {"/meta/off", NULL, false},  {"/meta/e", NULL, false},      {"/meta/on", NULL, true},
        {"/meta", NULL, true},       {"/meta/none", NULL, false},   {"/none/x", NULL, false},
        {"/x/1", "6", false},        {"/x/2", NULL, false},         {"/x/a", NULL, false},
        {"/items", NULL, true},      {"/items/1/1/0", "2", false},  {"/meta/a~1b/~0", "t", false},
        {"/items/2/a", NULL, false}, {"/items/0/a", "}]\"", false}, {"/meta/n/deeper", NULL, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        struct error err = {0};
        const char *text;
        bool fine =
            page_text(work, (struct slice){page, sizeof(page) - 1}, rows[i].pointer, &text, &err);
        if (fine == rows[i].wrong)
            fail_msg("%s: '%s'", rows[i].pointer, err.text);
        same(rows[i].pointer, fine ? text : NULL, rows[i].text);
    }
}

static void test_broken_pages(void **state)
{
    static const char *const pages[] = {"",      "{",          "{\"a\"",   "{\"a\":",   "{\"a\":[",
                                        "<html", "{\"a\":\"b", "{\"a\"}}", "{,\"a\":1", "]]]]"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        struct slice value;
        const struct slice page = {pages[i], strlen(pages[i])};
        assert_false(page_find(page, "/a/b", &value));
        assert_true(!page_find(page, "", &value) || value.size <= page.size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_link_header),  cmocka_unit_test(test_follow),
        cmocka_unit_test(test_parameters),   cmocka_unit_test(test_find),
        cmocka_unit_test(test_broken_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
