/* Beside: a file that lies beside a mapping and belongs to it, or the hub's copy.  For this directory only. */
#pragma once

#include "hub/mapping/check.h"

/* What stands in the file that an attribute names: UTF-8, at most 4 MiB.  `what` it is to be ("a table's file"),
 * and how its name ends.  NULL: it cannot be read, which is a finding. */
const char *beside_read(const struct checking *checking, const struct xml_attribute *at,
                        const char *what, const char *extension);
