/* Table: what a mapping looks texts up in, from its own file or one beside it.  For this directory only. */
#pragma once

#include "hub/base/map.h"
#include "hub/mapping/check.h"

struct table {
    const struct table *next;
    const char *name;
    const char *file, *text;   /* NULL: it stands in the mapping */
    const struct map *entries; /* of const char, by transform_lower() text */
};

/* The <entry> children of a <map> or <table>. */
const struct map *table_entries(const struct checking *checking, const struct xml_node *node);

/* The <table> children of the source; what is wrong with them or their files becomes findings. */
const struct table *tables_read(const struct checking *checking, const struct xml_node *source);

/* The texts of their files, and that of the XSD that an attribute names (NULL: none), as a JSON object by the
 * files' names, or NULL when there are none. */
const char *tables_json(struct arena *arena, const struct table *tables,
                        const struct xml_attribute *schema, const char *text);
