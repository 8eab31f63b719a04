/* What libxml2 says about a file, in words for the person who wrote it.  For those who run its parser. */
#pragma once

#include <libxml/xmlerror.h>

#include <stdbool.h>

#include "hub/base/xml_names.h"

/* Where a mistake stands: local names, NULL where there is none. */
struct xml_where {
    const char *element; /* the one at fault */
    const char *parent;
    const struct xml_names *names; /* of the schema */
};

const char *xml_message(struct arena *arena, const xmlError *error, const struct xml_where *where);
/* The attribute that a message is about, or NULL. */
const char *xml_message_attribute(struct arena *arena, const xmlError *error);
/* Does it only sum up what an earlier message about the same place may have said better? */
bool xml_message_repeats(const xmlError *error);
/* Does it say that the element must not stand where it stands? */
bool xml_message_unexpected(const xmlError *error);
/* Does it say that something is missing in the element? */
bool xml_message_incomplete(const xmlError *error);
