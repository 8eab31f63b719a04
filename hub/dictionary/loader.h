/* Loader: classes and elements while a dictionary is loaded.  For this directory only. */
#pragma once

#include "hub/dictionary/domain.h"

#define ELEMENTS_MOST 2000
#define CLASSES_MOST 100

struct element_draft {
    struct element element;
    struct element_draft *next;
    const struct xml_file *xml; /* where it stands */
    const struct xml_node *node;
    const struct xml_attribute *purpose; /* where that was said, and in which file */
    const struct xml_file *purpose_xml;
    const char **list; /* synonyms while they grow */
    size_t count, room;
};

/* An <identity>, read once all elements are there. */
struct identity_draft {
    const struct xml_file *xml;
    const struct xml_node *node;
};

struct class_draft {
    struct object_class object_class;
    const struct xml_file *xml; /* where it stands first */
    const struct xml_node *node;
    struct element_draft *first, *last;
    struct class_draft *next;
    struct identity_draft stitch; /* <stitch>; no node: none */
    struct map synonyms; /* struct element_draft by what its synonyms have in them, folded */
    struct identity_draft *list;
    size_t count, room;
};

struct loader {
    struct arena *arena;
    struct findings *findings;
    struct domains domains;
    struct class_draft *first, *last;
    size_t class_count, element_count;
    struct map names;   /* struct element_draft by the element's full name */
    struct map columns; /* the same, per class: "customer name_family" */
};

/* class.c: read every <class>, then every <refine>, of a file whose domains have been read. */
void classes_read(struct loader *loader, const struct xml_file *xml);

/* element.c: read an <element>; `composite` is the name of what it is part of, or NULL. */
void element_read(struct loader *loader, const struct xml_file *xml, const struct xml_node *node,
                  struct class_draft *class, const char *composite, bool many);
void element_refine(struct loader *loader, const struct xml_file *xml, const struct xml_node *node);
/* views.c: the views of all classes must have names of their own, and room for their columns. */
void views_check(struct loader *loader);
/* What can be judged only now that all is read. */
void element_check(struct loader *loader, const struct element_draft *draft);
