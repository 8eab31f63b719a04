/* Numbers, times, durations, check digits and bounds: through whole records of all classes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/decimal.h"
#include "hub/standard/check_digit.h"
#include "hub/standard/standard.h"

static const struct dictionary *dictionary;

/* Domains that only a site has. */
static const char site[] =
    "<dictionary xmlns='urn:axle:dictionary:1'>"
    "<domain name='luhn' check='luhn'/><domain name='mod11' check='mod11'/>"
    "<domain name='mod97' check='mod97'/><domain name='weight' kind='number' unit='kg'/>"
    "<domain name='past' kind='date' minimum='2000' maximum='2020-06-30'/>"
    "<class name='thing'><definition>A thing.</definition>"
    "<element name='luhn' label='L' domain='luhn' sensitivity='public' survivorship='trust'>"
    "<definition>A number.</definition></element>"
    "<element name='mod11' label='M' domain='mod11' sensitivity='public' survivorship='trust'>"
    "<definition>A number.</definition></element>"
    "<element name='mod97' label='N' domain='mod97' sensitivity='public' survivorship='trust'>"
    "<definition>A number.</definition></element>"
    "<element name='weight' label='W' domain='weight' sensitivity='public' survivorship='trust'>"
    "<definition>What it weighs.</definition></element>"
    "<element name='past' label='P' domain='past' sensitivity='public' survivorship='trust'>"
    "<definition>A day of the past.</definition></element>"
    "<element name='kind' label='K' domain='text' sensitivity='public' survivorship='trust'>"
    "<definition>Of which kind it is.</definition></element>"
    "<element name='name.full' label='F' domain='name' sensitivity='public' survivorship='trust'>"
    "<definition>What it is called.</definition></element>"
    "</class></dictionary>";

static int load(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = {.arena = arena};
    dictionary = dictionary_read(arena, "schemas/dictionary.xsd", "schemas/dictionary.xml",
                                 "site.xml", (struct slice){site, sizeof(site) - 1}, &findings);
    if (!dictionary)
        fail_msg("%s", finding_first(arena, &findings));
    *state = arena;
    return 0;
}

static int unload(void **state)
{
    arena_free(*state);
    return 0;
}

/* A value's standard form, or why it has none: "!flag". */
static const struct {
    const char *element, *text, *result;
} values[] = {
    {"interaction.score", "7", "7"},
    {"interaction.score", " 10 ", "10"},
    {"interaction.score", "7.0", "7"},
    {"interaction.score", "7.5", "!integer"},
    {"interaction.score", "0", "!range"},
    {"interaction.score", "11", "!range"},
    {"interaction.score", "-1", "!range"},
    {"interaction.score", "seven", "!integer"},
    {"interaction.score", "7/10", "!integer"},
    {"household.size", "007", "7"},
    {"household.size", "-0", "0"},
    {"household.size", "1,234", "1234"},
    {"product.odometer", "123.456 km", "!integer"},
    {"product.odometer", "123 456 km", "123456"},
    {"product.odometer", "76,300 mi", "!integer"},
    {"product.year", "2019", "2019"},
    {"product.year", "19", "!range"},
    {"thing.weight", "12.5", "12.5"},
    {"thing.weight", "12,5 kg", "12.5"},
    {"thing.weight", "1.234,50 KG", "1234.50"},
    {"thing.weight", "-3", "-3"},
    {"thing.weight", "+3", "3"},
    {"thing.weight", "12 lb", "!number"},
    {"thing.weight", "1e3", "!number"},
    {"thing.weight", "--3", "!number"},
    {"thing.weight", "kg", "!number"},
    {"offer.discount", "15 %", "15"},
    {"offer.discount", "100.01", "!range"},
    {"transaction.amount", "$1,234.50", "1234.50"},
    {"transaction.line.price", "1.234,50 EUR", "1234.50"},

    {"interaction.time", "2024-03-05T14:30:00Z", "2024-03-05T14:30:00Z"},
    {"interaction.time", "2024-03-05 14:30", "2024-03-05T14:30:00Z"},
    {"interaction.time", "2024-03-05 14:30:59 UTC", "2024-03-05T14:30:59Z"},
    {"interaction.time", "20240305T143000Z", "2024-03-05T14:30:00Z"},
    {"interaction.time", "2024-03-05T14:30:00.123456+02:00", "2024-03-05T12:30:00Z"},
    {"interaction.time", "2024-03-01T00:30:00+0100", "2024-02-29T23:30:00Z"},
    {"interaction.time", "2023-12-31T20:00:00-05", "2024-01-01T01:00:00Z"},
    {"interaction.time", "2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"},
    {"interaction.time", "2024-03-05", "2024-03-05"},
    {"interaction.time", "2024-02-30", "!time"},
    {"interaction.time", "2024-03", "!time"},
    {"interaction.time", "2024-03-05T24:00:00Z", "!time"},
    {"interaction.time", "2024-03-05T14", "!time"},
    {"interaction.time", "2024-03-05T14:30:00.Z", "!time"},
    {"interaction.time", "2024-03-05T14:30:00+25:00", "!time"},
    {"interaction.time", "2024-0305", "!time"},
    {"interaction.time", "05/03/2024 14:30", "!time"},
    {"interaction.time", "2024-03-05T14:30:00ZZ", "!time"},

    {"registration.purchase_date", "2999-01-01", "!date"},
    {"registration.end_date", "2099-12-31", "2099-12-31"},
    {"registration.end_date", "2200", "2200"},
    {"registration.end_date", "2201-01-01", "!date"},
    {"thing.past", "2020-06-30", "2020-06-30"},
    {"thing.past", "2020", "2020"},
    {"thing.past", "2020-07", "!range"},
    {"thing.past", "1999-12-31", "!range"},

    {"interaction.duration", "90", "90"},
    {"interaction.duration", "1:30", "90"},
    {"interaction.duration", "00:01:30", "90"},
    {"interaction.duration", "2:00:00", "7200"},
    {"interaction.duration", "00:01:29.6", "90"},
    {"interaction.duration", "PT90S", "90"},
    {"interaction.duration", "PT1M30S", "90"},
    {"interaction.duration", "P1DT1H", "90000"},
    {"interaction.duration", "P2W", "1209600"},
    {"interaction.duration", "1m30s", "90"},
    {"interaction.duration", "1 min, 30 sec", "90"},
    {"interaction.duration", "1.5 min", "90"},
    {"interaction.duration", "2 hours", "7200"},
    {"interaction.duration", "0", "0"},
    {"interaction.duration", "1:60", "!duration"},
    {"interaction.duration", "1:", "!duration"},
    {"interaction.duration", ":30", "!duration"},
    {"interaction.duration", "1:2:3:4", "!duration"},
    {"interaction.duration", "30s1m", "!duration"},
    {"interaction.duration", "P1M", "!duration"},
    {"interaction.duration", "P", "!duration"},
    {"interaction.duration", "PT", "!duration"},
    {"interaction.duration", "PT90", "!duration"},
    {"interaction.duration", "P1S", "!duration"},
    {"interaction.duration", "90 furlongs", "!duration"},
    {"interaction.duration", "-5", "!duration"},
    {"interaction.duration", "99999999999999999999", "!duration"},

    {"interaction.abandoned", "Yes", "yes"},
    {"interaction.abandoned", "N", "no"},
    {"interaction.abandoned", "1", "yes"},
    {"interaction.abandoned", "nein", "no"},
    {"interaction.abandoned", "oui", "yes"},
    {"interaction.abandoned", "FALSE", "no"},
    {"interaction.abandoned", "perhaps", "!code"},

    {"transaction.currency", "eur", "EUR"},
    {"transaction.currency", "€", "EUR"},
    {"transaction.currency", "US$", "USD"},
    {"transaction.currency", "Pound Sterling", "GBP"},
    {"transaction.currency", "£", "GBP"},
    {"transaction.currency", "A$", "AUD"},
    {"transaction.currency", "$", "!code"}, /* whose? */
    {"transaction.currency", "XYZ", "!code"},
    {"transaction.kind", "Refund", "return"},
    {"transaction.kind", "Zahlung", "payment"},
    {"case.priority", "P1", "urgent"},

    {"product.vin", "1M8GDM9AXKP042788", "1M8GDM9AXKP042788"},
    {"product.vin", " 1m8gdm9a-xkp042788 ", "1M8GDM9AXKP042788"},
    {"product.vin", "1M8GDM9A1KP042788", "!vin"},
    {"product.vin", "11111111111111111", "11111111111111111"},
    {"product.vin", "LM8GDM9AXKP042789", "!vin"},
    {"product.vin", "WVWZZZ1JZXW000001", "WVWZZZ1JZXW000001"}, /* no check digit in Europe */
    {"product.vin", "WVWZZZ1JZXW00000O", "!vin"},
    {"product.vin", "WVWZZZ1JZXW00000", "!vin"},
    {"product.ean", "4006381333931", "4006381333931"},
    {"product.ean", "4006381333932", "!check-digit"},
    {"product.ean", "036000291452", "036000291452"},
    {"product.ean", "96385074", "96385074"},
    {"product.ean", "123", "!check-digit"},
    {"product.serial", "sn-0042/a", "SN0042A"},
    {"thing.luhn", "79927398713", "79927398713"},
    {"thing.luhn", "79927398710", "!check-digit"},
    {"thing.luhn", "A", "!check-digit"},
    {"thing.mod11", "0000-0001-2281-955X", "000000012281955X"},
    {"thing.mod11", "0000000122819551", "!check-digit"},
    {"thing.mod97", "123482", "123482"},
    {"thing.mod97", "123483", "!check-digit"},

    {"employee.name", " Lee,  Ann ", "Lee, Ann"},
    {"employee.email", "Ann <ANN@Example.org>", "ann@example.org"},
    {"household.address.country", "Deutschland", "DE"},
    {"household.address.postcode", " 80331 ", "80331"},
    {"thing.kind", "person", "person"},
};

static struct record *record_of(struct arena *arena, const char *name, const char *text)
{
    struct record *record = NEW(arena, struct record);
    const struct element *element = dictionary_element(dictionary, name);
    if (!element) {
        print_error("there is no '%s'\n", name);
        abort();
    }
    struct value *value = NEW(arena, struct value);
    *value = (struct value){.element = element, .raw = text, .text = text};
    *record = (struct record){.class_name = element->class_name,
                              .source = "shop",
                              .key = "1",
                              .part = "",
                              .region = "",
                              .values = value,
                              .count = 1};
    return record;
}

static const char *result_of(struct arena *arena, const struct value *value)
{
    return value->standard ? value->standard
                           : arena_printf(arena, "!%s", value->flag ? value->flag : "?");
}

static void reads_values(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        ARENA(work);
        struct record *record = record_of(work, values[i].element, values[i].text);
        standard_record(work, dictionary, record);
        const char *result = result_of(work, &record->values[0]);
        if (text_equal(result, values[i].result))
            continue;
        print_error("%s '%s': expected '%s', got '%s'\n", values[i].element, values[i].text,
                    values[i].result, result);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* A standard form reads as itself. */
static void standard_forms_stay(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        ARENA(work);
        if (*values[i].result == '!')
            continue;
        struct record *record = record_of(work, values[i].element, values[i].result);
        standard_record(work, dictionary, record);
        assert_string_equal(result_of(work, &record->values[0]), values[i].result);
    }
}

/* What a full name says about a customer, it does not say about things. */
static void things_are_no_persons(void **state)
{
    (void)state;
    ARENA(work);
    struct record *record = record_of(work, "thing.name.full", "John Smith");
    standard_record(work, dictionary, record);
    for (size_t i = 0; i < record->count; i++)
        assert_string_not_equal(record->values[i].element->path, "kind");
}

static void knows_the_checks(void **state)
{
    (void)state;
    for (size_t i = 0; i < dictionary->domain_count; i++)
        assert_true(!dictionary->domains[i]->check ||
                    check_digit_knows(dictionary->domains[i]->check));
    assert_false(check_digit_knows("crystal"));
}

static const struct {
    const char *left, *right;
    int order;
} decimals[] = {
    {"1", "1", 0},       {"1", "2", -1},      {"10", "9", 1},     {"-1", "1", -1},
    {"-2", "-1", -1},    {"1.50", "1.5", 0},  {"1.5", "1.49", 1}, {"0", "-0", 0},
    {"-0.0", "0.00", 0}, {"007", "7", 0},     {"0.1", "0.09", 1}, {"99999999999999999999", "1", 1},
    {"-0.1", "0", -1},   {"0.5", "0.55", -1},
};

static void decimals_are_ordered(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0", "-1", "12.50", "007"};
    static const char *const others[] = {"", "-", ".5", "5.", "1.2.3", "+1", "1e3", "--1", "1 "};
    for (size_t i = 0; i < COUNT_OF(decimals); i++) {
        int order = decimal_compare(decimals[i].left, decimals[i].right);
        int back = decimal_compare(decimals[i].right, decimals[i].left);
        assert_int_equal((order > 0) - (order < 0), decimals[i].order);
        assert_int_equal((back > 0) - (back < 0), -decimals[i].order);
    }
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        assert_true(decimal_check(numbers[i]));
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_false(decimal_check(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_values),          cmocka_unit_test(standard_forms_stay),
        cmocka_unit_test(things_are_no_persons), cmocka_unit_test(knows_the_checks),
        cmocka_unit_test(decimals_are_ordered),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
