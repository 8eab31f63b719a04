/* Read format: the <format> of a mapping. */
#pragma once

#include "hub/mapping/check.h"

/* What it says wrong becomes a finding. */
void read_format(const struct checking *checking, const struct xml_node *node,
                 struct format *format);
/* The attribute that names the XSD of its records, or NULL. */
const struct xml_attribute *read_schema_name(const struct xml_node *source);
