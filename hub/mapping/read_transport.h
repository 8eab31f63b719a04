/* Read_transport: the <from> of a mapping. */
#pragma once

#include "hub/mapping/check.h"

void read_transport(const struct checking *checking, const struct xml_node *source,
                    struct transport *transport);
