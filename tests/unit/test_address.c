/* Address lines into parts: what is surely told, and what is left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/text.h"
#include "hub/standard/address.h"

static const struct {
    const char *text, *region, *street, *unit, *city, *state, *postcode, *country;
} lines[] = {
    {"123 Main Street, Las Vegas NV 89132", "", "123 Main Street", NULL, "Las Vegas", "NV", "89132",
     "US"},
    {"123 Main St, Las Vegas", "US", "123 Main St", NULL, "Las Vegas", NULL, NULL, NULL},
    {"1515 Adela Ln, LV, NV", "US", "1515 Adela Ln", NULL, "LV", "NV", NULL, NULL},
    {"Suite 900, 1450 N City Rd", "US", "1450 N City Rd", "Suite 900", NULL, NULL, NULL, NULL},
    {"1450 N City Rd Suite 900", "US", "1450 N City Rd", "Suite 900", NULL, NULL, NULL, NULL},
    {"12 Constitution Street", "", "12 Constitution Street", NULL, NULL, NULL, NULL, NULL},
    {"6/22 High St, Carlton VIC 3053", "", "22 High St", "6", "Carlton", "VIC", "3053", "AU"},
    {"Unit 6/22 High St, Carlton VIC 3053", "AU", "22 High St", "Unit 6", "Carlton", "VIC", "3053",
     "AU"},
    {"Hardenbergstraße 87", "DE", "Hardenbergstraße 87", NULL, NULL, NULL, NULL, NULL},
    {"Hardenbergstraße 87, 10623 Berlin", "DE", "Hardenbergstraße 87", NULL, "Berlin", NULL,
     "10623", NULL},
    {"Hardenbergstraße 87 10623 Berlin", "DE", "Hardenbergstraße 87", NULL, "Berlin", NULL, "10623",
     NULL},
    {"Feldstrasse 10, FL-2198 Triesen, Liechtenstein", "", "Feldstrasse 10", NULL, "Triesen", NULL,
     "2198", "LI"},
    {"80 Delaware Ave SE Washington DC 40040", "US", "80 Delaware Ave SE", NULL, "Washington", "DC",
     "40040", "US"},
    {"9304 W. 15th St La Blanca, FL 60527", "US", "9304 W. 15th St", NULL, "La Blanca", "FL",
     "60527", "US"},
    {"445 Overpass Rd San Ramon", "US", "445 Overpass Rd", NULL, "San Ramon", NULL, NULL, NULL},
    {"6371 E Foothill Dr, 95915", "US", "6371 E Foothill Dr", NULL, NULL, NULL, "95915", NULL},
    {"18 Danver Place, Loughborough, Leicestershire, LE11 1UU, United Kingdom", "",
     "18 Danver Place", NULL, "Loughborough", "Leicestershire", "LE11 1UU", "GB"},
    {"18 Danver Place, Loughborough, Leicestershire, United Kingdom, LE11 1UU", "",
     "18 Danver Place", NULL, "Loughborough", "Leicestershire", "LE11 1UU", "GB"},
    {"1231 Las Vegas Blvd, Penthouse Suite", "US", "1231 Las Vegas Blvd", "Penthouse Suite", NULL,
     NULL, NULL, NULL},
    {"12 St Georges Road", "GB", "12 St Georges Road", NULL, NULL, NULL, NULL, NULL},
    {"12 Upper St Georges Road", "GB", "12 Upper St Georges Road", NULL, NULL, NULL, NULL, NULL},
    {"100 Park Avenue Apt #4, New York, NY 10017", "US", "100 Park Avenue", "Apt #4", "New York",
     "NY", "10017", "US"},
    {"Chinatown Point, 133 New Bridge Road, 059413 Singapore", "SG", "133 New Bridge Road", NULL,
     "Singapore", NULL, "059413", NULL},
    {"405 Lexington Avenue, New York", "US", "405 Lexington Avenue", NULL, "New York", NULL, NULL,
     NULL},
    {"10 Main St, Perth WA 6000", "AU", "10 Main St", NULL, "Perth", "WA", "6000", NULL},
    {"P.O. Box 12987", "US", "P.O. Box 12987", NULL, NULL, NULL, NULL, NULL},
    {"Mill Road, Old Town, Newtown, 673576, India", "", "Mill Road", NULL, "Old Town", NULL,
     "673576", "IN"},
    {"PO Box 123, Ballarat VIC 3350", "AU", "PO Box 123", NULL, "Ballarat", "VIC", "3350", "AU"},
    {"12 High St, perth wa 6000, Australia", "", "12 High St", NULL, "perth", "WA", "6000", "AU"},
};

static const struct domain *countries;
static size_t wrong; /* all of them are shown before the test fails */

static void same(const char *line, const char *part, const char *expected)
{
    if (expected ? part && text_equal(part, expected) : !part)
        return;
    print_error("%s: '%s' instead of '%s'\n", line, part ? part : "", expected ? expected : "");
    wrong++;
}

static int load(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = {.arena = arena};
    const struct dictionary *dictionary =
        dictionary_load(arena, "schemas/dictionary.xsd", "schemas/dictionary.xml", NULL, &findings);
    if (!dictionary)
        fail_msg("%s", finding_first(arena, &findings));
    countries = dictionary_element(dictionary, "customer.address.country")->domain;
    *state = arena;
    return 0;
}

static int unload(void **state)
{
    arena_free(*state);
    return 0;
}

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        ARENA(work);
        struct address address;
        const char *text = lines[i].text;
        assert_true(address_parse(work, text, lines[i].region, countries, &address));
        same(text, address.street, lines[i].street);
        same(text, address.unit, lines[i].unit);
        same(text, address.city, lines[i].city);
        same(text, address.region, lines[i].state);
        same(text, address.postcode, lines[i].postcode);
        same(text, address.country, lines[i].country);
    }
    assert_int_equal(wrong, 0);
}

static void test_nothing_to_tell(void **state)
{
    static const char *const texts[] = {"", ",", " , ,", "unknown", "Springfield", "NV", "#", "/"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        ARENA(work);
        struct address address;
        assert_false(address_parse(work, texts[i], "", countries, &address));
    }
}

static void test_words(void **state)
{
    (void)state;
    assert_string_equal(address_street_type("street"), address_street_type("str"));
    assert_null(address_street_type("banana"));
    assert_string_equal(address_directional("north"), "n");
    assert_string_equal(address_unit_word("apartment"), address_unit_word("appt"));
    assert_string_equal(address_region_code("nevada", ""), "NV");
    assert_string_equal(address_region_code("wa", "AU"), "WA");
    assert_null(address_region_code("NV", "AU"));
    assert_string_equal(address_region_country("NSW"), "AU");
    assert_null(address_region_country("WA"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_nothing_to_tell),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
