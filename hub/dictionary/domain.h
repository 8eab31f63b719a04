/* Domain: value domains and their code lists, while a dictionary is loaded. */
#pragma once

#include "hub/base/xml.h"
#include "hub/dictionary/dictionary.h"

struct domains {
    struct arena *arena;
    struct findings *findings;
    struct map by_name; /* struct domain_draft */
};

/* Read every <domain> of a file: a new one, or more codes and synonyms for one that is there. */
void domains_read(struct domains *domains, const struct xml_file *xml);
/* The finished domain, or NULL. */
const struct domain *domains_get(const struct domains *domains, const char *name);
/* The name nearest to one that is not there, or NULL. */
const char *domains_nearest(const struct domains *domains, const char *name);
