/* Which fields an XML record has. */
#include "hub/format/xml_fields.h"

struct naming {
    struct arena *arena;
    const struct xml_reader *reader;
    struct map known;
    const char **list;
    size_t count, room;
};

static void add_name(struct naming *naming, const char *name)
{
    if (naming->count == FORMAT_FIELDS_MOST || map_get_text(&naming->known, name))
        return;
    map_put_text(&naming->known, name, naming);
    LIST_ADD(naming->arena, naming, name);
}

/* As the mapping would write it, behind the path that leads there. */
static const char *path_to(struct naming *naming, const char *parent, const char *sign,
                           const xmlChar *name, const xmlNs *namespace)
{
    const struct xml_reader *reader = naming->reader;
    const char *slash = *parent ? "/" : "";
    if (!namespace)
        return arena_printf(naming->arena, "%s%s%s%s", parent, slash, sign, (const char *)name);
    for (size_t i = 0; i < reader->namespace_count; i++)
        if (text_equal(reader->namespaces[i].uri, (const char *)namespace->href))
            return arena_printf(naming->arena, "%s%s%s%s:%s", parent, slash, sign,
                                reader->namespaces[i].prefix, (const char *)name);
    if (text_equal((const char *)namespace->href, (const char *)XML_XML_NAMESPACE))
        return arena_printf(naming->arena, "%s%s%sxml:%s", parent, slash, sign, (const char *)name);
    return arena_printf(naming->arena, "%s%s%s{%s}%s", parent, slash, sign,
                        (const char *)namespace->href, (const char *)name);
}

/* Depth is bounded by the parser. */
// NOLINTNEXTLINE(misc-no-recursion)
static void add_names(struct naming *naming, const xmlNode *element, const char *path)
{
    bool leaf = true;
    for (const xmlAttr *a = element->properties; a; a = a->next)
        add_name(naming, path_to(naming, path, "@", a->name, a->ns));
    for (const xmlNode *child = element->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE || naming->count == FORMAT_FIELDS_MOST)
            continue;
        leaf = false;
        add_names(naming, child, path_to(naming, path, "", child->name, child->ns));
    }
    if (leaf && (*path || element->children))
        add_name(naming, *path ? path : ".");
}

const char *const *xml_field_names(struct arena *arena, const struct fields *fields)
{
    struct naming naming = {.arena = arena, .reader = fields->reader, .known = {.arena = arena}};
    if (fields->node->type == XML_ELEMENT_NODE)
        add_names(&naming, fields->node, "");
    LIST_ADD(arena, &naming, NULL);
    return naming.list;
}
