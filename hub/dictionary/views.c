#include "hub/dictionary/loader.h"

#define NAME_MOST 63      /* PostgreSQL cuts off what is longer */
#define COLUMNS_MOST 1500 /* of one view; it adds ids and such, and PostgreSQL takes 1664 in all */

/* Views that every hub has, and is to have; those of the dictionary lie beside them. */
static const char *const taken[] = {
    "conservation", "decision", "drift",  "household_member", "id_event",    "lineage",
    "ownership",    "reject",   "source", "relation",         "review_task", "xref",
};

struct claim {
    struct loader *loader;
    struct map *views; /* those claimed, by name */
};

static void claim(const struct claim *to, const char *what, const char *view,
                  const struct xml_file *xml, const struct xml_node *node)
{
    const char *wrong = NULL;
    bool reserved = false;
    for (size_t i = 0; i < COUNT_OF(taken); i++)
        reserved = reserved || text_equal(taken[i], view);
    if (reserved || map_get_text(to->views, view))
        wrong = "is that of another already; choose another name";
    else if (strlen(view) > NAME_MOST)
        wrong =
            arena_printf(to->loader->arena, "is too long; %d letters can be published", NAME_MOST);
    map_put_text(to->views, view, to->loader);
    if (wrong)
        finding_add(to->loader->findings, xml->file, node->line, node->column,
                    "the name of the view of %s, axle.%s, %s", what, view, wrong);
}

/* An element that has a view of its own, or is the first of a composite, which has. */
static void claim_element(const struct claim *to, const struct element_draft *draft)
{
    const struct element *element = &draft->element;
    struct arena *arena = to->loader->arena;
    if (element->composite) {
        const char *what = arena_printf(arena, "'%s.%s'", element->class_name, element->composite);
        if (!map_get_text(to->views, what))
            claim(to, what, arena_printf(arena, "%s_%s", element->class_name, element->composite),
                  draft->xml, draft->node);
        map_put_text(to->views, what, to->loader);
    } else if (element->many) {
        claim(to, arena_printf(arena, "'%s'", element->name),
              arena_printf(arena, "%s_%s", element->class_name, element->column), draft->xml,
              draft->node);
    }
}

void views_check(struct loader *loader)
{
    struct map views = {.arena = loader->arena};
    const struct claim to = {loader, &views};
    for (const struct class_draft *class = loader->first; class; class = class->next) {
        const char *name = class->object_class.name;
        unsigned columns = 0;
        claim(&to, arena_printf(loader->arena, "'%s'", name), name, class->xml, class->node);
        for (const struct element_draft *e = class->first; e; e = e->next) {
            claim_element(&to, e);
            columns += !e->element.composite && !e->element.many;
            if (columns == COLUMNS_MOST + 1)
                finding_add(loader->findings, e->xml->file, e->node->line, e->node->column,
                            "the element '%s' is one too many; of one class %d single ones can be "
                            "published",
                            e->element.name, COLUMNS_MOST);
        }
    }
}
