/* E-mail addresses as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/standard/email.h"

static const struct {
    const char *text, *address; /* NULL: none */
} emails[] = {
    {"Ann@Example.ORG", "ann@example.org"},
    {"  ann@example.org. ", "ann@example.org"},
    {"ann@example.org;", "ann@example.org"},
    {"Ann Smith <ann@example.org>", "ann@example.org"},
    {"Ann<ann@example.org", "ann@example.org"},
    {"\"Ann Smith\" <Ann.Smith@example.org>", "ann.smith@example.org"},
    {"<ann@example.org>", "ann@example.org"},
    {"mailto:ann@example.org?subject=hello", "ann@example.org"},
    {"MAILTO: ann@example.org", "ann@example.org"},
    {"ann+tag@mail.example.co.uk", "ann+tag@mail.example.co.uk"},
    {"\"ann\"@example.org", "ann@example.org"},
    {"\"ann lee\"@example.org", "\"ann lee\"@example.org"},
    {"\"a\\\"b\"@example.org", "\"a\\\"b\"@example.org"},
    {"o'brien@example.org", "o'brien@example.org"},
    {"ann@Bücher.example", "ann@xn--bcher-kva.example"},
    {"ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example"},
    {"Jürgen@example.org", "jürgen@example.org"},
    {"ann＠example．org", "ann@example.org"},
    {"ann@example.test", "ann@example.test"},
    {"ann@printer.local", "ann@printer.local"},
    {"ann@[192.0.2.1]", "ann@[192.0.2.1]"},
    {"ann@[IPv6:2001:db8::1]", "ann@[ipv6:2001:db8::1]"},
    {"", NULL},
    {"@", NULL},
    {"ann", NULL},
    {"ann@", NULL},
    {"@example.org", NULL},
    {"ann@localhost", NULL},
    {"ann@co.uk", NULL},
    {"ann@com", NULL},
    {"ann@@example.org", NULL},
    {"ann@ex@mple.org", NULL},
    {"ann lee@example.org", NULL},
    {".ann@example.org", NULL},
    {"ann.@example.org", NULL},
    {"a..b@example.org", NULL},
    {"ann@-example.org", NULL},
    {"ann@example..org", NULL},
    {"ann@exa_mple.org", NULL},
    {"ann@1.2.3.4", NULL},
    {"ann@[999.0.0.1]", NULL},
    {"\"ann@example.org", NULL},
    {"\"\"@example.org", NULL},
    {"a@b.example, c@d.example", NULL},
    {"none", NULL},
    {"n/a", NULL},
    {"<>", NULL},
};

static void test_emails(void **state)
{
    size_t wrong = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(emails); i++) {
        ARENA(work);
        const char *read = email_read(work, emails[i].text), *expected = emails[i].address;
        if (expected ? read && text_equal(read, expected) : !read)
            continue;
        print_error("'%s': '%s' instead of '%s'\n", emails[i].text, read ? read : "",
                    expected ? expected : "");
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* What was read reads as itself. */
static void test_fixed_point(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(emails); i++) {
        ARENA(work);
        if (emails[i].address)
            assert_string_equal(email_read(work, emails[i].address), emails[i].address);
    }
}

static void test_lengths(void **state)
{
    (void)state;
    ARENA(work);
    assert_non_null(email_read(work, arena_printf(work, "%064d@example.org", 1)));
    assert_null(email_read(work, arena_printf(work, "%065d@example.org", 1)));
    assert_non_null(email_read(work, arena_printf(work, "a@%063d.example.org", 1)));
    assert_null(email_read(work, arena_printf(work, "a@%064d.example.org", 1)));
    struct buffer deep = {.arena = work};
    buffer_text(&deep, "a@");
    for (int i = 0; i < 130; i++)
        buffer_text(&deep, "b.");
    buffer_text(&deep, "org");
    assert_null(email_read(work, buffer_string(&deep)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_emails),
        cmocka_unit_test(test_fixed_point),
        cmocka_unit_test(test_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
