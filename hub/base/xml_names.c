#include "hub/base/xml_names.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "hub/base/list.h"

#define DEPTH_MOST 30 /* of types within types */

struct xml_names {
    xmlDocPtr schema;
};

/* Names being gathered. */
struct gathering {
    struct arena *arena;
    xmlNodePtr root;    /* of the schema */
    const char *wanted; /* "attribute" or "element" */
    const char **list;
    size_t count, room;
    unsigned depth;
};

static void free_document(void *document)
{
    xmlFreeDoc(document);
}

const struct xml_names *xml_names_read(struct arena *arena, struct slice schema)
{
    xmlDocPtr document = xmlReadMemory(schema.bytes, (int)schema.size, NULL, NULL,
                                       XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (!document)
        return NULL;
    arena_defer(arena, free_document, document);
    struct xml_names *names = NEW(arena, struct xml_names);
    names->schema = document;
    return names;
}

static bool is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && text_equal((const char *)node->name, name);
}

/* An attribute's value; NULL if there is none. */
static const char *value_of(struct arena *arena, xmlNodePtr node, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
    const char *copy = value ? arena_strdup(arena, (const char *)value) : NULL;
    xmlFree(value);
    return copy;
}

static bool is_called(struct arena *arena, xmlNodePtr node, const char *name)
{
    const char *own = value_of(arena, node, "name");
    return own && text_equal(own, name);
}

static void add_name(struct gathering *gathering, const char *name)
{
    for (size_t i = 0; name && i < gathering->count; i++)
        if (text_equal(gathering->list[i], name))
            return;
    if (name)
        LIST_ADD(gathering->arena, gathering, name);
}

static void gather(struct gathering *gathering, xmlNodePtr within);

/* A type or a group that stands at the top of the schema. */
static void gather_named(struct gathering *gathering, const char *kind, const char *name)
{
    for (xmlNodePtr node = name ? gathering->root->children : NULL; node; node = node->next)
        if (is(node, kind) && is_called(gathering->arena, node, name))
            gather(gathering, node);
}

/* What a type says, and not what the elements in it say of themselves. */
static void gather(struct gathering *gathering, xmlNodePtr within)
{
    struct arena *arena = gathering->arena;
    if (gathering->depth++ > DEPTH_MOST)
        return;
    for (xmlNodePtr node = within->children; node; node = node->next) {
        if (is(node, gathering->wanted))
            add_name(gathering, value_of(arena, node, "name"));
        else if (is(node, "attributeGroup"))
            gather_named(gathering, "attributeGroup", value_of(arena, node, "ref"));
        else if (is(node, "extension"))
            gather_named(gathering, "complexType", value_of(arena, node, "base"));
        if (node->type == XML_ELEMENT_NODE && !is(node, "element"))
            gather(gathering, node);
    }
    gathering->depth--;
}

static void find(struct gathering *gathering, xmlNodePtr within, const char *element)
{
    if (gathering->depth++ > DEPTH_MOST)
        return;
    for (xmlNodePtr node = within->children; node; node = node->next) {
        if (is(node, "element") && is_called(gathering->arena, node, element)) {
            gather_named(gathering, "complexType", value_of(gathering->arena, node, "type"));
            gather(gathering, node);
        }
        if (node->type == XML_ELEMENT_NODE)
            find(gathering, node, element);
    }
    gathering->depth--;
}

static const char *const *names_of(struct arena *arena, const struct xml_names *names,
                                   const char *element, const char *wanted)
{
    struct gathering gathering = {
        .arena = arena, .root = xmlDocGetRootElement(names->schema), .wanted = wanted};
    find(&gathering, gathering.root, element);
    LIST_ADD(arena, &gathering, NULL);
    return gathering.list;
}

const char *const *xml_names_attributes(struct arena *arena, const struct xml_names *names,
                                        const char *element)
{
    return names_of(arena, names, element, "attribute");
}

const char *const *xml_names_children(struct arena *arena, const struct xml_names *names,
                                      const char *element)
{
    return names_of(arena, names, element, "element");
}

const char *xml_names_root(struct arena *arena, const struct xml_names *names)
{
    xmlNodePtr root = xmlDocGetRootElement(names->schema), node = root ? root->children : NULL;
    while (node && !is(node, "element"))
        node = node->next;
    const char *space = node ? value_of(arena, root, "targetNamespace") : NULL;
    if (!space)
        return NULL;
    return arena_printf(arena, "<%s xmlns=\"%s\"", value_of(arena, node, "name"), space);
}
