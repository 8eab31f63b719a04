#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/text.h"
#include "hub/dictionary/dictionary.h"
#include "tests/unit/scratch.h"

#define SCHEMA "schemas/dictionary.xsd"
#define SHIPPED "schemas/dictionary.xml"

static const struct dictionary *load(struct arena *arena, const char *site,
                                     struct findings *findings)
{
    findings->arena = arena;
    return dictionary_load(arena, SCHEMA, SHIPPED, site, findings);
}

static const char *const promised[] = {
    "kind",           "name.full",        "name.prefix",     "name.given",    "name.middle",
    "name.family",    "name.former",      "name.suffix",     "name.nickname", "name.organization",
    "birth_date",     "death_date",       "birth_place",     "sex",           "language",
    "nationality",    "occupation",       "status",          "tier",          "income",
    "acquired_by",    "referred_by",      "email",           "phone",         "address.line",
    "address.street", "address.number",   "address.unit",    "address.city",  "address.district",
    "address.region", "address.postcode", "address.country", "identifier",    "employer",
    "website",        "social",
};

static void reads_the_shipped_dictionary(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = NULL};
    const struct dictionary *dictionary = load(work, NULL, &findings);
    assert_string_equal(finding_first(work, &findings), "");
    assert_non_null(dictionary);
    for (size_t i = 0; i < COUNT_OF(promised); i++) {
        const struct element *element = dictionary_path(dictionary, "customer", promised[i]);
        assert_non_null(element);
        assert_ptr_equal(element, dictionary_element(dictionary, element->name));
        assert_ptr_equal(element, &dictionary->elements[element->id]);
        assert_true(text_length(element->definition) > 20);
    }
    assert_int_equal(dictionary_class(dictionary, "customer")->count, COUNT_OF(promised));
    const struct element *street = dictionary_element(dictionary, "customer.address.street");
    assert_string_equal(street->column, "address_street");
    assert_string_equal(street->composite, "address");
    assert_true(street->many);
    assert_null(dictionary_element(dictionary, "customer.nothing"));
    assert_null(dictionary_class(dictionary, "nothing"));
    assert_int_equal(strlen(dictionary->hash), 64);
}

static void code_lists_know_what_sources_write(void **state)
{
    (void)state;
    static const struct {
        const char *element, *text, *code;
    } cases[] = {
        {"kind", "PERSON", "person"},
        {"kind", "Individual", "person"},
        {"kind", " company ", "organization"},
        {"kind", "business", "organization"},
        {"kind", "horse", NULL},
        {"sex", "M", "male"},
        {"sex", "f", "female"},
        {"sex", "Male", "male"},
        {"sex", "Unknown", "unknown"},
        {"sex", "MÄNNLICH", "male"},
        {"status", "Active", "customer"},
        {"nationality", "usa", "US"},
        {"nationality", "U.S.A.", "US"},
        {"nationality", "uk", "GB"},
        {"nationality", "Deutschland", "DE"},
        {"nationality", "ÖSTERREICH", "AT"},
        {"nationality", "Cote d'Ivoire", "CI"},
        {"nationality", "россия", "RU"},
        {"nationality", "hong kong", "HK"},
        {"nationality", "SGP", "SG"},
        {"nationality", "Atlantis", NULL},
        {"nationality", "", NULL},
        {"nationality", " - ", NULL},
        {"language", "English", "en"},
        {"language", "deu", "de"},
        {"language", "Français", "fr"},
        {"tier", "gold", NULL},
    };
    ARENA(work);
    struct findings findings = {.arena = NULL};
    const struct dictionary *dictionary = load(work, NULL, &findings);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct element *element = dictionary_path(dictionary, "customer", cases[i].element);
        const char *code = domain_code(element->domain, cases[i].text);
        if (!cases[i].code)
            assert_null(code);
        else
            assert_string_equal(code ? code : "none", cases[i].code);
    }
    char endless[2000];
    memset(endless, 'a', sizeof(endless));
    endless[sizeof(endless) - 1] = '\0';
    assert_null(domain_code(dictionary_path(dictionary, "customer", "sex")->domain, endless));
    assert_int_equal(
        dictionary_path(dictionary, "customer", "nationality")->domain->permitted_count, 249);
}

static void a_site_extends_it(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = NULL}, more = {.arena = NULL};
    const struct dictionary *shipped = load(work, NULL, &findings);
    const struct dictionary *same = load(work, "/nonexistent/dictionary.xml", &findings);
    assert_string_equal(shipped->hash, same->hash);
    const char *site = scratch_file(
        work, "<dictionary xmlns='urn:axle:dictionary:1'>\n"
              "<class name='customer'>\n"
              "<element name='shoe_size' label='Shoe size' domain='shoe' sensitivity='personal'"
              " survivorship='recent'><definition>EU size.</definition></element>\n"
              "<composite name='address'><element name='floor' label='Floor' domain='short'"
              " sensitivity='personal' survivorship='union'><definition>Which.</definition>"
              "</element></composite>\n"
              "</class>\n"
              "<domain name='sex'><code value='female' synonyms='donna'/></domain>\n"
              "<domain name='shoe'><code value='42' label='Forty-two'/></domain>\n"
              "</dictionary>");
    const struct dictionary *dictionary = load(work, site, &more);
    assert_string_equal(finding_first(work, &more), "");
    assert_string_not_equal(dictionary->hash, shipped->hash);
    const struct element *shoe = dictionary_element(dictionary, "customer.shoe_size");
    assert_string_equal(domain_code(shoe->domain, "forty two"), "42");
    const struct element *floor = dictionary_element(dictionary, "customer.address.floor");
    assert_true(floor->many);
    assert_string_equal(floor->composite, "address");
    assert_string_equal(
        domain_code(dictionary_element(dictionary, "customer.sex")->domain, "Donna"), "female");
    assert_int_equal(dictionary_class(dictionary, "customer")->count,
                     dictionary_class(shipped, "customer")->count + 2);
}

static void mistakes_have_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *inside, *message;
    } cases[] = {
        {"<class name='customer'><definition>Again.</definition></class>",
         "2:24: the class 'customer' is defined already; only elements can be added to it"},
        {"<class name='boat'/>", "2:1: the class 'boat' needs a <definition>"},
        {"<class name='customer'><element name='email' label='E' domain='text' "
         "sensitivity='public' survivorship='trust'><definition>E.</definition></element></class>",
         "2:33: the element 'customer.email' is defined already; <refine> changes what can be "
         "changed "
         "of it"},
        {"<class name='customer'><element name='name_family' label='E' domain='text' "
         "sensitivity='public' survivorship='trust'><definition>E.</definition></element></class>",
         "2:33: the element 'customer.name_family' would share the column 'name_family' with "
         "another"},
        {"<class name='customer'><element name='x' label='E' domain='texd' "
         "sensitivity='public' survivorship='trust'><definition>E.</definition></element></class>",
         "2:52: there is no domain 'texd'; did you mean 'text'?"},
        {"<class name='customer'><element name='x' label='E' domain='text' "
         "sensitivity='pubic' survivorship='trust'><definition>E.</definition></element></class>",
         "2:66: sensitivity cannot be 'pubic'; it is one of: public, internal, personal, "
         "sensitive; did you mean 'public'?"},
        {"<domain name='sex' length='3'/>",
         "2:1: the domain 'sex' is defined already; only codes can be added to a code list"},
        {"<domain name='sex'><code value='male' label='Man'/></domain>",
         "2:20: the code 'male' is defined already; only synonyms can be added to it"},
        {"<domain name='sex'><code value='male' synonyms='woman'/></domain>",
         "2:39: 'woman' stands for 'female' already, it cannot stand for 'male' too"},
        {"<domain name='sex'><code value='neither'/></domain>",
         "2:20: the new code 'neither' needs a label"},
        {"<domain name='new'><code value='-' label='a'/></domain>",
         "2:26: '-' has no letter or digit, or is too long"},
        {"<clas name='x'/>",
         "2:1: <clas> is not expected here; expected is <class>, <domain> or <refine>; "
         "did you mean <class>?"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        struct findings findings = {.arena = NULL};
        const char *site = scratch_file(
            work,
            arena_printf(work, "<dictionary xmlns='urn:axle:dictionary:1'>\n%s\n</dictionary>",
                         cases[i].inside));
        assert_null(load(work, site, &findings));
        assert_string_equal(finding_first(work, &findings),
                            arena_printf(work, "%s:%s", site, cases[i].message));
        assert_int_equal(findings.errors, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_shipped_dictionary),
        cmocka_unit_test(code_lists_know_what_sources_write),
        cmocka_unit_test(a_site_extends_it),
        cmocka_unit_test(mistakes_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
