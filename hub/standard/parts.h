/*
 * Parts: adding values to a record that were read out of other values.
 */
#pragma once

#include "hub/record/record.h"

struct parts {
    struct arena *arena;
    const struct dictionary *dictionary;
    struct record *record;
};

/*
 * Add a derived value of an element, by its path within the record's class, with the group and kind of
 * the value it was read from.  Nothing happens when the text is NULL or empty, the dictionary has no such
 * element, or the record has a value of it in that group already.
 */
void parts_add(const struct parts *parts, const char *path, const char *text,
               const struct value *from);

/* Does the record have a value (readable or not) of the element in the group?  Any group when NULL. */
bool parts_has(const struct record *record, const char *path, const char *group);

/* hub/standard/name_parts.c: the parts of full names; then, once those are standardised, whether the
 * customer is a person. */
void parts_of_names(const struct parts *parts);
void parts_of_kind(const struct parts *parts);
/* hub/standard/address_parts.c: the parts of address lines. */
void parts_of_addresses(const struct parts *parts);
