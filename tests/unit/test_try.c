#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/trial/try.h"
#include "tests/unit/shared.h"

struct tally {
    struct buffer lines, rejects;
    size_t line_count, reject_count, flagged;
};

static void take_line(void *to, const char *json)
{
    struct tally *tally = to;
    tally->line_count++;
    tally->flagged += strstr(json, "\"flags\":[") != NULL;
    if (tally->line_count <= 10)
        buffer_printf(&tally->lines, "%s\n", json);
}

static void take_reject(void *to, const char *json)
{
    struct tally *tally = to;
    tally->reject_count++;
    if (tally->reject_count <= 10)
        buffer_printf(&tally->rejects, "%s\n", json);
}

static void try(struct arena *work, const char *mapping_file, struct slice file,
                struct tally *tally)
{
    struct findings findings = {.arena = work};
    const struct dictionary *dictionary =
        dictionary_load(work, "schemas/dictionary.xsd", "schemas/dictionary.xml", NULL, &findings);
    const struct mapping *mapping =
        mapping_load(work, dictionary, "schemas/source.xsd", mapping_file, &findings);
    assert_string_equal(finding_first(work, &findings), "");
    *tally = (struct tally){.lines = {.arena = work}, .rejects = {.arena = work}};
    mapping_try(dictionary, mapping, file,
                &(struct try_output){.line = take_line, .reject = take_reject, .to = tally});
}

/* The case that comes with a caller. */
#define CASE(key)                                                                    \
    ",{\"class\":\"case\",\"key\":\"" key "\",\"part\":\"case\",\"values\":{"        \
    "\"case.system\":[\"callcenter\"],\"case.number\":[\"" key                       \
    "\"],\"case.channel\":[\"phone\"]},"                                             \
    "\"relations\":[{\"role\":\"customer\",\"source\":\"callcenter\",\"key\":\"" key \
    "\",\"part\":\"\"}]}"

static void says_what_each_line_becomes(void **state)
{
    (void)state;
    ARENA(work);
    static const char csv[] = "case_id,caller_name,phone,alt_phone,address,dob,opened\n"
                              "C1,Ann Lee,(03) 9123 4567,,,31/12/1978,\n"
                              ",Bob,,,,,\n"
                              "C3,,,,,30/02/1980,\n"
                              "C4,\"Cas,,,,,\n"
                              "C5,,,,,,\n";
    struct tally tally;
    try(work, "mappings/callcenter.xml", (struct slice){csv, strlen(csv)}, &tally);
    assert_string_equal(
        buffer_string(&tally.lines),
        "{\"line\":2,\"records\":[{\"class\":\"customer\",\"key\":\"C1\",\"part\":\"\",\"values\":{"
        "\"customer.name.full\":[\"Ann Lee\"],\"customer.phone\":[\"+61391234567\"],"
        "\"customer.birth_date\":[\"1978-12-31\"],\"customer.name.given\":[\"Ann\"],"
        "\"customer.name.family\":[\"Lee\"],\"customer.kind\":[\"person\"]}}" CASE(
            "C1") "]}\n"
                  "{\"line\":4,\"records\":[{\"class\":\"customer\",\"key\":\"C3\",\"part\":\"\","
                  "\"values\":{"
                  "\"customer.birth_date\":[\"30/02/"
                  "1980\"]},\"flags\":[{\"element\":\"customer.birth_date\","
                  "\"code\":\"date\",\"value\":\"30/02/1980\"}]}" CASE(
                      "C3") "]}\n"
                            "{\"line\":6,\"records\":[{\"class\":\"customer\",\"key\":\"C5\","
                            "\"part\":\"\",\"values\":{"
                            "}}" CASE("C5") "]}\n");
    assert_string_equal(
        buffer_string(&tally.rejects),
        "{\"line\":3,\"column\":1,\"stage\":\"map\",\"code\":\"no-key\",\"message\":"
        "\"no key: the field 'case_id' is empty or missing\"}\n"
        "{\"line\":5,\"column\":4,\"stage\":\"decode\",\"code\":\"quote\",\"message\":"
        "\"the quote never closes\"}\n");
}

static void shows_nothing_that_is_dropped(void **state)
{
    (void)state;
    ARENA(work);
    static const char text[] = "<source xmlns=\"urn:axle:source:1\" name=\"s\" connector=\"web\">"
                               "<from><push/></from><format><csv/></format><drop field=\"b\"/>"
                               "<record class=\"customer\" key=\"a\"><value "
                               "of=\"customer.name.given\" from=\"b\"/></record></source>";
    static const char csv[] = "a,b\n1,Ann\n2,\"Bob\n";
    struct findings findings = {.arena = work};
    const struct dictionary *dictionary =
        dictionary_load(work, "schemas/dictionary.xsd", "schemas/dictionary.xml", NULL, &findings);
    const struct mapping *mapping = mapping_read(work, dictionary, "schemas/source.xsd", "s.xml",
                                                 (struct slice){text, strlen(text)}, &findings);
    assert_non_null(mapping);
    struct tally tally = {.lines = {.arena = work}, .rejects = {.arena = work}};
    mapping_try(dictionary, mapping, (struct slice){csv, strlen(csv)},
                &(struct try_output){.line = take_line, .reject = take_reject, .to = &tally});
    assert_string_equal(buffer_string(&tally.lines),
                        "{\"line\":2,\"records\":[{\"class\":\"customer\",\"key\":\"1\",\"part\":"
                        "\"\",\"values\":{}}]}"
                        "\n");
    assert_int_equal(tally.reject_count, 1);
}

static void public_sets_map_without_loss(void **state)
{
    (void)state;
    static const struct {
        const char *data, *mapping;
        size_t records;
    } sets[] = {
        {"data/febrl1/records.csv", "febrl1", 1000},
        {"data/febrl2/records.csv", "febrl2", 5000},
        {"data/febrl3/records.csv", "febrl3", 5000},
        {"data/dsgen_A_1000/records.csv", "dsgen_A_1000", 1000},
        {"data/dsgen_C_1000/records.csv", "dsgen_C_1000", 1000},
        {"data/fake_1000/records.csv", "fake_1000", 1000},
        {"data/RLdata500/records.csv", "RLdata500", 500},
        {"data/senzing_truthset/customers.csv", "customers", 120},
        {"data/senzing_truthset/reference.csv", "reference", 22},
        {"data/senzing_truthset/watchlist.csv", "watchlist", 17},
    };
    for (size_t i = 0; i < COUNT_OF(sets); i++) {
        ARENA(work);
        const char *path = shared_path(work, sets[i].data);
        if (!path)
            continue;
        struct tally tally;
        const char *mapping = arena_printf(work, "tests/accuracy/mappings/%s.xml", sets[i].mapping);
        try(work, mapping, shared_read(work, path), &tally);
        assert_int_equal(tally.line_count, sets[i].records);
        assert_int_equal(tally.reject_count, 0);
        assert_true(tally.flagged * 3 < sets[i].records);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_each_line_becomes),
        cmocka_unit_test(shows_nothing_that_is_dropped),
        cmocka_unit_test(public_sets_map_without_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
