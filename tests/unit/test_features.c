/* What of a record is compared: parts, forms, placeholders; and its packed form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/match/features.h"
#include "tests/unit/people.h"

static struct arena *arena;
static const struct model *model;

static const struct {
    const char *said;
    enum slot slot;
    const char *terms; /* separated by '|' */
} cases[] = {
    {"name.given=Jürgen", SLOT_GIVEN, "jurgen"},
    {"name.given=Ann; name.family=Lee", SLOT_FAMILY, "lee"},
    {"name.full=Lee, Ann Mary", SLOT_GIVEN, "ann"},
    {"name.full=Lee, Ann Mary", SLOT_FAMILY, "lee"},
    {"name.full=Ann Lee; name.given=Ann; name.family=Lee", SLOT_GIVEN, "ann"},
    {"name.given=Ann; name.family=Lee; name.former=Fox", SLOT_FAMILY, "lee|fox"},
    {"name.given=Ann; name.family=Lee; name.nickname=Nan", SLOT_GIVEN, "ann|nan"},
    {"name.given=Ann; name.family=Dobbins Jr", SLOT_FAMILY, "dobbins"},
    {"name.given=Dr Ann", SLOT_GIVEN, "ann"},
    {"name.given=Unknown; name.family=n/a", SLOT_GIVEN, ""},
    {"name.full=王杰", SLOT_FAMILY, "|wang"},
    {"name.organization=Acme Tools Pty Ltd", SLOT_ORGANIZATION, "acme tools"},
    {"name.family=Acme & Sons P/L", SLOT_ORGANIZATION, "acme sons"},
    {"name.family=Acme & Sons P/L", SLOT_FAMILY, ""},
    {"name.full=Craigieburn Cabinets; employer=Craigieburn Cabinets", SLOT_GIVEN, ""},
    {"name.full=Craigieburn Cabinets", SLOT_ORGANIZATION, "craigieburn cabinets"},
    {"name.full=Ann Cabinets", SLOT_ORGANIZATION, ""},
    {"kind=person; name.full=Craigieburn Cabinets", SLOT_ORGANIZATION, ""},
    {"birth_date=1980-01-01", SLOT_BIRTH, ""},
    {"birth_date=1987-01-01", SLOT_BIRTH, "19870101"},
    {"address.city=Ely; address.postcode=0000", SLOT_POSTCODE, ""},
    {"name.organization=Durand S.A.R.L.", SLOT_ORGANIZATION, "durand"},
    {"name.organization=The Durand Works p. l.", SLOT_ORGANIZATION, "durand works"},
    {"name.organization=I.B.M. Corp.", SLOT_ORGANIZATION, "ibm"},
    {"name.full=Nguyen Van Tuan", SLOT_FAMILY, "nguyen"},
    {"name.full=Wang Xiaoming", SLOT_GIVEN, "xiaoming"},
    {"name.full=Jordan Smith", SLOT_FAMILY, "smith"},
    {"employer=Acme Inc.", SLOT_EMPLOYER, "acme"},
    {"birth_date=1978-11-12", SLOT_BIRTH, "19781112"},
    {"birth_date=1978-11", SLOT_BIRTH, "197811"},
    {"birth_date=1900-01-01", SLOT_BIRTH, ""},
    {"birth_date=1978-11-12; birth_date=1978-11-12", SLOT_BIRTH, "19781112"},
    {"email=Ann.Lee+shop@Example.net", SLOT_EMAIL, "ann.lee@example.net"},
    {"email=test@example.net", SLOT_EMAIL, ""},
    {"email=noemail@example.net", SLOT_EMAIL, ""},
    {"phone=+1 702 919-1300", SLOT_PHONE, "17029191300"},
    {"phone=000-0000", SLOT_PHONE, ""},
    {"phone=9999999", SLOT_PHONE, ""},
    {"phone=12345678", SLOT_PHONE, ""},
    {"identifier[ssn]=294-66-9999", SLOT_IDENTIFIER, "294669999"},
    {"identifier[ssn]=000-00-0000", SLOT_IDENTIFIER, ""},
    {"address.street=12 Mill Street", SLOT_STREET, "mill st"},
    {"address.street=12 Mill St.", SLOT_NUMBER, "12"},
    {"address.street=Hardenbergstraße 87", SLOT_STREET, "hardenberg st"},
    {"address.street=Hardenbergstr. 87", SLOT_NUMBER, "87"},
    {"address.street=Rose House 638 Mill Street", SLOT_STREET, "mill st"},
    {"address.street=Flat 3, 12 Mill Street", SLOT_UNIT, "3"},
    {"address.street=Mill Road 12 Park View", SLOT_NUMBER, "12"},
    {"address.street=Kerkstraat 12", SLOT_STREET, "kerk st"},
    {"address.street=Calle Mayor, 118", SLOT_NUMBER, "118"},
    {"address.street=C/ Mayor 118", SLOT_STREET, "mayor"},
    {"address.street=ul. Polna 12/5", SLOT_STREET, "polna"},
    {"address.street=ul. Polna 12/5", SLOT_NUMBER, "12"},
    {"address.street=ul. Polna 12/5", SLOT_UNIT, "5"},
    {"address.street=12 rue du 4 septembre", SLOT_STREET, "rue du 4 septembre"},
    {"address.street=Atatürk Caddesi No: 12", SLOT_NUMBER, "12"},
    {"address.street=Atatürk Cad. No: 12", SLOT_STREET, "ataturk cad"},
    {"address.street=St Johns Road 5", SLOT_STREET, "st johns rd"},
    {"address.street=10/82 Liberty St", SLOT_UNIT, "10"},
    {"address.street=10/82 Liberty St", SLOT_NUMBER, "82"},
    {"address.street=82 Liberty St; address.unit=U10", SLOT_UNIT, "10"},
    {"address.street=1450 N City Rd Suite 900", SLOT_UNIT, "900"},
    {"address.street=PO Box 12987", SLOT_STREET, "pobox"},
    {"address.line=123 Main Street, Las Vegas NV 89132", SLOT_CITY, "las vegas"},
    {"address.line=123 Main Street, Las Vegas NV 89132", SLOT_POSTCODE, "89132"},
    {"address.line=123 Main Street, Las Vegas NV 89132", SLOT_STREET, "main st"},
    {"address.street=Chrysler Building, 405 Lexington Avenue; address.city=New York", SLOT_STREET,
     "lexington ave"},
    {"address.street=n/a", SLOT_STREET, ""},
    {"address.city=Ely; address.postcode=CB7 4AA", SLOT_POSTCODE, "cb74aa"},
    {"address.city@a=Ely; address.city@b=Leeds", SLOT_CITY, "ely|leeds"},
};

static const char *terms_of(const struct features *features, enum slot slot)
{
    struct buffer text = {.arena = arena};
    for (unsigned i = 0; i < term_count(features, slot); i++) {
        if (i)
            buffer_char(&text, '|');
        buffer_text(&text, term_at(features, slot, i)->text);
    }
    return buffer_string(&text);
}

static void test_terms(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *got = terms_of(person(arena, model, 1, cases[i].said), cases[i].slot);
        if (strcmp(got, cases[i].terms) != 0)
            fail_msg("%s: '%s', not '%s'", cases[i].said, got, cases[i].terms);
    }
}

static const struct {
    const char *said;
    unsigned suffix;
} suffixes[] = {
    {"name.family=Lee; name.suffix=Jr", 2},
    {"name.family=Lee Sr", 1},
    {"name.given=Morris II; name.family=Klein", 2},
    {"name.family=Lee", 0},
    {"name.full=Ann Lee, Jr.", 2},
    {"name.family=Lee; name.suffix=III", 3},
};

static void test_suffixes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(suffixes); i++)
        assert_int_equal(person(arena, model, 1, suffixes[i].said)->suffix, suffixes[i].suffix);
}

static void test_pack(void **state)
{
    (void)state;
    struct error err;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct features *made = person(arena, model, 7, cases[i].said);
        struct slice packed = features_pack(arena, made);
        const struct features *read = features_unpack(arena, 7, packed, &err);
        assert_non_null(read);
        assert_int_equal(features_record(read), 7);
        assert_int_equal(read->kind, made->kind);
        assert_int_equal(read->suffix, made->suffix);
        for (int slot = 0; slot < SLOTS; slot++)
            assert_string_equal(terms_of(read, (enum slot)slot), terms_of(made, (enum slot)slot));
    }
}

/* Every cut and every changed byte is read within its bounds: refused, or features that compare. */
static void test_damaged(void **state)
{
    (void)state;
    struct error err;
    const struct features *made =
        person(arena, model, 7,
               "name.given=Ann; name.family=Lee; email=a.b@example.net; birth_date=1978-11-12; "
               "phone=5551234567;"
               "address.street=12 Mill St; address.city=Ely; identifier[ssn]=294-66-9999");
    struct slice packed = features_pack(arena, made);
    for (size_t size = 0; size < packed.size; size++) {
        char *part = malloc(size + 1);
        memcpy(part, packed.bytes, size);
        assert_null(features_unpack(arena, 7, (struct slice){part, size}, &err));
        free(part);
    }
    const char *longer = arena_strndup(arena, packed.bytes, packed.size);
    assert_null(features_unpack(arena, 7, (struct slice){longer, packed.size + 1}, &err));
    for (size_t at = 0; at < packed.size; at++) {
        char *bytes = arena_strndup(arena, packed.bytes, packed.size);
        bytes[at] = (char)(bytes[at] ^ 0x15);
        const struct features *read =
            features_unpack(arena, 7, (struct slice){bytes, packed.size}, &err);
        if (read)
            (void)compare_records(model, NULL, made, read);
        const struct blocking_key *keys;
        if (read)
            (void)blocking_keys(arena, model, read, &keys);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_suffixes),
        cmocka_unit_test(test_pack),
        cmocka_unit_test(test_damaged),
    };
    ARENA(process);
    arena = process;
    model = people_model(process, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
