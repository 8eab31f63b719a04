#include "hub/standard/address.h"

#include "hub/base/text.h"

struct word {
    const char *written, *standard;
};

static const struct word street_types[] = {
    {"street", "st"},       {"st", "st"},         {"str", "st"},         {"road", "rd"},
    {"rd", "rd"},           {"avenue", "ave"},    {"ave", "ave"},        {"av", "ave"},
    {"drive", "dr"},        {"dr", "dr"},         {"drv", "dr"},         {"lane", "ln"},
    {"ln", "ln"},           {"court", "ct"},      {"ct", "ct"},          {"crt", "ct"},
    {"place", "pl"},        {"pl", "pl"},         {"boulevard", "blvd"}, {"blvd", "blvd"},
    {"bvd", "blvd"},        {"crescent", "cres"}, {"cres", "cres"},      {"cr", "cres"},
    {"close", "cl"},        {"cl", "cl"},         {"terrace", "ter"},    {"terr", "ter"},
    {"ter", "ter"},         {"tce", "ter"},       {"parade", "pde"},     {"pde", "pde"},
    {"highway", "hwy"},     {"hwy", "hwy"},       {"parkway", "pkwy"},   {"pkwy", "pkwy"},
    {"way", "way"},         {"wy", "way"},        {"circuit", "cct"},    {"cct", "cct"},
    {"circle", "cir"},      {"cir", "cir"},       {"square", "sq"},      {"sq", "sq"},
    {"trail", "trl"},       {"trl", "trl"},       {"grove", "gr"},       {"gr", "gr"},
    {"gardens", "gdns"},    {"gdns", "gdns"},     {"esplanade", "esp"},  {"esp", "esp"},
    {"alley", "aly"},       {"aly", "aly"},       {"mews", "mews"},      {"row", "row"},
    {"walk", "walk"},       {"path", "path"},     {"pike", "pike"},      {"plaza", "plz"},
    {"plz", "plz"},         {"loop", "loop"},     {"rise", "rise"},      {"quay", "quay"},
    {"expressway", "expy"}, {"turnpike", "tpke"}, {"promenade", "prom"}, {"cove", "cove"},
    {"chase", "chase"},     {"retreat", "ret"},   {"vista", "vista"},    {"hill", "hill"},
    {"park", "park"},       {"green", "grn"},     {"strasse", "st"},     {"weg", "weg"},
    {"platz", "platz"},     {"allee", "allee"},   {"gasse", "gasse"},    {"rue", "rue"},
    {"via", "via"},         {"calle", "calle"},   {"ulitsa", "ul"},      {"ul", "ul"},
    {"straat", "st"},       {"avenida", "ave"},   {"bd", "blvd"},        {"ring", "ring"},
};

static const struct word directionals[] = {
    {"north", "n"},      {"n", "n"},   {"south", "s"},      {"s", "s"},
    {"east", "e"},       {"e", "e"},   {"west", "w"},       {"w", "w"},
    {"northeast", "ne"}, {"ne", "ne"}, {"northwest", "nw"}, {"nw", "nw"},
    {"southeast", "se"}, {"se", "se"}, {"southwest", "sw"}, {"sw", "sw"},
};

static const struct word unit_words[] = {
    {"apartment", "apt"}, {"apt", "apt"},       {"appt", "apt"},     {"unit", "apt"},
    {"flat", "apt"},      {"suite", "ste"},     {"ste", "ste"},      {"room", "rm"},
    {"rm", "rm"},         {"floor", "fl"},      {"level", "fl"},     {"lvl", "fl"},
    {"etage", "fl"},      {"building", "bldg"}, {"bldg", "bldg"},    {"bld", "bldg"},
    {"block", "blk"},     {"blk", "blk"},       {"shop", "shop"},    {"lot", "lot"},
    {"villa", "villa"},   {"townhouse", "th"},  {"penthouse", "ph"}, {"studio", "studio"},
    {"office", "ste"},    {"wohnung", "apt"},   {"whg", "apt"},      {"apmnt", "apt"},
    {"flt", "apt"},       {"top", "apt"},
};

struct region {
    const char *country, *code, *name;
};

static const struct region regions[] = {
    {"US", "AL", "Alabama"},
    {"US", "AK", "Alaska"},
    {"US", "AZ", "Arizona"},
    {"US", "AR", "Arkansas"},
    {"US", "CA", "California"},
    {"US", "CO", "Colorado"},
    {"US", "CT", "Connecticut"},
    {"US", "DE", "Delaware"},
    {"US", "DC", "District of Columbia"},
    {"US", "FL", "Florida"},
    {"US", "GA", "Georgia"},
    {"US", "HI", "Hawaii"},
    {"US", "ID", "Idaho"},
    {"US", "IL", "Illinois"},
    {"US", "IN", "Indiana"},
    {"US", "IA", "Iowa"},
    {"US", "KS", "Kansas"},
    {"US", "KY", "Kentucky"},
    {"US", "LA", "Louisiana"},
    {"US", "ME", "Maine"},
    {"US", "MD", "Maryland"},
    {"US", "MA", "Massachusetts"},
    {"US", "MI", "Michigan"},
    {"US", "MN", "Minnesota"},
    {"US", "MS", "Mississippi"},
    {"US", "MO", "Missouri"},
    {"US", "MT", "Montana"},
    {"US", "NE", "Nebraska"},
    {"US", "NV", "Nevada"},
    {"US", "NH", "New Hampshire"},
    {"US", "NJ", "New Jersey"},
    {"US", "NM", "New Mexico"},
    {"US", "NY", "New York"},
    {"US", "NC", "North Carolina"},
    {"US", "ND", "North Dakota"},
    {"US", "OH", "Ohio"},
    {"US", "OK", "Oklahoma"},
    {"US", "OR", "Oregon"},
    {"US", "PA", "Pennsylvania"},
    {"US", "PR", "Puerto Rico"},
    {"US", "RI", "Rhode Island"},
    {"US", "SC", "South Carolina"},
    {"US", "SD", "South Dakota"},
    {"US", "TN", "Tennessee"},
    {"US", "TX", "Texas"},
    {"US", "UT", "Utah"},
    {"US", "VT", "Vermont"},
    {"US", "VA", "Virginia"},
    {"US", "WA", "Washington"},
    {"US", "WV", "West Virginia"},
    {"US", "WI", "Wisconsin"},
    {"US", "WY", "Wyoming"},
    {"AU", "NSW", "New South Wales"},
    {"AU", "VIC", "Victoria"},
    {"AU", "QLD", "Queensland"},
    {"AU", "WA", "Western Australia"},
    {"AU", "SA", "South Australia"},
    {"AU", "TAS", "Tasmania"},
    {"AU", "ACT", "Australian Capital Territory"},
    {"AU", "NT", "Northern Territory"},
    {"CA", "AB", "Alberta"},
    {"CA", "BC", "British Columbia"},
    {"CA", "MB", "Manitoba"},
    {"CA", "NB", "New Brunswick"},
    {"CA", "NL", "Newfoundland and Labrador"},
    {"CA", "NS", "Nova Scotia"},
    {"CA", "NT", "Northwest Territories"},
    {"CA", "NU", "Nunavut"},
    {"CA", "ON", "Ontario"},
    {"CA", "PE", "Prince Edward Island"},
    {"CA", "QC", "Quebec"},
    {"CA", "SK", "Saskatchewan"},
    {"CA", "YT", "Yukon"},
};

static const char *look_up(const struct word *words, size_t count, const char *folded)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(words[i].written, folded))
            return words[i].standard;
    return NULL;
}

const char *address_street_type(const char *folded)
{
    return look_up(street_types, COUNT_OF(street_types), folded);
}

const char *address_directional(const char *folded)
{
    return look_up(directionals, COUNT_OF(directionals), folded);
}

const char *address_unit_word(const char *folded)
{
    return look_up(unit_words, COUNT_OF(unit_words), folded);
}

const char *address_region_code(const char *text, const char *country)
{
    for (size_t i = 0; i < COUNT_OF(regions); i++)
        if ((!*country || text_equal(regions[i].country, country)) &&
            (text_same(regions[i].code, text) || text_same(regions[i].name, text)))
            return regions[i].code;
    return NULL;
}

const char *address_region_country(const char *code)
{
    const char *country = NULL;
    for (size_t i = 0; i < COUNT_OF(regions); i++) {
        if (!text_equal(regions[i].code, code))
            continue;
        if (country)
            return NULL;
        country = regions[i].country;
    }
    return country;
}
