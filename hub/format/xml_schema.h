/*
 * Xml schema: is a record as the XSD of its source says?  Nobody outside hub/format includes this.
 *
 * A record is checked by itself, so its element must be declared by itself, or once within others.  A schema
 * is one text: nothing else is ever read for it.
 */
#pragma once

#include "hub/format/xml_reader.h"

struct xml_schema;

/* NULL with *fault when it is none, or says nothing of the records. */
struct xml_schema *xml_schema_open(struct arena *arena, const struct xml_reader *reader,
                                   const char *text, const char **fault);
/* False with the reject filled in: stage "validate", code "schema". */
bool xml_schema_fits(const struct decoding *decoding, struct xml_schema *schema,
                     xmlNode *element) MUST_CHECK;
