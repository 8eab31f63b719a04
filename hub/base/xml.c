#include "hub/base/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlschemas.h>

#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "hub/base/xml_message.h"

/* The validator does not look behind an element that it did not expect.  So that one check shows all
 * mistakes, such an element is blanked and the rest is validated again, this often at most. */
#define PASSES_MOST 20

/* An element while it is read. */
struct open {
    struct xml_node node;
    struct xml_node *last; /* child */
    struct open *parent;
    struct buffer text;
    size_t start, end; /* in the body */
};

struct mistake {
    struct mistake *next; /* in the order of the file */
    unsigned line, column;
    const char *message;
};

struct place {
    size_t offset;
    unsigned line, column;
};

struct reader {
    struct arena *arena, *scratch;
    struct slice schema;
    const struct xml_names *names; /* of the schema, once there was a mistake */
    char *body;                    /* a copy to blank in */
    size_t size;
    unsigned pass;
    xmlParserCtxtPtr parser;
    struct open *root, *current, *about; /* about: what the validator talks of */
    struct open *unexpected;
    struct place place; /* the last one asked for */
    struct mistake *mistakes;
    bool malformed;
};

static struct place place_at(struct reader *reader, size_t offset)
{
    struct place at = reader->place;
    if (!at.line || offset < at.offset)
        at = (struct place){.line = 1, .column = 1};
    for (; at.offset < offset && at.offset < reader->size; at.offset++) {
        char c = reader->body[at.offset];
        if (c == '\n') {
            at.line++;
            at.column = 1;
        } else if ((c & 0xc0) != 0x80) {
            at.column++;
        }
    }
    return reader->place = at;
}

static void add_mistake(struct reader *reader, unsigned line, unsigned column, const char *message)
{
    struct mistake **at = &reader->mistakes;
    for (; *at; at = &(*at)->next) {
        if ((*at)->line > line || ((*at)->line == line && (*at)->column > column))
            break;
        if ((*at)->line == line && (*at)->column == column && text_equal((*at)->message, message))
            return;
    }
    struct mistake *mistake = NEW(reader->arena, struct mistake);
    *mistake = (struct mistake){.next = *at, .line = line, .column = column, .message = message};
    *at = mistake;
}

/* How much of the body the parser has read. */
static size_t consumed(const struct reader *reader)
{
    long offset = xmlByteConsumed(reader->parser);
    if (offset < 0)
        return 0;
    return (size_t)offset < reader->size ? (size_t)offset : reader->size;
}

/* Where the tag starts that the parser is in: no '<' can stand within a tag. */
static size_t tag_start(const struct reader *reader)
{
    size_t at = consumed(reader);
    at -= at == reader->size && at;
    while (at && reader->body[at] != '<')
        at--;
    return at;
}

/* Only the first: what follows mostly follows from it. */
static void on_malformed(struct reader *reader, const xmlError *error)
{
    if (reader->malformed)
        return;
    reader->malformed = true;
    if (error->code == XML_ERR_UNSUPPORTED_ENCODING) /* check_encoding() says it */
        return;
    size_t offset = error->code == XML_ERR_TAG_NAME_MISMATCH ? tag_start(reader) : consumed(reader);
    struct place at = place_at(reader, offset);
    add_mistake(reader, at.line, at.column,
                xml_message(reader->arena, error, &(struct xml_where){.element = ""}));
}

static bool has_mistake(const struct reader *reader, unsigned line, unsigned column)
{
    const struct mistake *at = reader->mistakes;
    while (at && (at->line != line || at->column != column))
        at = at->next;
    return at;
}

/* Looked at only when there is a mistake. */
static const struct xml_names *schema_names(struct reader *reader)
{
    if (!reader->names)
        reader->names = xml_names_read(reader->scratch, reader->schema);
    return reader->names;
}

static void on_invalid(struct reader *reader, const xmlError *error)
{
    const struct open *about = reader->about;
    if (reader->malformed || (reader->pass && xml_message_incomplete(error)))
        return;
    unsigned line = about ? about->node.line : 1, column = about ? about->node.column : 1;
    const char *name = xml_message_attribute(reader->arena, error);
    const struct xml_attribute *attribute =
        name && about ? xml_attribute(&about->node, name) : NULL;
    if (attribute) {
        line = attribute->line;
        column = attribute->column;
    }
    if (xml_message_unexpected(error) && !reader->unexpected)
        reader->unexpected = reader->about;
    if (xml_message_repeats(error) && has_mistake(reader, line, column))
        return;
    const struct xml_where where = {
        .element = about ? about->node.name : "",
        .parent = about && about->parent ? about->parent->node.name : NULL,
        .names = schema_names(reader),
    };
    add_mistake(reader, line, column, xml_message(reader->arena, error, &where));
}

static void on_error(void *to, xmlErrorPtr error)
{
    if (error->level == XML_ERR_WARNING)
        return;
    if (error->domain == XML_FROM_SCHEMASV)
        on_invalid(to, error);
    else
        on_malformed(to, error);
}

/* Places of the attributes, read from the tag itself: the parser has checked its form. */
static void locate_attributes(struct reader *reader, size_t at, struct xml_attribute *attributes,
                              size_t count)
{
    size_t end = consumed(reader);
    for (; at < end; at++) {
        if (!strchr(" \t\r\n", reader->body[at]))
            continue;
        size_t name = at + 1, length = strcspn(reader->body + name, "= \t\r\n/>");
        for (size_t i = 0; i < count; i++) {
            if (length && strlen(attributes[i].name) == length &&
                !memcmp(attributes[i].name, reader->body + name, length)) {
                struct place place = place_at(reader, name);
                attributes[i].line = place.line;
                attributes[i].column = place.column;
            }
        }
        if (!length)
            continue;
        size_t open = name + strcspn(reader->body + name, "\"'>");
        const char *close = open < end ? memchr(reader->body + open + 1, reader->body[open],
                                                reader->size - open - 1)
                                       : NULL;
        if (close)
            at = (size_t)(close - reader->body);
    }
}

static void read_attributes(struct reader *reader, struct open *open, int count,
                            const xmlChar **attributes)
{
    if (count <= 0)
        return;
    struct xml_attribute *list = NEW_ARRAY(reader->arena, struct xml_attribute, (size_t)count);
    for (size_t i = 0; i < (size_t)count; i++) {
        const xmlChar **five =
            attributes + 5 * i; /* name, prefix, namespace, start, end of value */
        list[i].name = arena_strdup(reader->arena, (const char *)five[0]);
        list[i].value =
            arena_strndup(reader->arena, (const char *)five[3], (size_t)(five[4] - five[3]));
        list[i].line = open->node.line;
        list[i].column = open->node.column;
    }
    locate_attributes(reader, open->start, list, (size_t)count);
    open->node.attributes = list;
    open->node.attribute_count = (size_t)count;
}

/* The parameters are libxml2's. */
// NOLINTNEXTLINE(readability-function-size)
static void on_start(void *to, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int namespace_count, const xmlChar **namespaces, int attribute_count,
                     int defaulted, const xmlChar **attributes)
{
    (void)prefix, (void)uri, (void)namespace_count, (void)namespaces, (void)defaulted;
    struct reader *reader = to;
    struct open *open = NEW(reader->arena, struct open);
    open->text.arena = reader->arena;
    open->parent = reader->current;
    open->start = tag_start(reader);
    struct place place = place_at(reader, open->start);
    open->node.name = arena_strdup(reader->arena, (const char *)name);
    open->node.line = place.line;
    open->node.column = place.column;
    read_attributes(reader, open, attribute_count, attributes);
    if (!open->parent)
        reader->root = open;
    else if (open->parent->last)
        open->parent->last->next = &open->node;
    else
        open->parent->node.first = &open->node;
    if (open->parent)
        open->parent->last = &open->node;
    reader->current = reader->about = open;
}

static const char *one_line(struct arena *arena, const char *text)
{
    struct buffer out = {.arena = arena};
    for (; *text; text++) {
        bool blank = strchr(" \t\r\n", *text);
        if (!blank)
            buffer_char(&out, *text);
        else if (out.length && out.data[out.length - 1] != ' ')
            buffer_char(&out, ' ');
    }
    return text_trim(arena, buffer_string(&out));
}

static void on_end(void *to, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)name, (void)prefix, (void)uri;
    struct reader *reader = to;
    struct open *open = reader->current;
    open->end = consumed(reader);
    open->node.text = one_line(reader->arena, buffer_string(&open->text));
    reader->about = open;
    reader->current = open->parent;
}

static void on_text(void *to, const xmlChar *text, int size)
{
    struct reader *reader = to;
    if (reader->current && size > 0)
        buffer_add(&reader->current->text, (const char *)text, (size_t)size);
}

static void on_doctype(void *to, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    struct reader *reader = to;
    struct place at = place_at(reader, tag_start(reader));
    reader->malformed = true;
    add_mistake(reader, at.line, at.column, "a DOCTYPE is not allowed; remove it");
    xmlStopParser(reader->parser);
}

static void free_parser(void *parser)
{
    xmlFreeParserCtxt(parser);
}

static void free_schema(void *schema)
{
    xmlSchemaFree(schema);
}

static void free_schema_parser(void *parser)
{
    xmlSchemaFreeParserCtxt(parser);
}

static void free_validator(void *validator)
{
    xmlSchemaFreeValidCtxt(validator);
}

struct schema_reader {
    struct findings *findings;
    const char *file;
};

static void on_schema_error(void *to, xmlErrorPtr error)
{
    const struct schema_reader *reader = to;
    finding_add(reader->findings, reader->file, error->line > 0 ? (unsigned)error->line : 0, 0,
                "%s", text_trim(reader->findings->arena, error->message ? error->message : ""));
}

static xmlSchemaPtr load_schema(struct arena *scratch, const char *file, struct slice *body,
                                struct findings *findings)
{
    struct error err;
    if (!file_read(scratch, file, XML_FILE_MOST, body, &err)) {
        finding_add(findings, file, 0, 0, "%s", err.text);
        return NULL;
    }
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewMemParserCtxt(body->bytes, (int)body->size);
    if (!parser)
        abort(); /* out of memory */
    arena_defer(scratch, free_schema_parser, parser);
    struct schema_reader reader = {.findings = findings, .file = file};
    xmlSchemaSetParserStructuredErrors(parser, on_schema_error, &reader);
    xmlSetStructuredErrorFunc(&reader, on_schema_error);
    xmlSchemaPtr schema = xmlSchemaParse(parser);
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (schema)
        arena_defer(scratch, free_schema, schema);
    return schema;
}

static void check_encoding(struct reader *reader)
{
    const xmlParserCtxt *parser = reader->parser;
    const char *encoding = parser->input ? (const char *)parser->input->encoding : NULL;
    if (!encoding || text_same(encoding, "UTF-8") || text_same(encoding, "US-ASCII"))
        return;
    add_mistake(
        reader, 1, 1,
        arena_printf(reader->arena, "the encoding is '%s'; save the file as UTF-8", encoding));
}

static void parse(struct reader *reader, xmlSchemaPtr schema)
{
    ARENA(scratch);
    static const xmlSAXHandler handler = {
        .initialized = XML_SAX2_MAGIC,
        .internalSubset = on_doctype,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .cdataBlock = on_text,
    };
    reader->parser = xmlCreateMemoryParserCtxt(reader->body, (int)reader->size);
    xmlSchemaValidCtxtPtr validator = xmlSchemaNewValidCtxt(schema);
    if (!reader->parser || !validator)
        abort(); /* out of memory */
    arena_defer(scratch, free_parser, reader->parser);
    arena_defer(scratch, free_validator, validator);
    xmlCtxtUseOptions(reader->parser, XML_PARSE_NONET);
    *reader->parser->sax = handler;
    reader->parser->userData = reader;
    xmlSchemaSetValidStructuredErrors(validator, on_error, reader);
    xmlSetStructuredErrorFunc(reader, on_error);
    xmlSchemaSAXPlugPtr plug =
        xmlSchemaSAXPlug(validator, &reader->parser->sax, &reader->parser->userData);
    if (!plug)
        abort();                            /* out of memory */
    (void)xmlParseDocument(reader->parser); /* what it finds has been said */
    check_encoding(reader);
    xmlSchemaSAXUnplug(plug);
    xmlSetStructuredErrorFunc(NULL, NULL);
}

/* One blank for each character: what follows keeps its line and column. */
static void blank(struct reader *reader, const struct open *open)
{
    size_t to = open->start;
    for (size_t i = open->start; i < open->end; i++)
        if ((reader->body[i] & 0xc0) != 0x80)
            reader->body[to++] = reader->body[i] == '\n' ? '\n' : ' ';
    memmove(reader->body + to, reader->body + open->end, reader->size - open->end);
    reader->size -= open->end - to;
}

static void read_all(struct reader *reader, xmlSchemaPtr schema)
{
    for (; reader->pass < PASSES_MOST; reader->pass++) {
        reader->root = reader->current = reader->about = reader->unexpected = NULL;
        reader->place = (struct place){.line = 0};
        parse(reader, schema);
        if (reader->malformed || !reader->unexpected || reader->unexpected == reader->root)
            return;
        blank(reader, reader->unexpected);
    }
}

static bool is_text(struct reader *reader)
{
    size_t bad;
    if (text_check(reader->body, reader->size, &bad))
        return true;
    struct place at = place_at(reader, bad);
    add_mistake(reader, at.line, at.column, "this is not UTF-8; save the file as UTF-8");
    return false;
}

const struct xml_file *xml_read(struct arena *arena, const char *file, struct slice body,
                                const char *schema, struct findings *findings)
{
    ARENA(scratch);
    xmlInitParser();
    struct reader reader = {.arena = arena, .scratch = scratch, .size = body.size};
    xmlSchemaPtr compiled = load_schema(scratch, schema, &reader.schema, findings);
    if (!compiled)
        return NULL;
    reader.body = arena_strndup(scratch, body.bytes, body.size);
    if (body.size == 0)
        add_mistake(&reader, 1, 1, "the file is empty");
    else if (is_text(&reader))
        read_all(&reader, compiled);
    for (const struct mistake *m = reader.mistakes; m; m = m->next)
        finding_add(findings, file, m->line, m->column, "%s", m->message);
    if (reader.mistakes)
        return NULL;
    struct xml_file *read = NEW(arena, struct xml_file);
    read->file = arena_strdup(arena, file);
    read->body = body.bytes;
    read->hash = sha256_hex(arena, body.bytes, body.size);
    read->root = &reader.root->node;
    return read;
}

const struct xml_file *xml_load(struct arena *arena, const char *file, const char *schema,
                                struct findings *findings)
{
    struct slice body;
    struct error err;
    if (file_read(arena, file, XML_FILE_MOST, &body, &err))
        return xml_read(arena, file, body, schema, findings);
    finding_add(findings, file, 0, 0, "%s", err.text);
    return NULL;
}

const struct xml_attribute *xml_attribute(const struct xml_node *node, const char *name)
{
    for (size_t i = 0; i < node->attribute_count; i++)
        if (text_equal(node->attributes[i].name, name))
            return &node->attributes[i];
    return NULL;
}

const char *xml_text(const struct xml_node *node, const char *name, const char *otherwise)
{
    const struct xml_attribute *attribute = xml_attribute(node, name);
    return attribute ? attribute->value : otherwise;
}

bool xml_yes(const struct xml_node *node, const char *name)
{
    return text_equal(xml_text(node, name, "no"), "yes");
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
    const struct xml_node *child = node->first;
    while (child && !text_equal(child->name, name))
        child = child->next;
    return child;
}
