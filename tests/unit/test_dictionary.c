#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/file.h"
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

/* Every class, with what names its things: elements of an identity, then those that must agree. */
static const struct {
    const char *name, *identities;
} classes[] = {
    {"customer", ""},
    {"household", "system number"},
    {"product", "vin; serial (maker model); system number"},
    {"transaction", "system number (kind); number date amount (kind currency)"},
    {"interaction", "system number"},
    {"case", "system number"},
    {"registration", "system number"},
    {"campaign", "code"},
    {"offer", "code"},
    {"consent", ""},
    {"loyalty", "scheme number"},
    {"employee", "number"},
};

static void add_paths(struct buffer *out, const struct element *const *elements, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_printf(out, "%s%s", i ? " " : "", elements[i]->path);
}

static const char *identities_of(struct arena *arena, const struct object_class *class)
{
    struct buffer out = {.arena = arena};
    for (size_t i = 0; i < class->identity_count; i++) {
        const struct identity *identity = &class->identities[i];
        buffer_text(&out, i ? "; " : "");
        add_paths(&out, identity->of, identity->count);
        if (!identity->agree_count)
            continue;
        buffer_text(&out, " (");
        add_paths(&out, identity->agree, identity->agree_count);
        buffer_char(&out, ')');
    }
    return buffer_string(&out);
}

static void classes_say_what_names_a_thing(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = NULL};
    const struct dictionary *dictionary = load(work, NULL, &findings);
    assert_int_equal(findings.warnings, 0); /* no synonym stands for two elements of a class */
    assert_int_equal(dictionary->class_count, COUNT_OF(classes));
    for (size_t i = 0; i < COUNT_OF(classes); i++) {
        const struct object_class *class = &dictionary->classes[i];
        assert_string_equal(class->name, classes[i].name);
        assert_string_equal(identities_of(work, class), classes[i].identities);
        assert_true(text_length(class->definition) > 50);
        assert_true(*class->label >= 'A' && *class->label <= 'Z');
        assert_true(*class->steward);
    }
}

/* What systems and scripts can count on, besides the customer's elements. */
static const char *const also_promised[] = {
    "household.name",
    "household.size",
    "product.vin",
    "product.serial",
    "product.plate",
    "product.cost",
    "product.currency",
    "transaction.kind",
    "transaction.reason",
    "transaction.amount",
    "transaction.margin",
    "transaction.campaign",
    "transaction.employee",
    "transaction.line.number",
    "transaction.line.product",
    "transaction.line.sku",
    "transaction.line.price",
    "transaction.line.amount",
    "interaction.channel",
    "interaction.abandoned",
    "interaction.first_answer",
    "interaction.score",
    "case.opened",
    "case.resolved",
    "case.resolution",
    "registration.dealer",
    "registration.purchase_date",
    "registration.end_date",
    "campaign.list_bought",
    "campaign.list_expiry",
    "campaign.cost",
    "offer.price",
    "consent.purpose",
    "consent.state",
    "consent.evidence",
    "loyalty.scheme",
    "loyalty.points",
    "employee.quota",
    "transaction.line.description",
    "transaction.line.quantity",
};

static bool is_used(const struct dictionary *dictionary, const struct domain *domain)
{
    for (size_t i = 0; i < dictionary->element_count; i++)
        if (dictionary->elements[i].domain == domain)
            return true;
    return false;
}

/* What PostgreSQL takes for its own words cannot be a column without quotes. */
static bool is_reserved(const char *word)
{
    static const char *const words[] = {
        "all",   "analyse", "and",   "any",     "array",  "as",     "asc",  "both",
        "case",  "cast",    "check", "collate", "column", "desc",   "do",   "else",
        "end",   "for",     "from",  "grant",   "group",  "having", "in",   "into",
        "left",  "like",    "limit", "not",     "null",   "offset", "on",   "only",
        "or",    "order",   "right", "select",  "some",   "table",  "then", "to",
        "union", "unique",  "user",  "using",   "when",   "where",  "with",
    };
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (text_equal(words[i], word))
            return true;
    return false;
}

static void every_element_is_described(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = NULL};
    const struct dictionary *dictionary = load(work, NULL, &findings);
    for (size_t i = 0; i < COUNT_OF(also_promised); i++)
        if (!dictionary_element(dictionary, also_promised[i]))
            fail_msg("there is no '%s'", also_promised[i]);
    for (size_t i = 0; i < dictionary->element_count; i++) {
        const struct element *element = &dictionary->elements[i];
        size_t synonyms = 0;
        while (element->synonyms[synonyms])
            synonyms++;
        bool described = text_length(element->definition) > 20 &&
                         text_ends(element->definition, ".") && *element->label &&
                         *element->steward && text_equal(element->status, "standard");
        if (!described || synonyms < 2 || is_reserved(element->column))
            fail_msg("'%s' lacks something", element->name);
    }
    for (size_t i = 0; i < dictionary->domain_count; i++)
        if (!is_used(dictionary, dictionary->domains[i]))
            fail_msg("no element has the domain '%s'", dictionary->domains[i]->name);
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

static void a_site_refines_it(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = work};
    static const char site[] =
        "<dictionary xmlns='urn:axle:dictionary:1'>\n"
        "<refine of='customer.status' domain='few' label='Stage' steward='Club' "
        "synonyms='phase'/>\n"
        "<refine of='customer.tier' domain='rank'/>\n"
        "<refine of='product.serial' domain='our_serial' status='candidate' version='2'/>\n"
        "<refine of='interaction.score' domain='five' retention='2y' purpose='survey'/>\n"
        "<refine of='customer.social' sensitivity='sensitive'/>\n"
        "<domain name='few' narrows='status'><code value='customer' label='Client'"
        " synonyms='Kunde'/><code value='former'/></domain>\n"
        "<domain name='rank' narrows='text'><code value='gold' label='Gold'/></domain>\n"
        "<domain name='our_serial' narrows='serial' length='16' check='luhn'/>\n"
        "<domain name='five' narrows='score' maximum='5'/>\n"
        "<class name='customer' label='Client'/>\n"
        "</dictionary>";
    const struct dictionary *dictionary = dictionary_read(
        work, SCHEMA, SHIPPED, "site", (struct slice){site, sizeof(site) - 1}, &findings);
    assert_string_equal(finding_first(work, &findings), "");
    const struct element *status = dictionary_element(dictionary, "customer.status");
    assert_string_equal(status->label, "Stage");
    assert_string_equal(status->steward, "Club");
    assert_string_equal(domain_code(status->domain, "kunde"), "customer");
    assert_string_equal(domain_code(status->domain, "Active"), "customer"); /* as shipped */
    assert_null(domain_code(status->domain, "lead"));
    assert_string_equal(status->domain->permitted[0].label, "Client");
    assert_string_equal(status->domain->permitted[1].label, "Former");
    assert_int_equal(status->domain->length_most, 20);
    const struct element *tier = dictionary_element(dictionary, "customer.tier");
    assert_string_equal(tier->standardiser, "code");
    assert_string_equal(tier->label, "Tier");
    const struct element *serial = dictionary_element(dictionary, "product.serial");
    assert_string_equal(serial->domain->check, "luhn");
    assert_string_equal(serial->standardiser, "identifier");
    assert_string_equal(serial->status, "candidate");
    assert_string_equal(serial->version, "2");
    const struct element *score = dictionary_element(dictionary, "interaction.score");
    assert_string_equal(score->domain->minimum, "1");
    assert_string_equal(score->domain->maximum, "5");
    assert_string_equal(score->retention, "2y");
    assert_int_equal(dictionary_element(dictionary, "customer.social")->sensitivity,
                     SENSITIVITY_SENSITIVE);
    assert_string_equal(dictionary_class(dictionary, "customer")->label, "Client");
}

static void memory_and_file_are_one(void **state)
{
    (void)state;
    ARENA(work);
    static const char site[] = "<dictionary xmlns='urn:axle:dictionary:1'>\n"
                               "<class name='offer' steward='Sales'/></dictionary>";
    struct findings findings = {.arena = work};
    const struct slice text = {site, sizeof(site) - 1}, none = {NULL, 0};
    const struct dictionary *file = load(work, scratch_file(work, site), &findings);
    const struct dictionary *memory =
        dictionary_read(work, SCHEMA, SHIPPED, "site", text, &findings);
    assert_string_equal(file->hash, memory->hash);
    assert_string_equal(dictionary_class(memory, "offer")->steward, "Sales");
    assert_string_equal(dictionary_read(work, SCHEMA, SHIPPED, "", none, &findings)->hash,
                        load(work, NULL, &findings)->hash);
    assert_null(dictionary_read(work, SCHEMA, SHIPPED, "site", (struct slice){"<dictionary/>", 13},
                                &findings));
    assert_true(text_starts(finding_first(work, &findings), "site:1:1: "));
}

/* The example of the README is one. */
static void the_example_is_right(void **state)
{
    (void)state;
    ARENA(work);
    struct slice readme;
    struct error err;
    struct findings findings = {.arena = work};
    assert_true(file_read(work, "schemas/README.md", 1 << 20, &readme, &err));
    const char *start = strstr(readme.bytes, "<dictionary ");
    const char *end = start ? strstr(start, "```") : NULL;
    assert_non_null(end);
    const char *example = arena_strndup(work, start, (size_t)(end - start));
    const struct dictionary *dictionary = dictionary_read(
        work, SCHEMA, SHIPPED, "README.md", (struct slice){example, strlen(example)}, &findings);
    assert_string_equal(finding_first(work, &findings), "");
    assert_int_equal(findings.warnings, 0);
    const struct element *tier = dictionary_element(dictionary, "customer.tier");
    assert_string_equal(domain_code(tier->domain, "plat"), "platinum");
    assert_string_equal(dictionary_element(dictionary, "customer.shoe_size")->standardiser,
                        "number");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_shipped_dictionary),
        cmocka_unit_test(classes_say_what_names_a_thing),
        cmocka_unit_test(every_element_is_described),
        cmocka_unit_test(code_lists_know_what_sources_write),
        cmocka_unit_test(a_site_extends_it),
        cmocka_unit_test(a_site_refines_it),
        cmocka_unit_test(memory_and_file_are_one),
        cmocka_unit_test(the_example_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
