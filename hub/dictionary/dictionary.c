#include "hub/dictionary/dictionary.h"

#include <unistd.h>

#include "hub/base/hash.h"
#include "hub/base/nearest.h"
#include "hub/dictionary/domain.h"

#define COLUMN_MOST 55 /* so that no generated SQL name is cut off at PostgreSQL's 63 */

struct element_draft {
    struct element element;
    struct element_draft *next;
};

struct class_draft {
    struct object_class object_class;
    struct element_draft *first, *last;
    struct class_draft *next;
};

struct loader {
    struct arena *arena;
    struct findings *findings;
    struct domains domains;
    struct class_draft *first, *last;
    struct map names;   /* every element's full name, and every class's */
    struct map columns; /* per class: "customer name_family" */
};

/* A composite's name, and what its elements share. */
struct composite {
    const char *name; /* NULL: none */
    bool many;
};

static const char *const sensitivities[] = {
    [SENSITIVITY_PUBLIC] = "public",
    [SENSITIVITY_INTERNAL] = "internal",
    [SENSITIVITY_PERSONAL] = "personal",
    [SENSITIVITY_SENSITIVE] = "sensitive",
};

static enum sensitivity read_sensitivity(const char *text)
{
    for (size_t i = 0; i < COUNT_OF(sensitivities); i++)
        if (text_equal(sensitivities[i], text))
            return (enum sensitivity)i;
    return SENSITIVITY_SENSITIVE; /* the schema knows better words than we: stay careful */
}

static const char *column_of(struct arena *arena, const char *path)
{
    char *column = arena_strdup(arena, path);
    for (char *c = column; *c; c++)
        if (*c == '.')
            *c = '_';
    return column;
}

/* Its names must be free: full name, and column within the class. */
static bool claim_names(struct loader *loader, const struct xml_file *xml,
                        const struct xml_node *node, struct element_draft *draft)
{
    const struct element *element = &draft->element;
    const struct xml_attribute *at = xml_attribute(node, "name");
    const char *column = arena_printf(loader->arena, "%s %s", element->class_name, element->column);
    if (map_get_text(&loader->names, element->name)) {
        finding_add(loader->findings, xml->file, at->line, at->column,
                    "the element '%s' is defined already", element->name);
        return false;
    }
    if (map_get_text(&loader->columns, column)) {
        finding_add(loader->findings, xml->file, at->line, at->column,
                    "the element '%s' would share the column '%s' with another", element->name,
                    element->column);
        return false;
    }
    if (strlen(element->column) > COLUMN_MOST) {
        finding_add(loader->findings, xml->file, at->line, at->column,
                    "the name of '%s' is too long; %d letters can be published", element->name,
                    COLUMN_MOST);
        return false;
    }
    map_put_text(&loader->names, element->name, draft);
    map_put_text(&loader->columns, column, draft);
    return true;
}

static const struct domain *find_domain(struct loader *loader, const struct xml_file *xml,
                                        const struct xml_node *node)
{
    const struct xml_attribute *at = xml_attribute(node, "domain");
    const struct domain *domain = domains_get(&loader->domains, at->value);
    if (domain)
        return domain;
    const char *near = domains_nearest(&loader->domains, at->value);
    finding_add(loader->findings, xml->file, at->line, at->column, "there is no domain '%s'%s",
                at->value, nearest_hint(loader->arena, near));
    return NULL;
}

static void read_element(struct loader *loader, const struct xml_file *xml,
                         const struct xml_node *node, struct class_draft *class,
                         const struct composite *composite)
{
    struct arena *arena = loader->arena;
    struct element_draft *draft = NEW(arena, struct element_draft);
    const char *name = xml_text(node, "name", "");
    const char *path = composite->name ? arena_printf(arena, "%s.%s", composite->name, name) : name;
    const char *class_name = class->object_class.name;
    draft->element = (struct element){
        .name = arena_printf(arena, "%s.%s", class_name, path),
        .path = path,
        .column = column_of(arena, path),
        .class_name = class_name,
        .composite = composite->name,
        .label = xml_text(node, "label", ""),
        .definition = xml_child(node, "definition")->text,
        .domain = find_domain(loader, xml, node),
        .many = composite->many || xml_yes(node, "many"),
        .sensitivity = read_sensitivity(xml_text(node, "sensitivity", "")),
        .standardiser = xml_text(node, "standardiser", NULL),
        .comparator = xml_text(node, "comparator", NULL),
        .survivorship = xml_text(node, "survivorship", ""),
        .group = xml_text(node, "group", NULL),
    };
    if (composite->name && strchr(name, '.'))
        finding_add(loader->findings, xml->file, node->line, node->column,
                    "'%s' stands in a composite; its name is one word", name);
    if (!claim_names(loader, xml, node, draft))
        return;
    if (class->last)
        class->last->next = draft;
    else
        class->first = draft;
    class->last = draft;
}

static void read_members(struct loader *loader, const struct xml_file *xml,
                         const struct xml_node *parent, struct class_draft *class,
                         const struct composite *composite)
{
    for (const struct xml_node *node = parent->first; node; node = node->next)
        if (text_equal(node->name, "element"))
            read_element(loader, xml, node, class, composite);
}

/* A composite that stands in both files has the shipped one's form. */
static bool is_many(const struct class_draft *class, const struct xml_node *node)
{
    for (const struct element_draft *e = class->first; e; e = e->next)
        if (e->element.composite && text_equal(e->element.composite, xml_text(node, "name", "")))
            return e->element.many;
    return xml_yes(node, "many");
}

static struct class_draft *open_class(struct loader *loader, const struct xml_file *xml,
                                      const struct xml_node *node)
{
    const char *name = xml_text(node, "name", "");
    const struct xml_node *definition = xml_child(node, "definition");
    for (struct class_draft *class = loader->first; class; class = class->next) {
        if (!text_equal(class->object_class.name, name))
            continue;
        if (definition)
            finding_add(loader->findings, xml->file, definition->line, definition->column,
                        "the class '%s' is defined already; only elements can be added to it",
                        name);
        return class;
    }
    if (!definition)
        finding_add(loader->findings, xml->file, node->line, node->column,
                    "the class '%s' needs a <definition>", name);
    struct class_draft *class = NEW(loader->arena, struct class_draft);
    class->object_class.name = name;
    class->object_class.definition = definition ? definition->text : "";
    if (loader->last)
        loader->last->next = class;
    else
        loader->first = class;
    return loader->last = class;
}

static void read_file(struct loader *loader, const struct xml_file *xml)
{
    domains_read(&loader->domains, xml);
    for (const struct xml_node *node = xml->root->first; node; node = node->next) {
        if (!text_equal(node->name, "class"))
            continue;
        struct class_draft *class = open_class(loader, xml, node);
        read_members(loader, xml, node, class, &(struct composite){.name = NULL});
        for (const struct xml_node *child = node->first; child; child = child->next)
            if (text_equal(child->name, "composite"))
                read_members(loader, xml, child, class,
                             &(struct composite){.name = xml_text(child, "name", ""),
                                                 .many = is_many(class, child)});
    }
}

static const struct dictionary *finish(const struct loader *loader, const char *hash)
{
    struct arena *arena = loader->arena;
    struct dictionary *dictionary = NEW(arena, struct dictionary);
    for (const struct class_draft *c = loader->first; c; c = c->next) {
        dictionary->class_count++;
        for (const struct element_draft *e = c->first; e; e = e->next)
            dictionary->element_count++;
    }
    struct object_class *class = NEW_ARRAY(arena, struct object_class, dictionary->class_count + 1);
    struct element *element = NEW_ARRAY(arena, struct element, dictionary->element_count + 1);
    dictionary->classes = class;
    dictionary->elements = element;
    dictionary->hash = hash;
    dictionary->by_name.arena = arena;
    unsigned id = 0;
    for (const struct class_draft *c = loader->first; c; c = c->next, class ++) {
        *class = c->object_class;
        class->first = id;
        for (const struct element_draft *e = c->first; e; e = e->next, element++) {
            *element = e->element;
            element->id = id++;
            map_put_text(&dictionary->by_name, element->name, element);
        }
        class->count = id - class->first;
    }
    return dictionary;
}

const struct dictionary *dictionary_load(struct arena *arena, const char *schema,
                                         const char *shipped, const char *site,
                                         struct findings *findings)
{
    size_t errors = findings->errors;
    struct loader loader = {.arena = arena, .findings = findings};
    loader.domains = (struct domains){.arena = arena, .findings = findings};
    loader.domains.by_name.arena = loader.names.arena = loader.columns.arena = arena;
    const char *const files[] = {shipped, site && access(site, F_OK) == 0 ? site : NULL};
    struct buffer hashes = {.arena = arena};
    for (size_t i = 0; i < COUNT_OF(files) && files[i]; i++) {
        const struct xml_file *xml = xml_load(arena, files[i], schema, findings);
        if (!xml)
            return NULL;
        buffer_text(&hashes, xml->hash);
        read_file(&loader, xml);
    }
    if (findings->errors > errors)
        return NULL;
    return finish(&loader, sha256_hex(arena, buffer_string(&hashes), hashes.length));
}

const struct element *dictionary_element(const struct dictionary *dictionary, const char *name)
{
    return map_get_text(&dictionary->by_name, name);
}

const struct element *dictionary_path(const struct dictionary *dictionary, const char *class_name,
                                      const char *path)
{
    char name[200];
    int length = snprintf(name, sizeof(name), "%s.%s", class_name, path);
    return length > 0 && (size_t)length < sizeof(name) ? dictionary_element(dictionary, name)
                                                       : NULL;
}

const struct object_class *dictionary_class(const struct dictionary *dictionary, const char *name)
{
    for (size_t i = 0; i < dictionary->class_count; i++)
        if (text_equal(dictionary->classes[i].name, name))
            return &dictionary->classes[i];
    return NULL;
}
