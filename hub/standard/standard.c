#include "hub/standard/standard.h"

#include "hub/standard/check_digit.h"
#include "hub/standard/clean.h"
#include "hub/standard/duration.h"
#include "hub/standard/email.h"
#include "hub/standard/iso_date.h"
#include "hub/standard/iso_time.h"
#include "hub/standard/money.h"
#include "hub/standard/number.h"
#include "hub/standard/parts.h"
#include "hub/standard/phone.h"
#include "hub/standard/postcode.h"
#include "hub/standard/website.h"

/* The country that the record's own addresses agree on, else the region of its source. */
static const char *region_of(const struct record *record)
{
    const char *country = NULL;
    for (size_t i = 0; i < record->count; i++) {
        const struct value *value = &record->values[i];
        if (!value->standard || !text_equal(value->element->path, "address.country"))
            continue;
        if (country && !text_equal(country, value->standard))
            return text_or_empty(record->region);
        country = value->standard;
    }
    return country ? country : text_or_empty(record->region);
}

/* The country of the address that a value is part of, else as above. */
static const char *region_of_group(const struct record *record, const struct value *part)
{
    for (size_t i = 0; i < record->count; i++) {
        const struct value *value = &record->values[i];
        if (value->standard && text_equal(value->element->path, "address.country") &&
            text_equal(value->group, part->group))
            return value->standard;
    }
    return text_or_empty(record->region);
}

static const char *read_text(struct arena *arena, const struct record *record,
                             const struct value *value)
{
    (void)record;
    const char *text = clean_text(arena, value->text);
    return *text ? text : NULL;
}

static const char *read_name(struct arena *arena, const struct record *record,
                             const struct value *value)
{
    (void)record;
    return clean_name(arena, value->text);
}

static const char *read_email(struct arena *arena, const struct record *record,
                              const struct value *value)
{
    (void)record;
    return email_read(arena, value->text);
}

static const char *read_phone(struct arena *arena, const struct record *record,
                              const struct value *value)
{
    return phone_read(arena, value->text, *value->country ? value->country : region_of(record));
}

static const char *read_date(struct arena *arena, const struct record *record,
                             const struct value *value)
{
    (void)record;
    const struct domain *domain = value->element->domain;
    return domain && domain->maximum ? iso_date_read_planned(arena, value->text)
                                     : iso_date_read(arena, value->text);
}

static const char *read_time(struct arena *arena, const struct record *record,
                             const struct value *value)
{
    (void)record;
    return iso_time_read(arena, value->text);
}

static const char *unit_of(const struct value *value)
{
    return value->element->domain ? value->element->domain->unit : NULL;
}

static const char *read_integer(struct arena *arena, const struct record *record,
                                const struct value *value)
{
    (void)record;
    return integer_read(arena, value->text, unit_of(value));
}

static const char *read_number(struct arena *arena, const struct record *record,
                               const struct value *value)
{
    (void)record;
    return number_read(arena, value->text, unit_of(value));
}

static const char *read_duration(struct arena *arena, const struct record *record,
                                 const struct value *value)
{
    (void)record;
    return duration_read(arena, value->text);
}

static const char *read_code(struct arena *arena, const struct record *record,
                             const struct value *value)
{
    (void)record;
    return domain_code(value->element->domain, clean_text(arena, value->text));
}

static const char *read_identifier(struct arena *arena, const struct record *record,
                                   const struct value *value)
{
    (void)record;
    return clean_identifier(arena, value->text);
}

static const char *read_website(struct arena *arena, const struct record *record,
                                const struct value *value)
{
    (void)record;
    return website_read(arena, value->text);
}

static const char *read_money(struct arena *arena, const struct record *record,
                              const struct value *value)
{
    (void)record;
    return money_read(arena, value->text);
}

static const char *read_postcode(struct arena *arena, const struct record *record,
                                 const struct value *value)
{
    return postcode_read(arena, value->text, region_of_group(record, value));
}

/* A standardiser's name is also the flag of what it cannot read. */
static const struct standardiser {
    const char *name;
    const char *(*read)(struct arena *arena, const struct record *record,
                        const struct value *value);
} standardisers[] = {
    {"text", read_text},       {"name", read_name},     {"time", read_time},
    {"integer", read_integer}, {"number", read_number}, {"duration", read_duration},
    {"email", read_email},     {"phone", read_phone},   {"date", read_date},
    {"code", read_code},       {"country", read_code},  {"identifier", read_identifier},
    {"website", read_website}, {"money", read_money},   {"postcode", read_postcode},
};

static const struct standardiser *standardiser_of(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(standardisers); i++)
        if (text_equal(standardisers[i].name, name ? name : "text"))
            return &standardisers[i];
    return &standardisers[0];
}

bool standard_knows(const char *standardiser)
{
    return text_equal(standardiser_of(standardiser)->name, standardiser);
}

static bool is_country(const struct value *value)
{
    return value->element->standardiser && text_equal(value->element->standardiser, "country");
}

/* What keeps a standard form out of its domain, or NULL. */
static const char *fault_of(const struct domain *domain, const char *standard)
{
    if (domain->length_most && text_length(standard) > domain->length_most)
        return "too-long";
    if ((domain->minimum && domain_compare(domain->kind, standard, domain->minimum) < 0) ||
        (domain->maximum && domain_compare(domain->kind, standard, domain->maximum) > 0))
        return "range";
    if (domain->check && !check_digit_agrees(domain->check, standard))
        return text_equal(domain->check, "vin") ? "vin" : "check-digit";
    return NULL;
}

static void standardise(struct arena *arena, const struct record *record, struct value *value)
{
    if (!value->text || value->flag || value->standard)
        return;
    const struct domain *domain = value->element->domain;
    const struct standardiser *standardiser = standardiser_of(value->element->standardiser);
    value->standard = standardiser->read(arena, record, value);
    if (!value->standard)
        value->flag = standardiser->name;
    else if (domain)
        value->flag = fault_of(domain, value->standard);
    if (value->flag)
        value->standard = NULL;
}

static bool is_address(const struct value *value)
{
    return value->element->composite && text_equal(value->element->composite, "address");
}

/* Countries before the rest of an address: postcodes are read by them. */
static void standardise_addresses(struct arena *arena, struct record *record)
{
    for (size_t i = 0; i < record->count; i++)
        if (is_country(&record->values[i]))
            standardise(arena, record, &record->values[i]);
    for (size_t i = 0; i < record->count; i++)
        if (is_address(&record->values[i]))
            standardise(arena, record, &record->values[i]);
}

static void standardise_all(struct arena *arena, struct record *record)
{
    for (size_t i = 0; i < record->count; i++)
        standardise(arena, record, &record->values[i]);
}

static void standardise_qualifiers(struct arena *arena, const struct dictionary *dictionary,
                                   struct record *record)
{
    const struct element *country = dictionary_path(dictionary, "customer", "address.country");
    for (size_t i = 0; i < record->count; i++) {
        struct value *value = &record->values[i];
        value->group = text_or_empty(value->group);
        value->kind = text_or_empty(value->kind);
        value->scheme = text_or_empty(value->scheme);
        value->country = text_or_empty(value->country);
        if (*value->country && country)
            value->country =
                text_or_empty(domain_code(country->domain, clean_text(arena, value->country)));
    }
}

/* What was derived and cannot be read was no such part after all. */
static void drop_unread_parts(struct record *record)
{
    size_t kept = 0;
    for (size_t i = 0; i < record->count; i++)
        if (!record->values[i].derived || record->values[i].standard)
            record->values[kept++] = record->values[i];
    record->count = kept;
}

void standard_record(struct arena *arena, const struct dictionary *dictionary,
                     struct record *record)
{
    struct parts parts = {.arena = arena, .dictionary = dictionary, .record = record};
    standardise_qualifiers(arena, dictionary, record);
    standardise_addresses(arena, record);
    parts_of_addresses(&parts);
    standardise_addresses(arena, record);
    standardise_all(arena, record); /* phones are read by the addresses' country */
    parts_of_names(&parts);
    standardise_all(arena, record);
    drop_unread_parts(record);
    if (text_equal(record->class_name, "customer"))
        parts_of_kind(&parts);
    standardise_all(arena, record);
}
