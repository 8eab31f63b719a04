#include "hub/profile/suggest.h"

#define NONE TRAITS

/* What the values of an element look like: hard, where most must and nothing else does; else soft, where
 * some suffice, as no table has all names. */
static const struct {
    const char *path;
    enum trait trait, also;
    bool hard;
} looks[] = {
    {"email", TRAIT_EMAIL, NONE, true},
    {"phone", TRAIT_PHONE, NONE, true},
    {"website", TRAIT_URL, NONE, true},
    {"birth_date", TRAIT_DATE, NONE, true},
    {"death_date", TRAIT_DATE, NONE, true},
    {"address.postcode", TRAIT_POSTCODE, NONE, true},
    {"address.region", TRAIT_REGION, NONE, false},
    {"income", TRAIT_NUMBER, NONE, true},
    {"name.prefix", TRAIT_PREFIX, NONE, false},
    {"name.given", TRAIT_GIVEN, NONE, false},
    {"name.middle", TRAIT_GIVEN, NONE, false},
    {"name.nickname", TRAIT_GIVEN, NONE, false},
    {"name.family", TRAIT_FAMILY, NONE, false},
    {"name.former", TRAIT_FAMILY, NONE, false},
    {"name.full", TRAIT_PERSON, TRAIT_COUPLE, false},
    {"name.organization", TRAIT_ORGANIZATION, NONE, false},
    {"employer", TRAIT_ORGANIZATION, NONE, false},
    {"address.line", TRAIT_ADDRESS, TRAIT_STREET, false},
    {"address.street", TRAIT_STREET, TRAIT_ADDRESS, false},
    {"address.unit", TRAIT_UNIT, NONE, false},
    {"address.number", TRAIT_INTEGER, NONE, true},
};

/* A share in thousandths, where at least so many must fit. */
static int hard(unsigned share)
{
    return share >= 700 ? 100 : share >= 400 ? 50 : share >= 150 ? 0 : -100;
}

static int soft(const struct column *column, unsigned share)
{
    bool words = column->share[TRAIT_WORDS] >= 400;
    bool alien = column->share[TRAIT_EMAIL] >= 300 || column->share[TRAIT_DATE] >= 500 ||
                 column->share[TRAIT_URL] >= 300 || column->share[TRAIT_PHONE] >= 500;
    if (alien)
        return -100;
    return share >= 250 ? 100 : share >= 60 ? 50 : words ? 25 : 0;
}

/* What has no look of its own is words, but no number, date or address. */
static int text_evidence(const struct column *column)
{
    if (column->share[TRAIT_EMAIL] >= 300 || column->share[TRAIT_URL] >= 300 ||
        column->share[TRAIT_DATE] >= 500 || column->share[TRAIT_NUMBER] >= 700 ||
        column->share[TRAIT_PHONE] >= 500)
        return -100;
    return column->share[TRAIT_WORDS] >= 600 ? 50 : 0;
}

static int code_evidence(const struct dictionary *dictionary, const struct column *column,
                         const struct element *element)
{
    for (size_t i = 0; i < dictionary->domain_count; i++)
        if (dictionary->domains[i] == element->domain)
            return hard(column->codes[i]);
    return 0;
}

static bool digits_for_name(const struct column *column, const char *path)
{
    bool name = text_starts(path, "name.") || text_equal(path, "employer");
    return name && column->share[TRAIT_INTEGER] >= 500;
}

static int identifier_evidence(const struct column *column)
{
    if (column->share[TRAIT_CODE] >= 400 || column->share[TRAIT_INTEGER] >= 400)
        return 100;
    return column->share[TRAIT_WORDS] >= 500 ? -100 : 0;
}

static int look_evidence(const struct column *column, size_t look)
{
    unsigned share = column->share[looks[look].trait];
    if (looks[look].also != NONE && column->share[looks[look].also] > share)
        share = column->share[looks[look].also];
    if (digits_for_name(column, looks[look].path))
        return -100;
    if (looks[look].hard)
        return hard(share);
    return share >= 250 ? 100 : soft(column, share);
}

static bool is_customer(const struct element *element)
{
    return text_equal(element->class_name, "customer");
}

static int words_evidence(const struct column *column, const struct element *element)
{
    bool identifier = strstr(element->domain->name, "identifier") != NULL;
    if (text_equal(text_or_empty(element->domain->check), "vin"))
        return column->longest == 17 && column->share[TRAIT_CODE] >= 800 ? 100 : -100;
    if (identifier && column->share[TRAIT_DATE] < 700 && column->share[TRAIT_EMAIL] < 300)
        return column->share[TRAIT_CODE] >= 400 || column->share[TRAIT_INTEGER] >= 400 ? 100 : 0;
    if (column->share[TRAIT_EMAIL] >= 300 || column->share[TRAIT_DATE] >= 700)
        return -100;
    return column->share[TRAIT_WORDS] >= 600 ? 50 : 0;
}

/* Of classes other than the customer it is the domain that tells. */
static int kind_evidence(const struct column *column, const struct element *element)
{
    unsigned date = column->share[TRAIT_DATE], time = column->share[TRAIT_TIME];
    unsigned integer = column->share[TRAIT_INTEGER];
    switch (element->domain->kind) {
    case DOMAIN_DATE:
    case DOMAIN_TIME:
        return hard(date > time ? date : time);
    case DOMAIN_INTEGER:
        return hard(integer);
    case DOMAIN_DURATION:
        return hard(integer > time ? integer : time);
    case DOMAIN_NUMBER:
    case DOMAIN_MONEY:
        return date >= 500 ? -100 : hard(suggest_amounts(column));
    case DOMAIN_BOOLEAN:
        return hard(column->share[TRAIT_BOOLEAN]);
    case DOMAIN_TEXT:
    case DOMAIN_CODE:
        break;
    }
    return words_evidence(column, element);
}

int evidence_for(const struct dictionary *dictionary, const struct column *column,
                 const struct element *element)
{
    if (!column->texts)
        return 0;
    if (element->domain->permitted)
        return code_evidence(dictionary, column, element);
    if (!is_customer(element))
        return kind_evidence(column, element);
    if (text_equal(element->path, "identifier"))
        return identifier_evidence(column);
    for (size_t i = 0; i < COUNT_OF(looks); i++)
        if (text_equal(looks[i].path, element->path))
            return look_evidence(column, i);
    return text_evidence(column);
}

/* What contents alone show, the surest first; `bold` ones only where the name says nothing. */
static const struct {
    const char *element;
    enum trait trait;
    unsigned least; /* thousandths */
    enum confidence confidence;
    bool bold;
} shown[] = {
    {"customer.email", TRAIT_EMAIL, 900, CONFIDENCE_HIGH, false},
    {"customer.email", TRAIT_EMAIL, 500, CONFIDENCE_MEDIUM, false},
    {"customer.website", TRAIT_URL, 800, CONFIDENCE_MEDIUM, false},
    {"customer.birth_date", TRAIT_DATE, 800, CONFIDENCE_LOW, true},
    {"customer.name.prefix", TRAIT_PREFIX, 800, CONFIDENCE_MEDIUM, false},
    {"customer.address.line", TRAIT_ADDRESS, 500, CONFIDENCE_MEDIUM, false},
    {"customer.address.street", TRAIT_STREET, 600, CONFIDENCE_MEDIUM, false},
    {"customer.address.region", TRAIT_REGION, 800, CONFIDENCE_LOW, true},
    {"customer.name.full", TRAIT_PERSON, 500, CONFIDENCE_LOW, false},
    {"customer.name.full", TRAIT_COUPLE, 500, CONFIDENCE_LOW, false},
    {"customer.name.organization", TRAIT_ORGANIZATION, 600, CONFIDENCE_LOW, true},
    {"customer.phone", TRAIT_PHONE, 800, CONFIDENCE_LOW, false},
    {"customer.address.postcode", TRAIT_POSTCODE, 900, CONFIDENCE_LOW, true},
    {"customer.address.unit", TRAIT_UNIT, 800, CONFIDENCE_LOW, true},
    {"customer.name.given", TRAIT_GIVEN, 500, CONFIDENCE_LOW, true},
    {"customer.name.family", TRAIT_FAMILY, 300, CONFIDENCE_LOW, true},
};

/* Code lists that a customer has, if all but all texts are in one. */
static const struct element *code_alone(const struct dictionary *dictionary,
                                        const struct column *column, bool bold)
{
    static const char *const coded[] = {"customer.sex", "customer.kind",
                                        "customer.address.country"};
    for (size_t i = 0; i < COUNT_OF(coded); i++) {
        const struct element *element = dictionary_element(dictionary, coded[i]);
        bool country = i == 2, words = column->longest > 2;
        if (!element || column->more_values || (country && !bold) || (!bold && !words))
            continue;
        bool fits = code_evidence(dictionary, column, element) == 100 &&
                    column->share[TRAIT_WORDS] + (bold ? 1000u : 0) >= 900;
        if (fits && column->value_count > 1 && column->share[TRAIT_INTEGER] < 500)
            return element;
    }
    return NULL;
}

const struct element *evidence_alone(const struct dictionary *dictionary,
                                     const struct column *column, bool bold,
                                     enum confidence *confidence)
{
    const struct element *code = column->texts ? code_alone(dictionary, column, bold) : NULL;
    *confidence = CONFIDENCE_LOW;
    if (code)
        return code;
    for (size_t i = 0; i < COUNT_OF(shown) && column->texts; i++) {
        const struct element *element = dictionary_element(dictionary, shown[i].element);
        bool unsure = shown[i].bold && !bold;
        if (!element || unsure || column->share[shown[i].trait] < shown[i].least)
            continue;
        *confidence = shown[i].confidence;
        return element;
    }
    return NULL;
}
