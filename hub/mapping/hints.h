/* Hints: what is allowed in a mapping and seldom meant. */
#pragma once

#include "hub/mapping/check.h"

/* Each <relation> is to a part that the mapping makes, or to another delivery. */
void check_relations(const struct checking *checking, const struct xml_node *source);
/* Warnings about a mapping without mistakes; `fields` are those that it reads. */
void hint_source(const struct checking *checking, const struct xml_node *source,
                 const char *const *fields);
