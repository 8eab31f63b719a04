/* Domain: value domains and their code lists, while a dictionary is loaded.  For this directory only. */
#pragma once

#include "hub/base/list.h"
#include "hub/base/xml.h"
#include "hub/dictionary/dictionary.h"

#define FOLDED_MOST 200 /* bytes; longer texts are no codes and no synonyms */
#define CODES_MOST 5000
#define SYNONYMS_MOST 200

/* A code with its synonyms while they grow. */
struct code_draft {
    struct permitted permitted;
    const char **list;
    size_t count, room;
};

struct domain_draft {
    struct domain domain;
    const struct domain_draft *base; /* the domain that it narrows; NULL: none */
    struct code_draft **list;
    size_t count, room;
};

struct domains {
    struct arena *arena;
    struct findings *findings;
    struct map by_name; /* struct domain_draft */
    const struct domain **list;
    size_t count, room;
};

/* Read every <domain> of a file: a new one, or more codes and synonyms for one that is there. */
void domains_read(struct domains *domains, const struct xml_file *xml);
/* The finished domain, or NULL. */
const struct domain *domains_get(const struct domains *domains, const char *name);
/* The name nearest to one that is not there, or NULL. */
const char *domains_nearest(const struct domains *domains, const char *name);

/* code.c: read the <code>s of a domain into its draft, and finish its code list. */
void codes_read(struct domains *domains, const struct xml_file *xml, const struct xml_node *node,
                struct domain_draft *draft);
/* What counts of a text, its case folded; false when that is nothing or too much. */
bool code_fold(const char *text, char folded[FOLDED_MOST]);

/* narrow.c: why the first holds more than the second does, to follow its name; NULL when it does not. */
const char *domain_excess(struct arena *arena, const struct domain *narrow,
                          const struct domain *wide);
