/*
 * Xml reader: what an XML format keeps for all its records: its paths, compiled, and libxml2's parser.
 * One thread at a time.  Nobody outside hub/format includes this.
 */
#pragma once

#include <libxml/parser.h>
#include <libxml/xpath.h>

#include "hub/base/map.h"
#include "hub/format/decode.h"
#include "hub/format/markup.h"

#define XML_STEPS_MOST 16

/* One name in a path; its namespace is "" where it has no prefix. */
struct xml_step {
    const char *uri, *local;
    bool attribute;
};

/* Names with '/' between them, which we follow ourselves; "." is none. */
struct xml_path {
    struct xml_step steps[XML_STEPS_MOST];
    size_t count;
};

/* A field's name, understood. */
struct xml_field {
    bool plain; /* follow the path; otherwise the expression */
    struct xml_path path;
    xmlXPathCompExpr *compiled;
};

struct xml_reader {
    struct arena *arena;
    const struct format_namespace *namespaces;
    size_t namespace_count;
    struct xml_path records;
    bool rooted;       /* the records' path starts at the document: /a/b */
    struct map fields; /* by name */
    xmlXPathContext *context;
    xmlParserCtxt *parser;
    unsigned parsed;           /* by this parser */
    struct xml_schema *schema; /* NULL: records may be as they like */
};

/* Read `/a/b`, `//p:a` into reader->records; NULL, or why not. */
const char *xml_read_records(struct xml_reader *reader, const char *text);
/* A path of plain names; false when it is something else, which is up to XPath. */
bool xml_read_path(const struct xml_reader *reader, struct arena *arena, const char *text,
                   struct xml_path *path);
/* What a prefix stands for; NULL when the mapping does not say. */
const char *xml_namespace(const struct xml_reader *reader, struct slice prefix);
/* NULL, or why it is no XPath 1.0 that we read. */
const char *xml_xpath_fault(const struct xml_reader *reader, struct arena *arena, const char *text);

/* What the document says its encoding is, in its first line; NULL when it says nothing. */
const char *xml_encoding(struct arena *arena, struct slice text);
