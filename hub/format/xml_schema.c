#include "hub/format/xml_schema.h"

#include <libxml/xmlschemas.h>

#include <stdlib.h>

#include "hub/base/xml_message.h"

#define SCHEMA_URI "http://www.w3.org/2001/XMLSchema"
#define MESSAGE_MOST 500 /* bytes */
#define PARSE_OPTIONS (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)

struct xml_schema {
    xmlSchemaValidCtxt *validator;
};

/* The first thing that is wrong. */
struct complaint {
    struct arena *arena;
    const xmlNode *element; /* NULL: not known */
    const char *message;    /* NULL: nothing is wrong */
};

static void free_doc(void *doc)
{
    xmlFreeDoc(doc);
}

static void free_schema(void *schema)
{
    xmlSchemaFree(schema);
}

static void free_parser(void *parser)
{
    xmlSchemaFreeParserCtxt(parser);
}

static void free_validator(void *validator)
{
    xmlSchemaFreeValidCtxt(validator);
}

/* ---- the schema */

static bool is_schema_element(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && text_equal((const char *)node->name, name) &&
           node->ns && text_equal((const char *)node->ns->href, SCHEMA_URI);
}

/* The next node of a tree, in its order; NULL behind the last. */
static xmlNode *next_node(xmlNode *node, const xmlNode *root)
{
    if (node->type == XML_ELEMENT_NODE && node->children)
        return node->children;
    while (node != root && !node->next)
        node = node->parent;
    return node == root ? NULL : node->next;
}

/* What would have other files read, or make the schema another one. */
static const char *outside(struct arena *arena, xmlNode *root)
{
    static const char *const others[] = {"include", "import", "redefine", "override"};
    for (xmlNode *node = root; node; node = next_node(node, root))
        for (size_t i = 0; i < COUNT_OF(others); i++)
            if (is_schema_element(node, others[i]))
                return arena_printf(arena,
                                    "its line %ld has an <%s>: all of it must be in one file",
                                    xmlGetLineNo(node), others[i]);
    return NULL;
}

static bool has(xmlNode *node, const char *attribute, const char *value)
{
    xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)attribute);
    bool is = text && text_equal((const char *)text, value);
    xmlFree(text);
    return is;
}

/* Elements that are declared within others belong to the schema's namespace only if it says so. */
static bool is_qualified(xmlNode *root)
{
    return !xmlHasProp(root, (const xmlChar *)"targetNamespace") ||
           has(root, "elementFormDefault", "qualified");
}

/* Declare what is declared once within other elements by itself, too. */
static const char *declare(struct arena *arena, xmlNode *root, const char *name)
{
    static const char *const local[] = {"minOccurs", "maxOccurs", "form"};
    xmlNode *found = NULL;
    size_t count = 0;
    for (xmlNode *node = root; node; node = next_node(node, root)) {
        if (!is_schema_element(node, "element") || !has(node, "name", name))
            continue;
        if (node->parent == root)
            return NULL;
        found = node;
        count++;
    }
    if (count != 1 || !is_qualified(root))
        return arena_printf(arena, "it declares no element '%s' by itself", name);
    xmlNode *copy = xmlCopyNode(found, 1);
    if (!copy || !xmlAddChild(root, copy))
        abort(); /* out of memory */
    for (size_t i = 0; i < COUNT_OF(local); i++)
        (void)xmlUnsetProp(copy, (const xmlChar *)local[i]);
    return NULL;
}

static void on_schema_error(void *to, xmlErrorPtr error)
{
    struct complaint *complaint = to;
    if (complaint->message || error->level == XML_ERR_WARNING)
        return;
    const char *message = xml_message(complaint->arena, error, &(struct xml_where){.element = ""});
    complaint->message =
        error->line > 0 ? arena_printf(complaint->arena, "its line %d: %s", error->line, message)
                        : message;
}

static xmlSchema *compile(struct arena *arena, xmlDoc *doc, struct complaint *complaint)
{
    xmlSchemaParserCtxt *parser = xmlSchemaNewDocParserCtxt(doc);
    if (!parser)
        abort(); /* out of memory */
    arena_defer(arena, free_parser, parser);
    xmlSchemaSetParserStructuredErrors(parser, on_schema_error, complaint);
    xmlSetStructuredErrorFunc(complaint, on_schema_error);
    xmlSchema *schema = xmlSchemaParse(parser);
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (schema)
        arena_defer(arena, free_schema, schema);
    return schema;
}

static const char *read_fault(struct arena *arena, xmlDoc *doc, const char *record)
{
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    if (!root)
        return "it is no XML";
    if (doc->intSubset)
        return "it has a DOCTYPE, which is not allowed";
    if (!is_schema_element(root, "schema"))
        return "it is no XSD: its element is not xs:schema";
    const char *fault = outside(arena, root);
    return fault ? fault : declare(arena, root, record);
}

struct xml_schema *xml_schema_open(struct arena *arena, const struct xml_reader *reader,
                                   const char *text, const char **fault)
{
    struct complaint complaint = {.arena = arena};
    const struct xml_path *records = &reader->records;
    xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), NULL, NULL, PARSE_OPTIONS);
    if (doc)
        arena_defer(arena, free_doc, doc);
    *fault = read_fault(arena, doc, records->count ? records->steps[records->count - 1].local : "");
    xmlSchema *compiled = *fault ? NULL : compile(arena, doc, &complaint);
    if (!compiled) {
        *fault = *fault ? *fault : complaint.message ? complaint.message : "it cannot be read";
        return NULL;
    }
    struct xml_schema *schema = NEW(arena, struct xml_schema);
    schema->validator = xmlSchemaNewValidCtxt(compiled);
    if (!schema->validator)
        abort(); /* out of memory */
    arena_defer(arena, free_validator, schema->validator);
    return schema;
}

/* ---- a record */

static const char *local_name(const xmlNode *node)
{
    return node && node->type == XML_ELEMENT_NODE ? (const char *)node->name : NULL;
}

static void on_invalid(void *to, xmlErrorPtr error)
{
    struct complaint *complaint = to;
    const xmlNode *node = error->node;
    if (complaint->message || error->level == XML_ERR_WARNING)
        return;
    while (node && node->type != XML_ELEMENT_NODE)
        node = node->parent;
    const struct xml_where where = {.element = node ? local_name(node) : "",
                                    .parent = node ? local_name(node->parent) : NULL};
    complaint->element = node;
    complaint->message = text_trim(complaint->arena, xml_message(complaint->arena, error, &where));
}

/* A message quotes a value, which may be long. */
static const char *bounded(struct arena *arena, const char *message)
{
    size_t size = MESSAGE_MOST;
    if (strlen(message) <= size)
        return message;
    while (size && ((unsigned char)message[size] & 0xc0) == 0x80)
        size--;
    return arena_printf(arena, "%.*s...", (int)size, message);
}

/* Where the tag of an element starts: tags and elements come in the same order. */
static size_t offset_of(const struct decoding *decoding, xmlNode *record, const xmlNode *element)
{
    const char *start = decoding->text.bytes;
    struct markup_scan scan = {.at = start, .end = start + decoding->text.size};
    struct markup_tag tag;
    enum markup kind;
    xmlNode *at = record;
    while (at && at != element) {
        do
            at = next_node(at, record);
        while (at && at->type != XML_ELEMENT_NODE);
        do
            kind = markup_next(&scan, &tag);
        while (kind != MARKUP_NONE && kind != MARKUP_START && kind != MARKUP_EMPTY);
    }
    do
        kind = markup_next(&scan, &tag);
    while (kind != MARKUP_NONE && kind != MARKUP_START && kind != MARKUP_EMPTY);
    return at && kind != MARKUP_NONE ? (size_t)(tag.start - start) : 0;
}

bool xml_schema_fits(const struct decoding *decoding, struct xml_schema *schema, xmlNode *element)
{
    struct complaint complaint = {.arena = decoding->arena};
    xmlSchemaSetValidStructuredErrors(schema->validator, on_invalid, &complaint);
    if (xmlSchemaValidateOneElement(schema->validator, element) == 0 && !complaint.message)
        return true;
    const char *message = complaint.message ? complaint.message : "it does not fit the schema";
    size_t offset = complaint.element ? offset_of(decoding, element, complaint.element) : 0;
    (void)decode_refuse(decoding, "schema", offset, bounded(decoding->arena, message));
    decoding->reject->stage = "validate";
    return false;
}
