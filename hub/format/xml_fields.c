#include "hub/format/xml_fields.h"

#include <libxml/xpathInternals.h>

#include <stdlib.h>

#include "hub/base/xml_message.h"
#include "hub/format/xml_schema.h"

#define COST_MOST 1000000   /* steps of an XPath */
#define LEAST_ATTRIBUTE 5   /* bytes, with the blank before it: ' a=""' */
#define PARSER_RECORDS 1000 /* then a new parser: names that were read stay with it */
#define PARSE_OPTIONS                                                                \
    (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA | \
     XML_PARSE_COMPACT | XML_PARSE_IGNORE_ENC)

static void free_doc(void *doc)
{
    xmlFreeDoc(doc);
}

static void free_reader(void *arg)
{
    struct xml_reader *reader = arg;
    xmlFreeParserCtxt(reader->parser);
    xmlXPathFreeContext(reader->context);
}

static void free_compiled(void *compiled)
{
    xmlXPathFreeCompExpr(compiled);
}

/* What is wrong is told by what is returned. */
static void ignore(void *to, xmlErrorPtr error)
{
    (void)to, (void)error;
}

bool xml_reader_open(struct arena *arena, struct format *format, const char **fault)
{
    struct xml_reader *reader = NEW(arena, struct xml_reader);
    *reader = (struct xml_reader){.arena = arena,
                                  .namespaces = format->namespaces,
                                  .namespace_count = format->namespace_count,
                                  .fields = {.arena = arena}};
    xmlInitParser();
    reader->context = xmlXPathNewContext(NULL);
    if (!reader->context)
        abort(); /* out of memory */
    arena_defer(arena, free_reader, reader);
    reader->context->error = ignore;
    for (size_t i = 0; i < format->namespace_count; i++)
        (void)xmlXPathRegisterNs(reader->context, (const xmlChar *)format->namespaces[i].prefix,
                                 (const xmlChar *)format->namespaces[i].uri);
    *fault = xml_read_records(reader, text_or_empty(format->records));
    format->reader = reader;
    if (!*fault && format->schema)
        reader->schema = xml_schema_open(arena, reader, format->schema, fault);
    return !*fault;
}

/* ---- decoding */

static void on_doctype(void *to, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    xmlParserCtxt *parser = to;
    xmlStopParser(parser);
    parser->errNo = XML_ERR_USER_STOP;
}

static xmlParserCtxt *parser_of(struct xml_reader *reader)
{
    if (reader->parser && reader->parsed++ < PARSER_RECORDS)
        return reader->parser;
    xmlFreeParserCtxt(reader->parser);
    reader->parser = xmlNewParserCtxt();
    if (!reader->parser)
        abort(); /* out of memory */
    reader->parser->sax->internalSubset = on_doctype;
    reader->parsed = 1;
    return reader->parser;
}

/* The header's start tag, as UTF-8, behind its XML declaration. */
static bool read_header(const struct decoding *decoding, struct slice *header)
{
    struct reject why = {0};
    struct decoding reading = *decoding;
    reading.text = *header;
    reading.reject = &why;
    if (!encoding_decode(&reading))
        return decode_refuse(
            decoding, "header", 0,
            arena_printf(decoding->arena, "the namespaces around it: %s", why.message));
    const char *in = memmem(reading.text.bytes, reading.text.size, "<in", 3);
    const char *end = reading.text.bytes + reading.text.size;
    *header = (struct slice){in ? in : end, in ? (size_t)(end - in) : 0};
    return true;
}

/* Where the parser stopped, in the record's own lines and columns. */
static const struct fields *refuse(const struct decoding *decoding, const xmlError *error,
                                   size_t before)
{
    unsigned line = error->line > 0 ? (unsigned)error->line : 1;
    unsigned column = error->int2 > 0 ? (unsigned)error->int2 : 1;
    if (line == 1)
        column = column > before ? column - (unsigned)before : 1;
    bool doctype = error->code == XML_ERR_USER_STOP;
    *decoding->reject = (struct reject){
        .stage = "decode",
        .code = doctype ? "doctype" : "xml",
        .line = decoding->line + line - 1,
        .column = column,
        .message = doctype ? "a DOCTYPE is not allowed"
                           : text_trim(decoding->arena, xml_message(decoding->arena, error, NULL))};
    return NULL;
}

static xmlNode *only_element(xmlNode *parent)
{
    xmlNode *first = xmlFirstElementChild(parent);
    return first && !xmlNextElementSibling(first) ? first : NULL;
}

static size_t count_attributes(struct slice attributes)
{
    struct markup_attribute attribute;
    size_t count = 0;
    while (markup_attribute_next(&attributes, &attribute))
        count++;
    return count;
}

/* libxml2 compares each attribute of an element with all those before it: a megabyte of them is minutes. */
static bool has_few_attributes(const struct decoding *decoding)
{
    const char *start = decoding->text.bytes;
    struct markup_scan scan = {.at = start, .end = start + decoding->text.size};
    struct markup_tag tag;
    enum markup kind;
    if (decoding->text.size <= (size_t)FORMAT_FIELDS_MOST * LEAST_ATTRIBUTE)
        return true;
    while ((kind = markup_next(&scan, &tag)) != MARKUP_NONE) {
        size_t count =
            kind == MARKUP_START || kind == MARKUP_EMPTY ? count_attributes(tag.attributes) : 0;
        if (count > FORMAT_FIELDS_MOST)
            return decode_refuse(decoding, "fields", (size_t)(tag.start - start),
                                 arena_printf(decoding->arena, "%zu attributes; the most is %d",
                                              count, FORMAT_FIELDS_MOST));
    }
    return true;
}

/* The record's element; what the header says stands around it. */
static xmlNode *parse(const struct decoding *decoding, struct slice header)
{
    struct buffer text = {.arena = decoding->arena};
    struct slice all = decoding->text;
    if (header.size) {
        buffer_add(&text, header.bytes, header.size);
        buffer_add(&text, all.bytes, all.size);
        buffer_text(&text, "</in>");
        all = (struct slice){buffer_string(&text), text.length};
    }
    xmlParserCtxt *parser = parser_of(decoding->format->reader);
    xmlDoc *doc = xmlCtxtReadMemory(parser, all.bytes, (int)all.size, NULL, NULL, PARSE_OPTIONS);
    if (doc)
        arena_defer(decoding->arena, free_doc, doc);
    if (!doc || !parser->nsWellFormed || parser->errNo == XML_ERR_USER_STOP) {
        xmlError error = parser->lastError;
        if (parser->errNo == XML_ERR_USER_STOP)
            error.code = XML_ERR_USER_STOP;
        (void)refuse(decoding, &error, header.size);
        return NULL;
    }
    xmlNode *root = xmlDocGetRootElement(doc);
    xmlNode *element = header.size ? only_element(root) : root;
    if (!element)
        (void)decode_refuse(decoding, "xml", 0, "it is not one element");
    return element;
}

const struct fields *xml_decode(const struct decoding *decoding, struct slice header)
{
    struct decoding reading = *decoding;
    if (header.size && !read_header(&reading, &header))
        return NULL;
    xmlNode *element = has_few_attributes(&reading) ? parse(&reading, header) : NULL;
    if (!element || (reading.format->reader->schema &&
                     !xml_schema_fits(&reading, reading.format->reader->schema, element)))
        return NULL;
    struct fields *fields = NEW(decoding->arena, struct fields);
    *fields = (struct fields){
        .arena = decoding->arena, .node = element, .reader = decoding->format->reader};
    return fields;
}

/* ---- paths */

/* The nodes that a path leads to. */
struct found {
    struct arena *arena; /* NULL: only the first is wanted, and how many there are */
    xmlNode *first;
    xmlNode **list;
    size_t count, room;
};

static void add_node(struct found *found, xmlNode *node)
{
    if (!found->count)
        found->first = node;
    if (!found->arena) {
        found->count++;
        return;
    }
    LIST_ADD(found->arena, found, node);
}

static bool is_named(const xmlChar *name, const xmlNs *namespace, const struct xml_step *step)
{
    return text_equal((const char *)name, step->local) &&
           text_equal(namespace ? (const char *)namespace->href : "", step->uri);
}

/* As deep as the path is long. */
// NOLINTNEXTLINE(misc-no-recursion)
static void follow(xmlNode *node, const struct xml_path *path, size_t step, struct found *found)
{
    if (step == path->count) {
        add_node(found, node);
        return;
    }
    if (node->type != XML_ELEMENT_NODE)
        return;
    if (path->steps[step].attribute) {
        for (xmlAttr *a = node->properties; a; a = a->next)
            if (is_named(a->name, a->ns, &path->steps[step]))
                add_node(found, (xmlNode *)(void *)a);
        return;
    }
    for (xmlNode *child = node->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE && is_named(child->name, child->ns, &path->steps[step]))
            follow(child, path, step + 1, found);
}

/* ---- texts */

static bool is_text(const xmlNode *node)
{
    return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

/* All text within, in its order: XPath's string value. */
static const char *node_text(struct arena *arena, const xmlNode *node)
{
    bool parent = node->type == XML_ELEMENT_NODE || node->type == XML_ATTRIBUTE_NODE;
    if (!parent)
        return text_or_empty((const char *)node->content);
    const xmlNode *at = node->children;
    if (!at)
        return "";
    if (is_text(at) && !at->next)
        return text_or_empty((const char *)at->content);
    struct buffer out = {.arena = arena};
    while (at) {
        if (is_text(at))
            buffer_text(&out, (const char *)at->content);
        if (at->type == XML_ELEMENT_NODE && at->children) {
            at = at->children;
            continue;
        }
        while (at != node && !at->next)
            at = at->parent;
        at = at == node ? NULL : at->next;
    }
    return buffer_string(&out);
}

/* What an XPath gives; NULL when it costs too much. */
static xmlXPathObject *evaluate(const struct fields *fields, const struct xml_field *field)
{
    xmlXPathContext *context = fields->reader->context;
    context->node = fields->node;
    context->doc = fields->node->doc;
    context->opLimit = COST_MOST;
    context->opCount = 0;
    context->depth = 0;
    return xmlXPathCompiledEval(field->compiled, context);
}

static void free_object(void *object)
{
    xmlXPathFreeObject(object);
}

static const char *own(struct arena *arena, xmlChar *text)
{
    const char *copy = arena_strdup(arena, text ? (const char *)text : "");
    xmlFree(text);
    return copy;
}

static const char *object_text(const struct fields *fields, xmlXPathObject *object,
                               const char **flag)
{
    xmlNodeSet *set = object->nodesetval;
    if (object->type == XPATH_BOOLEAN)
        return object->boolval ? "true" : "false";
    if (object->type == XPATH_NUMBER)
        return xmlXPathIsNaN(object->floatval)
                   ? NULL
                   : own(fields->arena, xmlXPathCastNumberToString(object->floatval));
    if (object->type == XPATH_STRING)
        return arena_strdup(fields->arena, text_or_empty((const char *)object->stringval));
    if (object->type != XPATH_NODESET || !set || !set->nodeNr)
        return NULL;
    if (set->nodeNr > 1) {
        xmlXPathNodeSetSort(set);
        *flag = "repeated";
    }
    return node_text(fields->arena, set->nodeTab[0]);
}

/* How a field is read; `scratch` keeps what was not asked for when the mapping was read. */
static struct xml_field *field_of(struct arena *scratch, struct xml_reader *reader,
                                  const char *name)
{
    struct xml_field *field = map_get_text(&reader->fields, name);
    if (field)
        return field;
    field = NEW(scratch, struct xml_field);
    field->plain = xml_read_path(reader, scratch, name, &field->path);
    if (field->plain)
        return field;
    if (!xml_xpath_fault(reader, scratch, name))
        field->compiled = xmlXPathCtxtCompile(reader->context, (const xmlChar *)name);
    if (field->compiled)
        arena_defer(scratch, free_compiled, field->compiled);
    return field->compiled ? field : NULL;
}

const char *xml_field_fault(struct arena *arena, const struct format *format, const char *from)
{
    struct xml_reader *reader = format->reader;
    if (map_get_text(&reader->fields, from))
        return NULL;
    if (text_is_blank(from))
        return "it must be an XPath relative to the record's element, such as name, @id or .";
    reader->context->opCount = 0;
    struct xml_field *field = field_of(reader->arena, reader, from);
    if (!field) {
        const char *fault = xml_xpath_fault(reader, arena, from);
        return fault ? fault : "it is no XPath 1.0 expression, such as name, @id or r:owner/r:name";
    }
    map_put_text(&reader->fields, arena_strdup(reader->arena, from), field);
    return NULL;
}

const char *xml_drop_fault(struct arena *arena, const struct format *format, const char *field)
{
    struct xml_path path;
    const char *fault = xml_field_fault(arena, format, field);
    if (fault)
        return fault;
    return xml_read_path(format->reader, arena, field, &path) && path.count
               ? NULL
               : "it must be a path of names to an element or attribute, such as a, a/b or a/@b";
}

const char *xml_field_text(const struct fields *fields, const char *name, const char **flag)
{
    struct found found = {0};
    const struct xml_field *field = field_of(fields->arena, fields->reader, name);
    if (!field)
        return NULL;
    if (field->plain) {
        follow(fields->node, &field->path, 0, &found);
        if (found.count > 1)
            *flag = "repeated";
        return found.count ? node_text(fields->arena, found.first) : NULL;
    }
    xmlXPathObject *object = evaluate(fields, field);
    if (!object) {
        *flag = "unreadable";
        return NULL;
    }
    const char *text = object_text(fields, object, flag);
    free_object(object);
    return text;
}

static void find_all(const struct fields *fields, const struct xml_field *field,
                     struct found *found)
{
    if (field->plain) {
        follow(fields->node, &field->path, 0, found);
        return;
    }
    xmlXPathObject *object = evaluate(fields, field);
    xmlNodeSet *set = object && object->type == XPATH_NODESET ? object->nodesetval : NULL;
    if (set && set->nodeNr > 1)
        xmlXPathNodeSetSort(set);
    for (int i = 0; set && i < set->nodeNr; i++)
        add_node(found, set->nodeTab[i]);
    if (object)
        free_object(object);
}

size_t xml_field_each(struct arena *arena, const struct fields *fields, const char *name,
                      const struct fields *const **items)
{
    struct found found = {.arena = arena};
    const struct xml_field *field = field_of(arena, fields->reader, name);
    if (field)
        find_all(fields, field, &found);
    if (!found.list)
        return 0;
    const struct fields **each = NEW_ARRAY(arena, const struct fields *, found.count);
    struct fields *all = NEW_ARRAY(arena, struct fields, found.count);
    for (size_t i = 0; i < found.count; i++) {
        all[i] = (struct fields){.arena = arena, .node = found.list[i], .reader = fields->reader};
        each[i] = &all[i];
    }
    *items = each;
    return found.count;
}

bool xml_field_is_nested(const struct fields *fields, const char *name)
{
    ARENA(scratch);
    struct found found = {0};
    const struct xml_field *field = field_of(scratch, fields->reader, name);
    if (field && field->plain)
        follow(fields->node, &field->path, 0, &found);
    const xmlNode *child =
        found.count && found.first->type == XML_ELEMENT_NODE ? found.first->children : NULL;
    while (child && child->type != XML_ELEMENT_NODE)
        child = child->next;
    return child;
}
