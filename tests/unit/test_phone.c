/* Telephone numbers: our own rules, and that libphonenumber, where it is built in, says the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/standard/phone.h"

static const struct {
    const char *text, *region, *standard; /* NULL: none */
} phones[] = {
    {"(02) 5550 1234", "AU", "+61255501234"},
    {"0491 570 006", "AU", "+61491570006"},
    {"+61 491 570 006", "", "+61491570006"},
    {"+61 (0)491 570 006", "", "+61491570006"},
    {"0061 491 570 006", "", "+61491570006"},
    {"0011 1 202 555 0143", "AU", "+12025550143"},
    {"61491570006", "AU", "+61491570006"},
    {"02 5550 1234 ext. 12", "AU", "+61255501234"},
    {"202-555-0143", "US", "+12025550143"},
    {"(202) 555-0143 x99", "US", "+12025550143"},
    {"1-202-555-0143", "US", "+12025550143"},
    {"12025550143", "US", "+12025550143"},
    {"+1 202.555.0143", "", "+12025550143"},
    {"011 44 20 7946 0000", "US", "+442079460000"},
    {"2025550143.0", "US", "+12025550143"},
    {"202 555 0143 (home)", "US", "+12025550143"},
    {"Mob: 0491 570 006", "AU", "+61491570006"},
    {"0491 570 006 work", "AU", "+61491570006"},
    {"tel:+44-20-7946-0000", "", "+442079460000"},
    {"020 7946 0000", "GB", "+442079460000"},
    {"07700 900123", "GB", "+447700900123"},
    {"1-800-GOLFTIP", "US", "+18004653847"},
    {"030 901820", "DE", "+4930901820"},
    {"0171 1234567", "DE", "+491711234567"},
    {"+49 (0)30 901820", "", "+4930901820"},
    {"01 23 45 67 89", "FR", "+33123456789"},
    {"06 698 12345", "IT", "+390669812345"},
    {"911 23 45 67", "ES", "+34911234567"},
    {"8 (812) 123-45-67", "RU", "+78121234567"},
    {"03-1234-5678", "JP", "+81312345678"},
    {"09876 543210", "IN", "+919876543210"},
    {"021 123 4567", "NZ", "+64211234567"},
    {"６１２３ ４５６７", "SG", "+6561234567"},
    {"044 668 18 00", "CH", "+41446681800"},
    {"555-0143", "US", "5550143"},        /* the area code is not known */
    {"020 7946 0000", "", "02079460000"}, /* nor is the country */
    {"0000000", "US", "0000000"},
    {"n/a", "US", NULL},
    {"", "US", NULL},
    {"+", "US", NULL},
    {"1234", "US", NULL},
    {"ann@example.org", "US", NULL},
    {"1234567890123456", "US", NULL},
    {"202-555-0143 / 202-555-0144", "US", NULL},
    {"call me 2 x or 3 y on 5550143 z 9", "US", NULL},
    {"+1+2+3+4+5+6", "US", NULL},
};

static size_t compare(const char *way,
                      const char *(*read)(struct arena *, const char *, const char *))
{
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT_OF(phones); i++) {
        ARENA(work);
        const char *expected = phones[i].standard;
        const char *standard = read(work, phones[i].text, phones[i].region);
        if (expected ? standard && text_equal(standard, expected) : !standard)
            continue;
        print_error("%s: '%s' in '%s': '%s' instead of '%s'\n", way, phones[i].text,
                    phones[i].region, standard ? standard : "", expected ? expected : "");
        wrong++;
    }
    return wrong;
}

static void test_rules(void **state)
{
    (void)state;
    assert_int_equal(compare("rules", phone_read_by_rules), 0);
}

static void test_library(void **state)
{
    (void)state;
#ifndef HAVE_PHONENUMBER
    print_message("skipped: libphonenumber is not built in\n");
#endif
    assert_int_equal(compare("library", phone_read), 0);
}

/* A number in standard form stays what it is, whatever the region. */
static void test_fixed_point(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(phones); i++) {
        ARENA(work);
        const char *standard = phones[i].standard;
        if (!standard || *standard != '+')
            continue;
        assert_string_equal(phone_read(work, standard, "US"), standard);
        assert_string_equal(phone_read_by_rules(work, standard, ""), standard);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_library),
        cmocka_unit_test(test_fixed_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
