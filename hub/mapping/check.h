/* Check: what a schema cannot say about a mapping; each mistake is a finding. */
#pragma once

#include "hub/base/xml.h"
#include "hub/mapping/mapping.h"

struct table;

struct checking {
    struct arena *arena;
    const struct dictionary *dictionary;
    const struct xml_file *xml;
    struct findings *findings;
    const struct format *format;
    const struct table *tables; /* that <lookup> can name */
    /* The hub's copy, whose tables come from this object (NULL: it has none) instead of from files. */
    bool is_stored;
    const struct json *stored;
};

/* A finding at an attribute. */
#define CHECK_SAY(checking, at, ...) \
    finding_add((checking)->findings, (checking)->xml->file, (at)->line, (at)->column, __VA_ARGS__)
#define CHECK_WARN(checking, at, ...) \
    finding_warn((checking)->findings, (checking)->xml->file, (at)->line, (at)->column, __VA_ARGS__)

/* The dictionary's code list of countries, or NULL. */
const struct domain *check_countries(const struct dictionary *dictionary);
/* Is it a country's code as ISO 3166-1 writes it? */
bool check_is_country(const struct checking *checking, const char *text);
/* The region is a country; returns its code. */
const char *check_region(const struct checking *checking, const struct xml_node *source);
/* The file is called after its source. */
void check_name(const struct checking *checking, const struct xml_node *source);
/* The element that an attribute names, of this class, or NULL. */
const struct element *check_element(const struct checking *checking, const struct xml_attribute *at,
                                    const char *class_name);
/* Can the format read a field of this name?  The place is the attribute's. */
bool check_field(const struct checking *checking, const struct xml_attribute *at,
                 const char *field);
/* Can the field that <drop> names be found in a raw record, to be taken out of it? */
bool check_drop(const struct checking *checking, const struct xml_attribute *at);
/* A constant is in its element's code list, and so is what a final <map> makes. */
void check_codes(const struct checking *checking, const struct xml_node *value,
                 const struct element *element);
/* One record has one value of an element that is not many, unless kind, scheme or group differ. */
void check_repeats(const struct checking *checking, const struct xml_node *record);
/* No two records with the same key and part. */
void check_parts(const struct checking *checking, const struct xml_node *source);
