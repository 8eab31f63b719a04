/* Check: what a schema cannot say about a mapping; each mistake is a finding. */
#pragma once

#include "hub/base/xml.h"
#include "hub/mapping/mapping.h"

struct checking {
    struct arena *arena;
    const struct dictionary *dictionary;
    const struct xml_file *xml;
    struct findings *findings;
    const struct format *format;
};

/* The region is a country; returns its code. */
const char *check_region(const struct checking *checking, const struct xml_node *source);
/* The file is called after its source. */
void check_name(const struct checking *checking, const struct xml_node *source);
/* The element of a <value>, of this class, or NULL. */
const struct element *check_element(const struct checking *checking, const struct xml_node *value,
                                    const char *class_name);
/* Can the format read a field of this name?  The place is the attribute's. */
bool check_field(const struct checking *checking, const struct xml_attribute *at,
                 const char *field);
/* A constant is in its element's code list, and so is what a final <map> makes. */
void check_codes(const struct checking *checking, const struct xml_node *value,
                 const struct element *element);
/* One record has one value of an element that is not many, unless kind, scheme or group differ. */
void check_repeats(const struct checking *checking, const struct xml_node *record);
/* No two records with the same key and part. */
void check_parts(const struct checking *checking, const struct xml_node *source);
