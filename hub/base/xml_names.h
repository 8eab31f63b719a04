/*
 * Xml names: which names an XSD knows, for "did you mean".  Only for hub/base/xml.c.
 *
 * It looks at the schema as at any XML file: elements of one name are taken together, wherever they stand.
 */
#pragma once

#include "hub/base/text.h"

struct xml_names;

/* NULL when it cannot be read. */
const struct xml_names *xml_names_read(struct arena *arena, struct slice schema);

/* The element that a file starts with, as it is written: <a xmlns="..."; NULL when there is none. */
const char *xml_names_root(struct arena *arena, const struct xml_names *names);
/* The attributes of an element, and the elements that can stand in it, in the schema's order; end with
 * NULL. */
const char *const *xml_names_attributes(struct arena *arena, const struct xml_names *names,
                                        const char *element);
const char *const *xml_names_children(struct arena *arena, const struct xml_names *names,
                                      const char *element);
