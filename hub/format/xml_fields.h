/* Xml fields: one element, read by libxml2, and what paths find in it; nobody outside hub/format
 * includes this. */
#pragma once

#include "hub/base/list.h"
#include "hub/format/xml_reader.h"

bool xml_reader_open(struct arena *arena, struct format *format, const char **fault);
const struct fields *xml_decode(const struct decoding *decoding, struct slice header);
const char *xml_field_text(const struct fields *fields, const char *name, const char **flag);
size_t xml_field_each(struct arena *arena, const struct fields *fields, const char *name,
                      const struct fields *const **items);
/* Is the first node that the field names an element with elements in it? */
bool xml_field_is_nested(const struct fields *fields, const char *name);
const char *const *xml_field_names(struct arena *arena, const struct fields *fields);
const char *xml_field_fault(struct arena *arena, const struct format *format, const char *from);
const char *xml_drop_fault(struct arena *arena, const struct format *format, const char *field);
/* The record without these elements and attributes (paths); in whichever encoding it is. */
struct slice xml_without(struct arena *arena, const struct xml_reader *reader, struct slice header,
                         struct slice raw, const char *const *drops);
