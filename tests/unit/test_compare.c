/* Who is the same customer, who is not, and what is said about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/people.h"

#define RECORDS 100000 /* in the hub that these stand in */

static struct arena *arena;
static const struct model *model;

enum outcome { MATCH, APART, VETO };

#define ANN "name.given=Ann; name.family=Ashcombe"
#define HOME "; address.street=12 Mill Road; address.city=Ely; address.postcode=CB7 4AA"
#define LINE "; phone=+441353555123"
#define BOX "; email=ashcombes@example.net"

static const struct {
    const char *why, *left, *right;
    enum outcome outcome;
} pairs[] = {
    {"the same in everything", ANN HOME LINE "; birth_date=1978-11-12",
     ANN HOME LINE "; birth_date=1978-11-12", MATCH},
    {"pet form and telephone", "name.given=Robert; name.family=Ashcombe" LINE,
     "name.given=Bob; name.family=Ashcombe" LINE, MATCH},
    {"moved, with name and mailbox the same", ANN HOME "; email=ann.q@example.net",
     ANN "; address.street=3 High St; address.city=Leeds; address.postcode=LS1 1AA"
         "; email=ann.q@example.net",
     MATCH},
    {"names swapped", "name.given=Ashcombe; name.family=Ann; birth_date=1978-11-12",
     ANN "; birth_date=1978-11-12", MATCH},
    {"day and month swapped", ANN HOME "; birth_date=1978-11-12",
     ANN HOME "; birth_date=1978-12-11", MATCH},
    {"slips in name and date",
     "name.given=Annabel; name.family=Ashcombe" HOME "; birth_date=1978-11-12",
     "name.given=Anabel; name.family=Ashcomb" HOME "; birth_date=1978-11-13", MATCH},
    {"maiden name known",
     "name.given=Ann; name.family=Ashcombe; name.former=Zellweger; birth_date=1978-11-12",
     "name.given=Ann; name.family=Zellweger; birth_date=1978-11-12", MATCH},
    {"maiden name as middle name",
     "name.given=Ann; name.middle=Zellweger; name.family=Ashcombe; birth_date=1978-11-12",
     "name.given=Ann; name.family=Zellweger; birth_date=1978-11-12", MATCH},
    {"goes by the second given name",
     "name.given=Zoltan; name.middle=Rupert; name.family=Ashcombe; birth_date=1978-11-12",
     "name.given=Rupert; name.family=Ashcombe; birth_date=1978-11-12", MATCH},
    {"family name first", "name.full=Nguyen Van Tuan; birth_date=1978-11-12",
     "name.given=Tuan; name.family=Nguyen; birth_date=1978-11-12", MATCH},
    {"double name", "name.given=Ann; name.family=Ashcombe-Zellweger; birth_date=1978-11-12",
     ANN "; birth_date=1978-11-12", MATCH},
    {"an identifier of which one has one",
     "name.given=A; name.family=Ashcombe; identifier[ssn]=123-45-6781",
     ANN "; identifier[ssn]=123456781", MATCH},
    {"full names, one with a comma", "name.full=Ashcombe, Ann; birth_date=1978-11-12",
     "name.full=Ann Ashcombe; birth_date=1978-11-12", MATCH},
    {"companies", "name.organization=Zellweger Tool Works Ltd" LINE,
     "name.organization=Zellweger Tool Works Limited" LINE, MATCH},
    {"a name that may be a company's, and that company", "name.full=Zoltana Tooling" LINE,
     "name.organization=Zoltana Tooling Ltd" LINE, MATCH},
    {"pet form with a slip", "name.given=Maggie; name.family=Ashcombe; phone=+61474785248",
     "name.given=Mragaret; name.family=Ashcombe; phone=+61474785248", MATCH},

    {"a number with two figures in the other order, in records of one home that lack a birth date",
     "name.given=Flynn; name.family=Ashcombe; identifier[ssn]=242738791" HOME,
     "name.given=Peter; name.family=Ashcombe; identifier[ssn]=242378791" HOME, MATCH},
    {"one figure wrong at the end of a number, and the birth date another",
     ANN HOME "; birth_date=1948-02-03; identifier[ssn]=123456781",
     ANN HOME "; birth_date=1979-07-21; identifier[ssn]=123456782", MATCH},
    {"a given name badly damaged",
     "name.given=Harvey; name.family=Ashcombe; phone=+61474785248; birth_date=1978-11-12",
     "name.given=Haey; name.family=Ashcombe; phone=+61474785248; birth_date=1978-11-12", MATCH},

    {"sisters of whom the number is counted on",
     "name.given=Olivia; name.family=Ashcombe; identifier[medicare]=242738791" HOME,
     "name.given=Harriet; name.family=Ashcombe; identifier[medicare]=2427387912" HOME, APART},
    {"people of one surname whose mailboxes are numbered",
     "name.given=Hans; name.family=Mueller; email=mueller1@example.net",
     "name.given=Hanna; name.family=Mueller; email=mueller2@example.net", APART},
    {"one name, another surname, next door",
     "name.given=Hans; name.family=Weiss; address.street=17 Haupt St; address.city=Bonn",
     "name.given=Hans; name.family=Schmidt; address.street=18 Haupt St; address.city=Bonn", APART},
    {"one name in one town",
     "name.given=John; name.family=Smith; address.city=Ely; address.postcode=CB7 4AA",
     "name.given=John; name.family=Smith; address.city=Ely; address.postcode=CB7 4AA", APART},
    {"twins called Anna and Hanna",
     "name.given=Anna; name.family=Ashcombe" HOME LINE BOX "; birth_date=1978-11-12",
     "name.given=Hanna; name.family=Ashcombe" HOME LINE BOX "; birth_date=1978-11-12", APART},
    {"twins called Jan and Jana",
     "name.given=Jan; name.family=Ashcombe" HOME LINE "; birth_date=1978-11-12",
     "name.given=Jana; name.family=Ashcombe" HOME LINE "; birth_date=1978-11-12", APART},
    {"twins called Marie and Maria, whose numbers follow each other",
     "name.given=Marie; name.family=Ashcombe" HOME
     "; birth_date=1978-11-12; identifier[ssn]=123456781",
     "name.given=Maria; name.family=Ashcombe" HOME
     "; birth_date=1978-11-12; identifier[ssn]=123456782",
     APART},
    {"nothing but a common name", "name.given=John; name.family=Smith",
     "name.given=John; name.family=Smith", APART},
    {"twins", ANN HOME LINE BOX "; birth_date=1978-11-12",
     "name.given=Olivia; name.family=Ashcombe" HOME LINE BOX "; birth_date=1978-11-12", APART},
    {"twins whose names begin alike",
     "name.given=Marlene; name.family=Ashcombe" HOME LINE "; birth_date=1978-11-12",
     "name.given=Marcus; name.family=Ashcombe" HOME LINE "; birth_date=1978-11-12", APART},
    {"husband and wife", ANN HOME LINE BOX "; birth_date=1978-11-12",
     "name.given=Peter; name.family=Ashcombe" HOME LINE BOX "; birth_date=1976-02-03", APART},
    {"husband and wife, of whom no birth date is known", ANN HOME LINE BOX,
     "name.given=Peter; name.family=Ashcombe" HOME LINE BOX, APART},
    {"father and son of one name",
     "name.given=Peter; name.family=Ashcombe" HOME LINE "; birth_date=1948-02-03",
     "name.given=Peter; name.family=Ashcombe" HOME LINE "; birth_date=1979-07-21", APART},
    {"only a mailbox", "name.given=Ann; name.family=Ashcombe; email=info@example.net",
     "name.given=Peter; name.family=Zellweger; email=info@example.net", APART},
    {"only a telephone", ANN LINE, "name.given=Peter; name.family=Zellweger" LINE, APART},
    {"only the telephone that both called from", "phone?=+61474785248", "phone?=+61474785248",
     APART},
    {"two who called from one telephone", ANN "; phone?=+61474785248",
     "name.given=Peter; name.family=Ashcombe; phone?=+61474785248", APART},
    {"called from a telephone that is another's", "name.given=Peter; phone?=+61474785248",
     ANN "; phone=+61474785248", APART},
    {"called from elsewhere", ANN HOME "; phone?=+61474785248", ANN HOME LINE, MATCH},
    {"called from somewhere, and says that it is his",
     "name.given=Robert; name.family=Ashcombe; phone?=+61474785248; phone=+61474785248",
     "name.given=Bob; name.family=Ashcombe; phone=+61474785248", MATCH},
    {"a number that is nobody's", ANN "; phone=+440000000000; birth_date=1978-11-12",
     "name.given=Peter; name.family=Zellweger; phone=+440000000000; birth_date=1980-01-02", APART},
    {"placeholders",
     "name.given=Ann; name.family=Unknown; birth_date=1900-01-01; email=test@example.net; "
     "phone=9999999",
     "name.given=Ann; name.family=Unknown; birth_date=1900-01-01; email=test@example.net; "
     "phone=9999999",
     APART},
    {"different identifiers of which one has one",
     "name.given=John; name.family=Smith; identifier[ssn]=123-45-6781" HOME,
     "name.given=John; name.family=Smith; identifier[ssn]=987-65-4329" HOME, APART},
    {"branches of a company",
     "name.organization=Zellweger Tools; address.street=1 Mill Road; address.city=Ely",
     "name.organization=Zellweger Tools; address.street=9 High Street; address.city=Leeds; "
     "phone=+441353555123",
     APART},

    {"Jr and Sr", "name.given=Peter; name.family=Ashcombe; name.suffix=Sr" HOME LINE,
     "name.given=Peter; name.family=Ashcombe; name.suffix=Jr" HOME LINE, VETO},
    {"suffix within the name", "name.given=Peter; name.family=Ashcombe Jr" HOME,
     "name.full=Peter Ashcombe Senior" HOME, VETO},
    {"the first and the second", "name.given=Peter; name.middle=I; name.family=Ashcombe",
     "name.given=Peter II; name.family=Ashcombe", VETO},
    {"verified identifiers that differ", ANN HOME "; identifier[passport]!=AB1234567",
     ANN HOME "; identifier[passport]!=XY7654321", VETO},
    {"a name that may be a company's, and another company", "name.full=Zoltana Tooling" LINE,
     "name.organization=Fox Ltd" LINE, VETO},
    {"a person and a company", ANN HOME, "name.organization=Ashcombe Ltd" HOME, VETO},
};

static void test_pairs(void **state)
{
    (void)state;
    int32_t match = model_match_weight(model, model_step(model, RECORDS));
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        const struct features *l = person(arena, model, 1, pairs[i].left);
        const struct features *r = person(arena, model, 2, pairs[i].right);
        struct judgement one = compare_records(model, NULL, l, r);
        struct judgement other = compare_records(model, NULL, r, l);
        enum outcome outcome = one.veto ? VETO : one.weight >= match ? MATCH : APART;
        if (outcome != pairs[i].outcome)
            fail_msg("%s: %d of %d%s", pairs[i].why, one.weight, match, one.veto ? ", veto" : "");
        assert_int_equal(one.weight, other.weight);
        assert_int_equal(one.veto, other.veto);
    }
}

/* Of ten million, two that share a common name and the birth date, but no more, are not one without a look. */
static void test_large_hub(void **state)
{
    (void)state;
    const char *john = "name.given=John; name.family=Smith; birth_date=1978-11-12; address.city=";
    const struct features *l = person(arena, model, 1, arena_printf(arena, "%sEly", john));
    const struct features *r = person(arena, model, 2, arena_printf(arena, "%sLeeds", john));
    int32_t weight = compare_records(model, NULL, l, r).weight;
    assert_true(weight < model_match_weight(model, model_step(model, 10000000)));
    assert_true(weight > model_match_weight(model, model_step(model, 10000)));
}

/* What is packed and unpacked weighs the same. */
static void test_packed_pairs(void **state)
{
    (void)state;
    struct error err;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        const struct features *l = person(arena, model, 1, pairs[i].left);
        const struct features *r = person(arena, model, 2, pairs[i].right);
        const struct features *packed_l = features_unpack(arena, 1, features_pack(arena, l), &err);
        const struct features *packed_r = features_unpack(arena, 2, features_pack(arena, r), &err);
        assert_non_null(packed_l);
        assert_non_null(packed_r);
        assert_int_equal(compare_records(model, NULL, l, r).weight,
                         compare_records(model, NULL, packed_l, packed_r).weight);
    }
}

static const struct reason *reason_of(const struct explanation *explanation, const char *element)
{
    for (size_t i = 0; i < explanation->count; i++)
        if (strcmp(explanation->reasons[i].element, element) == 0)
            return &explanation->reasons[i];
    return NULL;
}

static const struct {
    const char *left, *right, *element, *level, *words;
} reasons[] = {
    {ANN, ANN, "family", "exact", "same rare surname"},
    {"name.family=Smith", "name.family=Smith", "family", "exact", "same common surname"},
    {"name.given=Bob", "name.given=Robert", "given", "nickname",
     "short or pet form of the same given name"},
    {"birth_date=1978-11-12", "birth_date=1978-11-17", "birth_date", "digit",
     "born one digit apart"},
    {"birth_date=1978", "birth_date=1978-11-17", "birth_date", "to-year",
     "born the same year, the day being unknown"},
    {"name.family=Lee; name.suffix=Jr", "name.family=Lee; name.suffix=Sr", "veto", "veto",
     "different generation suffix: veto"},
    {ANN HOME LINE BOX, "name.given=Peter; name.family=Ashcombe" HOME LINE BOX, "household",
     "shared", "little tells them from two people of one household"},
    {"phone?=+441353555123", "phone=+441353555123", "phone", "exact",
     "same telephone number, but a call came from it, no more"},
    {"phone?=+441353555123", "phone=+441353555124", "phone", "missing", "nothing to compare"},
    {"phone=+441353555123", "phone=+441353455123", "phone", "close",
     "telephone numbers one digit apart"},
    {"phone=+441353555123", "phone=+441353555132", "phone", "close",
     "telephone numbers one digit apart"},
    {"phone=+441353555123", "phone=+441353555124", "phone", "neighbour",
     "telephone numbers next to each other"},
    {ANN "; email=ann.ashcombe@example.net", ANN "; email=ann.ashcombe@example.net", "email",
     "personal", "same e-mail address, named after the person"},
    {"email=mueller1@example.net", "email=mueller2@example.net", "email", "different",
     "different e-mail addresses"},
    {"email=mueller1@example.net", "email=muelller1@example.net", "email", "close",
     "e-mail addresses a slip apart"},
    {ANN HOME, ANN "; address.street=13 Mill Road; address.city=Ely", "address", "neighbour",
     "same street, another number"},
    {ANN HOME, ANN "; address.street=21 Mill Road; address.city=Ely", "address", "close",
     "addresses a slip apart"},
    {ANN HOME, ANN "; address.street=12 Mill Road; address.city=Ely; address.postcode=CB9 9ZZ",
     "address", "close", "addresses a slip apart"},
    {"name.given=Anna", "name.given=Hanna", "given", "another", "another given name"},
    {"name.given=Eliza", "name.given=Elzia", "given", "close", "given names a slip apart"},
    {"name.given=Thomas", "name.given=Thxqzs", "given", "damaged",
     "given names that may be one, badly spelt"},
    {"name.given=Darlene", "name.given=Darlezza", "given", "different", "different given names"},
    {"name.given=Sara", "name.given=Sarah", "given", "nickname",
     "short or pet form of the same given name"},
    {ANN, ANN, "namesake", "alone", "nothing but the name agrees"},
    {"birth_date=1978-11-12", "birth_date=1979-12-13", "birth_date", "near",
     "birth dates two digits or a step apart"},
    {"email=ann.q1@example.net", "email=ann.q1@example.com", "email", "local",
     "same mailbox name at another provider"},
    {ANN "; email=ann.ashcombe@example.net", ANN "; email=ann.ashcombe@example.com", "email",
     "spelled", "e-mail addresses alike because they spell the name"},
    {ANN, "email=ann@example.net", "given", "missing", "nothing to compare"},
    {ANN HOME, ANN "; address.street=12 Mill Rd; address.postcode=CB7 4AA", "address", "exact",
     "same address"},
    {ANN HOME, ANN "; address.line=12 Mill Rd, Ely CB7 4AA", "address", "exact", "same address"},
    {ANN HOME, ANN "; address.street=12 Mill Rd, Flat 3; address.city=Ely", "address", "exact",
     "same address"},
};

static void test_reasons(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(reasons); i++) {
        struct explanation explanation;
        explain_records(arena, model, NULL, person(arena, model, 1, reasons[i].left),
                        person(arena, model, 2, reasons[i].right), &explanation);
        const struct reason *reason = reason_of(&explanation, reasons[i].element);
        if (!reason || strcmp(reason->level, reasons[i].level) != 0)
            fail_msg("%zu: %s of %s, not %s", i, reason ? reason->level : "nothing",
                     reasons[i].element, reasons[i].level);
        else
            assert_int_equal(strncmp(reason->words, reasons[i].words, strlen(reasons[i].words)), 0);
    }
}

/* The reasons add up to the judgement. */
static void test_reasons_add_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        const struct features *l = person(arena, model, 1, pairs[i].left);
        const struct features *r = person(arena, model, 2, pairs[i].right);
        struct explanation explanation;
        int32_t sum = 0;
        explain_records(arena, model, NULL, l, r, &explanation);
        for (size_t k = 0; k < explanation.count; k++)
            sum += explanation.reasons[k].weight + explanation.reasons[k].frequency;
        assert_int_equal(sum, explanation.judgement.weight);
        assert_int_equal(sum, compare_records(model, NULL, l, r).weight);
    }
}

/* The number that a call came from is a key: so he is found. */
static void test_evidence_is_a_key(void **state)
{
    (void)state;
    const struct blocking_key *keys, *others;
    size_t count =
        blocking_keys(arena, model, person(arena, model, 1, "phone?=+61474785248"), &keys);
    size_t more =
        blocking_keys(arena, model, person(arena, model, 2, "phone=+61474785248"), &others);
    assert_int_equal(count, more);
    assert_true(count > 0);
    assert_true(keys[0].key == others[0].key);
}

/* A telephone that too many share says little; the same without it says as much as ever. */
static void test_generic(void **state)
{
    (void)state;
    const struct features *l = person(arena, model, 1, ANN LINE);
    const struct features *r =
        person(arena, model, 2, "name.given=Ann; name.family=Zellweger" LINE);
    struct generic_keys generic = {.keys.arena = arena};
    const struct blocking_key *keys;
    size_t count = blocking_keys(arena, model, l, &keys);
    int32_t before = compare_records(model, &generic, l, r).weight;
    for (size_t i = 0; i < count; i++)
        if (strcmp(blocking_name(model, keys[i].type), "phone") == 0)
            map_put(&generic.keys, (uint64_t)keys[i].key, &generic);
    assert_int_equal(generic.keys.count, 1);
    assert_true(compare_records(model, &generic, l, r).weight < before - 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_packed_pairs),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_reasons_add_up),
        cmocka_unit_test(test_large_hub),
        cmocka_unit_test(test_generic),
        cmocka_unit_test(test_evidence_is_a_key),
    };
    ARENA(process);
    arena = process;
    model = people_model(process, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
