#include "hub/base/nearest.h"
#include "hub/dictionary/loader.h"

static struct class_draft *find_class(struct loader *loader, const char *name)
{
    for (struct class_draft *class = loader->first; class; class = class->next)
        if (text_equal(class->object_class.name, name))
            return class;
    return NULL;
}

static struct class_draft *new_class(struct loader *loader, const struct xml_file *xml,
                                     const struct xml_node *node)
{
    const char *name = xml_text(node, "name", "");
    const struct xml_node *definition = xml_child(node, "definition");
    if (!definition || !*definition->text)
        finding_add(loader->findings, xml->file, node->line, node->column,
                    "the class '%s' needs a <definition>", name);
    if (++loader->class_count > CLASSES_MOST)
        finding_add(loader->findings, xml->file, node->line, node->column,
                    "the class '%s' is one too many; a dictionary has at most %d", name,
                    CLASSES_MOST);
    struct class_draft *class = NEW(loader->arena, struct class_draft);
    class->object_class = (struct object_class){
        .name = name,
        .label = name,
        .definition = definition ? definition->text : "",
        .steward = "",
    };
    class->xml = xml;
    class->node = node;
    class->synonyms.arena = loader->arena;
    if (loader->last)
        loader->last->next = class;
    else
        loader->first = class;
    return loader->last = class;
}

static struct class_draft *open_class(struct loader *loader, const struct xml_file *xml,
                                      const struct xml_node *node)
{
    const char *name = xml_text(node, "name", "");
    const struct xml_node *definition = xml_child(node, "definition");
    struct class_draft *class = find_class(loader, name);
    if (class && definition)
        finding_add(loader->findings, xml->file, definition->line, definition->column,
                    "the class '%s' is defined already; only elements can be added to it", name);
    if (!class)
        class = new_class(loader, xml, node);
    class->object_class.label = xml_text(node, "label", class->object_class.label);
    class->object_class.steward = xml_text(node, "steward", class->object_class.steward);
    return class;
}

/* A composite that stands in both files has the shipped one's form. */
static bool is_many(const struct class_draft *class, const struct xml_node *node)
{
    for (const struct element_draft *e = class->first; e; e = e->next)
        if (e->element.composite && text_equal(e->element.composite, xml_text(node, "name", "")))
            return e->element.many;
    return xml_yes(node, "many");
}

static void read_composite(struct loader *loader, const struct xml_file *xml,
                           const struct xml_node *node, struct class_draft *class)
{
    bool many = is_many(class, node);
    for (const struct xml_node *child = node->first; child; child = child->next)
        element_read(loader, xml, child, class, xml_text(node, "name", ""), many);
}

static void read_class(struct loader *loader, const struct xml_file *xml,
                       const struct xml_node *node)
{
    struct class_draft *class = open_class(loader, xml, node);
    for (const struct xml_node *child = node->first; child; child = child->next) {
        if (text_equal(child->name, "element"))
            element_read(loader, xml, child, class, NULL, false);
        else if (text_equal(child->name, "composite"))
            read_composite(loader, xml, child, class);
        else if (text_equal(child->name, "identity"))
            LIST_ADD(loader->arena, class, ((struct identity_draft){xml, child}));
        else if (text_equal(child->name, "stitch"))
            class->stitch = (struct identity_draft){xml, child};
    }
}

void classes_read(struct loader *loader, const struct xml_file *xml)
{
    for (const struct xml_node *node = xml->root->first; node; node = node->next)
        if (text_equal(node->name, "class"))
            read_class(loader, xml, node);
    for (const struct xml_node *node = xml->root->first; node; node = node->next)
        if (text_equal(node->name, "refine"))
            element_refine(loader, xml, node);
}
