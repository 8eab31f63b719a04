/* Read: the rules of a mapping, from its file.  For this directory only; each mistake is a finding. */
#pragma once

#include "hub/mapping/check.h"
#include "hub/mapping/rules.h"

/* A template whose fields the format knows; NULL when the attribute is absent or wrong. */
const struct template *read_template(const struct checking *checking, const struct xml_node *node,
                                     const char *name);
/* A field's name, or a template when there is a bracket in it. */
const struct template *read_field(const struct checking *checking, const struct xml_node *node,
                                  const char *name);
/* A list's field; NULL when the attribute is absent. */
const char *read_each(const struct checking *checking, const struct xml_node *node);
/* `if`, `unless` and `is`. */
struct conditions read_conditions(const struct checking *checking, const struct xml_node *node);
/* `verified-if` and `verified-is`; NULL when they are absent. */
const struct condition *read_verified(const struct checking *checking, const struct xml_node *node);
/* NULL when the attribute is absent or wrong. */
const struct date_form *read_date_form(const struct checking *checking,
                                       const struct xml_node *node);
/* From 0 to 100; `otherwise` when the attribute is absent. */
unsigned read_trust(const struct checking *checking, const struct xml_node *node,
                    unsigned otherwise);

struct value_rule *read_value(const struct checking *checking, const struct xml_node *node,
                              const char *class_name);
struct record_rule *read_record(const struct checking *checking, const struct xml_node *node);
/* The children of the source of one name. */
const struct delete_rule *read_deletes(const struct checking *checking,
                                       const struct xml_node *source);
/* The fields that <drop> or <ignore> name; ends with NULL. */
const char *const *read_names(const struct checking *checking, const struct xml_node *source,
                              const char *name);
