/* Whole records: each standardiser in its element, derived parts, and hostile input to all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/golden/golden.h"
#include "hub/match/match.h"
#include "hub/standard/standard.h"
#include "tests/unit/shared.h"

static const struct dictionary *dictionary;

static int load(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = {.arena = arena};
    dictionary =
        dictionary_load(arena, "schemas/dictionary.xsd", "schemas/dictionary.xml", NULL, &findings);
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

static struct record *new_record(struct arena *arena, const char *region)
{
    struct record *record = NEW(arena, struct record);
    *record = (struct record){.class_name = "customer",
                              .source = "shop",
                              .key = "1",
                              .part = "",
                              .region = region,
                              .values = NEW_ARRAY(arena, struct value, 20)};
    return record;
}

static struct value *add(struct record *record, const char *path, const char *text)
{
    struct value *value = &record->values[record->count++];
    *value = (struct value){.element = dictionary_path(dictionary, "customer", path),
                            .raw = text,
                            .text = text,
                            .group = "",
                            .kind = "",
                            .scheme = "",
                            .country = ""};
    assert_non_null(value->element);
    return value;
}

static const struct {
    const char *path, *region, *text, *standard, *flag;
} values[] = {
    {"occupation", "", "  chief \t plumber ", "chief plumber", NULL},
    {"occupation", "", "Cafe\xcc\x81", "Café", NULL},
    {"occupation", "",
     "a\x01\x7f b\xc2\xa0\xc2\xa0"
     "c",
     "a b c", NULL},
    {"occupation", "", "\xe2\x80\x8b", NULL, "text"},
    {"name.given", "", " \"Bob\" ", "Bob", NULL},
    {"name.given", "", "BOB,", "BOB", NULL},
    {"name.given", "", "jean  luc", "jean luc", NULL},
    {"name.given", "", "-", NULL, "name"},
    {"name.family", "", "'t Hooft", "'t Hooft", NULL},
    {"name.family", "", "O'Brien", "O'Brien", NULL},
    {"name.suffix", "", "Jr.", "Jr", NULL},
    {"email", "", "Ann <ANN@Example.org>", "ann@example.org", NULL},
    {"email", "", "none", NULL, "email"},
    {"phone", "AU", "(02) 5550 1234", "+61255501234", NULL},
    {"phone", "AU", "n/a", NULL, "phone"},
    {"birth_date", "", "1978-11-12", "1978-11-12", NULL},
    {"birth_date", "", "19781112", "1978-11-12", NULL},
    {"birth_date", "", "1978-11-12T00:00:00Z", "1978-11-12", NULL},
    {"birth_date", "", "1978-11", "1978-11", NULL},
    {"birth_date", "", "1978", "1978", NULL},
    {"birth_date", "", "2000-02-29", "2000-02-29", NULL},
    {"birth_date", "", "1900-02-29", NULL, "date"},
    {"birth_date", "", "1978-11-31", NULL, "date"},
    {"birth_date", "", "1978-13-01", NULL, "date"},
    {"birth_date", "", "1978-00-01", NULL, "date"},
    {"birth_date", "", "12/11/1978", NULL, "date"},
    {"birth_date", "", "197811", NULL, "date"},
    {"birth_date", "", "1849-12-31", NULL, "date"},
    {"birth_date", "", "2999-01-01", NULL, "date"},
    {"birth_date", "", "1978-11-12 hello", NULL, "date"},
    {"birth_date", "", "1978-11-1", NULL, "date"},
    {"kind", "", "PERSON", "person", NULL},
    {"kind", "", "martian", NULL, "code"},
    {"nationality", "", "australia", "AU", NULL},
    {"nationality", "", "Atlantis", NULL, "country"},
    {"identifier", "", " ab-12 34.x ", "AB1234X", NULL},
    {"identifier", "", "--", NULL, "identifier"},
    {"website", "", "HTTPS://WWW.Example.ORG/Path", "https://www.example.org/Path", NULL},
    {"website", "", "Example.org/", "example.org", NULL},
    {"website", "", "not a site", NULL, "website"},
    {"income", "", "$1,234.50", "1234.50", NULL},
    {"income", "", "1.234,50 EUR", "1234.50", NULL},
    {"income", "", "1,234", "1234", NULL},
    {"income", "", "007", "7", NULL},
    {"income", "", "-0.50", "-0.50", NULL},
    {"income", "", "(12)", "-12", NULL},
    {"income", "", ".5", "0.5", NULL},
    {"income", "", "12-14", NULL, "money"},
    {"income", "", "a lot", NULL, "money"},
    {"address.postcode", "US", "02134.0", "02134", NULL},
    {"address.postcode", "US", "2134", "02134", NULL},
    {"address.postcode", "US", "891320001", "89132-0001", NULL},
    {"address.postcode", "US", "927230000", "92723", NULL},
    {"address.postcode", "GB", "le111uu", "LE11 1UU", NULL},
    {"address.postcode", "AU", "800", "0800", NULL},
    {"address.postcode", "AU", "2134", "2134", NULL},
    {"address.postcode", "", "2134", "2134", NULL},
    {"address.postcode", "", "?", NULL, "postcode"},
};

static void test_values(void **state)
{
    size_t wrong = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        ARENA(work);
        struct record *record = new_record(work, values[i].region);
        (void)add(record, values[i].path, values[i].text);
        standard_record(work, dictionary, record);
        const struct value *value = &record->values[0];
        const char *expected = values[i].standard ? values[i].standard : values[i].flag;
        const char *got = values[i].standard ? value->standard : value->flag;
        assert_string_equal(value->raw, values[i].text);
        if (got && text_equal(got, expected) && !value->standard != !value->flag)
            continue;
        print_error("%s '%s': '%s' instead of '%s'\n", values[i].path, values[i].text,
                    got ? got : "", expected);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void test_too_long(void **state)
{
    (void)state;
    ARENA(work);
    struct record *record = new_record(work, "");
    (void)add(record, "name.given", arena_printf(work, "%0300d", 1));
    (void)add(record, "name.family", arena_printf(work, "%0301d", 1));
    standard_record(work, dictionary, record);
    assert_non_null(record->values[0].standard);
    assert_null(record->values[1].standard);
    assert_string_equal(record->values[1].flag, "too-long");
}

/* What the mapping has flagged, or left without a text, is not touched. */
static void test_left_alone(void **state)
{
    (void)state;
    ARENA(work);
    struct record *record = new_record(work, "");
    add(record, "birth_date", "1978-11-12")->flag = "repeated";
    add(record, "email", "ann@example.org")->text = NULL;
    standard_record(work, dictionary, record);
    assert_null(record->values[0].standard);
    assert_string_equal(record->values[0].flag, "repeated");
    assert_null(record->values[1].standard);
    assert_null(record->values[1].flag);
    assert_int_equal(record->count, 2);
}

static const char *derived(const struct record *record, const char *path)
{
    for (size_t i = 0; i < record->count; i++)
        if (text_equal(record->values[i].element->path, path) && record->values[i].derived)
            return record->values[i].standard;
    return NULL;
}

static void test_names(void **state)
{
    (void)state;
    ARENA(work);
    struct record *record = new_record(work, "");
    (void)add(record, "name.full", "Dr. John Q. Smith Jr.");
    standard_record(work, dictionary, record);
    assert_string_equal(derived(record, "name.prefix"), "Dr.");
    assert_string_equal(derived(record, "name.given"), "John");
    assert_string_equal(derived(record, "name.middle"), "Q.");
    assert_string_equal(derived(record, "name.family"), "Smith");
    assert_string_equal(derived(record, "name.suffix"), "Jr");
    assert_string_equal(derived(record, "kind"), "person");

    record = new_record(work, "");
    (void)add(record, "name.full", "Acme Pty Ltd");
    standard_record(work, dictionary, record);
    assert_string_equal(derived(record, "name.organization"), "Acme Pty Ltd");
    assert_string_equal(derived(record, "kind"), "organization");
    assert_null(derived(record, "name.family"));

    record = new_record(work, "");
    (void)add(record, "kind", "organization");
    (void)add(record, "name.full", "Rose Garden");
    standard_record(work, dictionary, record);
    assert_string_equal(derived(record, "name.organization"), "Rose Garden");
    assert_null(derived(record, "kind"));
}

static void test_stated_names(void **state)
{
    (void)state;
    ARENA(work);
    struct record *record = new_record(work, "");
    (void)add(record, "name.full", "Somebody Else");
    (void)add(record, "name.given", "Robert E");
    (void)add(record, "name.family", "Dobbins, Jr");
    standard_record(work, dictionary, record);
    assert_string_equal(record_text(record, "name.given"), "Robert");
    assert_string_equal(derived(record, "name.middle"), "E");
    assert_string_equal(record_text(record, "name.family"), "Dobbins");
    assert_string_equal(derived(record, "name.suffix"), "Jr");
    assert_string_equal(record->values[2].raw, "Dobbins, Jr");

    record = new_record(work, "");
    (void)add(record, "name.given", "Morris II");
    standard_record(work, dictionary, record);
    assert_string_equal(record_text(record, "name.given"), "Morris");
    assert_string_equal(derived(record, "name.suffix"), "II");

    record = new_record(work, "");
    (void)add(record, "name.given", "Robert E");
    (void)add(record, "name.middle", "Lee");
    standard_record(work, dictionary, record);
    assert_string_equal(record_text(record, "name.given"), "Robert E");
    assert_null(derived(record, "name.middle"));
}

static void test_addresses(void **state)
{
    (void)state;
    ARENA(work);
    struct record *record = new_record(work, "US");
    struct value *home = add(record, "address.line", "123 Main Street, Las Vegas NV 89132");
    home->group = "home";
    home->kind = "home";
    add(record, "address.city", "Henderson")->group = "home";
    add(record, "address.line", "Suite 900, 1450 N City Rd")->group = "work";
    add(record, "address.line", "Arlington, VA 23208")->group = "work";
    standard_record(work, dictionary, record);
    size_t streets = 0;
    for (size_t i = 4; i < record->count; i++) {
        const struct value *value = &record->values[i];
        assert_true(value->derived);
        assert_non_null(value->standard);
        bool is_home = text_equal(value->group, "home");
        if (text_equal(value->element->path, "address.street"))
            assert_string_equal(value->standard,
                                ++streets == 1 ? "123 Main Street" : "1450 N City Rd");
        if (text_equal(value->element->path, "address.city")) {
            assert_false(is_home); /* stated there */
            assert_string_equal(value->standard, "Arlington");
        }
        if (text_equal(value->element->composite ? value->element->composite : "", "address"))
            assert_string_equal(value->kind, is_home ? "home" : "");
    }
    assert_int_equal(streets, 2);
}

/* A phone is read in the country of the record's own address rather than in the source's region. */
static void test_region(void **state)
{
    (void)state;
    ARENA(work);
    struct record *record = new_record(work, "AU");
    (void)add(record, "phone", "(202) 555-0143");
    add(record, "phone", "020 7946 0000")->country = "united kingdom";
    (void)add(record, "address.country", "USA");
    standard_record(work, dictionary, record);
    assert_string_equal(record->values[0].standard, "+12025550143");
    assert_string_equal(record->values[1].standard, "+442079460000");
    assert_string_equal(record->values[1].country, "GB");

    record = new_record(work, "US");
    (void)add(record, "phone", "09876 543210");
    (void)add(record, "address.line", "Mill Road, Old Town, 673576, India");
    standard_record(work, dictionary, record);
    assert_string_equal(record->values[0].standard, "+919876543210");
}

static void test_stored(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    struct record *record = new_record(work, ""), *back = new_record(work, "");
    (void)add(record, "name.full", "Smith, John");
    standard_record(work, dictionary, record);
    const char *json = record_to_json(work, record);
    assert_non_null(strstr(json, "\"name.given\":[{\"v\":\"John\",\"d\":\"y\"}]"));
    assert_true(record_from_json(work, dictionary, "customer", json, back, &err));
    assert_string_equal(record_to_json(work, back), json);
    assert_string_equal(derived(back, "name.family"), "Smith");
}

/* Give a text to every element at once; nothing may crash, and all that comes out is valid text. */
static void torture(const char *text)
{
    static const char *const regions[] = {"", "US", "AU", "XX"};
    const struct object_class *customer = dictionary_class(dictionary, "customer");
    for (size_t r = 0; r < COUNT_OF(regions); r++) {
        ARENA(work);
        struct record *record = new_record(work, regions[r]);
        record->values = NEW_ARRAY(work, struct value, customer->count);
        for (size_t i = 0; i < customer->count; i++) {
            const char *path = dictionary->elements[customer->first + i].path;
            /* Lines and full names are read only where their parts are not stated. */
            if (r % 2 == 0 || text_equal(path, "name.full") || text_equal(path, "address.line"))
                (void)add(record, path, text);
        }
        standard_record(work, dictionary, record);
        for (size_t i = 0; i < record->count; i++) {
            const struct value *value = &record->values[i];
            size_t bad;
            assert_true(!value->standard != !value->flag);
            assert_true(!value->standard || *value->standard);
            assert_true(!value->standard ||
                        text_check(value->standard, strlen(value->standard), &bad));
        }
    }
}

static const char *const hostile[] = {
    " ",
    "\xc2\xa0",
    "@",
    "<>",
    "<@>",
    "\"@\"",
    "\"\\",
    "mailto:",
    "(",
    ")",
    "((((",
    "+",
    "+(0)",
    "x1",
    "12345x1",
    "ext",
    "#",
    "/",
    "1/",
    "//",
    "1//2 a",
    ",",
    ",,,,",
    "Unit",
    "Unit /",
    "# #",
    "Apt Apt Apt",
    "St St St",
    "a, b, c, d, e, f, g, h, i, j, k, l",
    "-",
    "--",
    ".",
    "..",
    "://",
    "http://",
    "a://b",
    "\xef\xbf\xbe",
    "\xf4\x8f\xbf\xbf",
    "\xe2\x80\xae",
    "\xcc\x81",
    "\xef\xb7\xba",
    "ﷺ ﷽",
    "İ",
    "ß",
    "ŉ",
    "1,2,3.4.5",
    "..1",
    "1..",
    "()",
    "Jr",
    "Jr, Jr",
    "van der",
    "Dr.",
    "\"",
    "'",
    "“",
    "0000-00-00",
    "9999-99-99",
};

static void test_hostile(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(hostile); i++)
        torture(hostile[i]);
    ARENA(work);
    for (size_t i = 0; i < COUNT_OF(hostile); i++) {
        struct buffer many = {.arena = work};
        for (int n = 0; n < 300; n++)
            buffer_text(&many, hostile[i]);
        torture(buffer_string(&many));
    }
}

static void test_naughty_strings(void **state)
{
    (void)state;
    ARENA(work);
    const char *path = shared_path(work, "corpora/text/blns.json");
    if (!path)
        skip();
    struct slice file = shared_read(work, path);
    struct json_fault fault;
    const struct json *list = json_parse(work, file.bytes, file.size, &fault);
    assert_non_null(list);
    assert_true(list->count > 500);
    for (const struct json *item = list->first; item; item = item->next)
        if (item->text && *item->text)
            torture(item->text);
}

static void test_knows(void **state)
{
    (void)state;
    assert_true(standard_knows("email"));
    assert_true(standard_knows("text"));
    assert_false(standard_knows("astrology"));
    for (size_t i = 0; i < dictionary->element_count; i++) {
        const struct element *element = &dictionary->elements[i];
        assert_true(!element->standardiser || standard_knows(element->standardiser));
        assert_true(!element->comparator || match_knows(element->comparator));
        assert_true(golden_knows(element->survivorship));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),       cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_left_alone),   cmocka_unit_test(test_names),
        cmocka_unit_test(test_stated_names), cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_region),       cmocka_unit_test(test_stored),
        cmocka_unit_test(test_hostile),      cmocka_unit_test(test_naughty_strings),
        cmocka_unit_test(test_knows),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
