/*
 * Xml: the one reader of configuration files.
 *
 * A file is read whole, checked against its XSD, and handed back as a plain tree in which every
 * element and attribute knows its line and column.  Whoever finds something wrong with what it says
 * adds a finding at that place.  A DOCTYPE is refused, nothing outside of the file is ever read, and a
 * file has at most XML_FILE_MOST bytes.  A schema must not use xs:key or xs:unique: libxml2 loses memory
 * over them in a file that is not well-formed.
 */
#pragma once

#include "hub/base/finding.h"
#include "hub/base/text.h"

#define XML_FILE_MOST ((size_t)4 * 1024 * 1024)

struct xml_attribute {
    const char *name, *value;
    unsigned line, column;
};

struct xml_node {
    const char *name; /* without its namespace */
    const char
        *text; /* its own text, each run of blanks as one space, none at the ends; "" if none */
    unsigned line, column; /* of its '<', from 1, the column in characters */
    const struct xml_attribute *attributes;
    size_t attribute_count;
    const struct xml_node *first, *next; /* first child, next sibling */
};

struct xml_file {
    const char *file;
    const char *body; /* as it stands in the file */
    const char *hash; /* SHA-256 of it */
    const struct xml_node *root;
};

/*
 * Read `file` and check it against `schema`, both paths.  NULL when it has mistakes; all of them are
 * among the findings then, in the order of the file.
 */
const struct xml_file *xml_load(struct arena *arena, const char *file, const char *schema,
                                struct findings *findings);

/* The same from a text at hand, which ends with a NUL that does not count and lives as long as the
 * tree; `file` is what it is called. */
const struct xml_file *xml_read(struct arena *arena, const char *file, struct slice body,
                                const char *schema, struct findings *findings);

const struct xml_attribute *xml_attribute(const struct xml_node *node, const char *name);
/* An attribute's value, or `otherwise`. */
const char *xml_text(const struct xml_node *node, const char *name, const char *otherwise);
/* An attribute that the schema makes "yes" or "no"; no when it is absent. */
bool xml_yes(const struct xml_node *node, const char *name);
/* The first child of that name, or NULL. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);
