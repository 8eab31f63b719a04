/*
 * Dictionary: the business definitions that every source is mapped to (after ISO/IEC 11179).
 *
 * Everything hangs off it: published columns, REST representation, standardising, comparison,
 * survivorship.  It is read once from schemas/dictionary.xml and the site's own dictionary.xml, and
 * does not change afterwards; whoever wants the new one loads it anew.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "hub/base/arena.h"
#include "hub/base/finding.h"
#include "hub/base/map.h"
#include "hub/base/text.h"

/* A permitted value of a code list, with the other ways in which sources write it. */
struct permitted {
    const char *code, *label;
    const char *const *synonyms; /* ends with NULL; compared without regard to case */
};

/* What kind of values a domain holds; texts of each kind have one standard form. */
enum domain_kind {
    DOMAIN_TEXT,
    DOMAIN_CODE, /* one of the permitted values */
    DOMAIN_DATE, /* ISO 8601, also partial: 1978, 1978-11, 1978-11-12 */
    DOMAIN_TIME, /* ISO 8601 in UTC: 2024-03-05T14:30:00Z; where no more is known, a whole date */
    DOMAIN_INTEGER,  /* -12 */
    DOMAIN_NUMBER,   /* decimal text: 12.50 */
    DOMAIN_MONEY,    /* decimal text, in the currency that stands beside it */
    DOMAIN_DURATION, /* whole seconds */
    DOMAIN_BOOLEAN,  /* yes, no */
};

struct domain {
    const char *name;
    enum domain_kind kind;
    const char *unit; /* of numbers: "s", "%", ...; NULL: none */
    /* Of numbers as decimal text, of dates as ISO 8601; NULL: no limit, but that dates without a maximum
     * are of the past, or of the next year at the latest. */
    const char *minimum, *maximum;
    const char
        *check; /* how its check digit is made: vin, luhn, mod11, mod97, ean; NULL: it has none */
    const struct permitted *permitted; /* a code list; NULL for free text */
    size_t permitted_count;
    size_t length_most; /* in code points */
    struct map codes;   /* struct permitted by folded code, label and synonym: for domain_code() */
};

enum sensitivity {
    SENSITIVITY_PUBLIC,
    SENSITIVITY_INTERNAL,
    SENSITIVITY_PERSONAL,
    SENSITIVITY_SENSITIVE
};

struct element {
    unsigned id;            /* its index in dictionary->elements: only within this process */
    const char *name;       /* customer.name.family */
    const char *path;       /* name.family: its name within its class, also in stored documents */
    const char *column;     /* name_family: its published column */
    const char *class_name; /* customer */
    /* A composite is several elements that make one value together and can stand many times:
     * "address" for address.street; NULL for elements that are values by themselves. */
    const char *composite;
    const char *label, *definition;
    const struct domain *domain;
    bool many; /* published in a relation of its own: customer_email, customer_address */
    enum sensitivity sensitivity;
    const char *standardiser; /* a row of hub/standard; NULL: blanks trimmed, nothing else */
    const char *comparator;   /* a row of hub/match; NULL: not compared */
    const char *survivorship; /* a row of hub/golden: trust, union, ... */
    const char *group;        /* elements that survive together, from one record; NULL: by itself */
    /* The contact point of customers that its thing tells of, "customer.email": that things failed to
     * reach it (their `outcome` is "bounced") is published with it; NULL: none. */
    const char *about;
    /* What sources call it: "surname", "last name"; ends with NULL.  For suggestions and hints only. */
    const char *const *synonyms;
    const char *steward; /* who answers for it; "" if nobody is named */
    const char *status;  /* registration status after ISO/IEC 11179: candidate, standard, retired */
    const char *version; /* of its definition */
    const char *
        retention; /* how long a value is kept after it was last true: "7y"; "" if it is not limited */
    const char *purpose; /* the consent purpose that its use needs; "" if none */
};

/* Elements that together name one thing, whichever source speaks of it: a VIN; an order's number and
 * the system that gave it.  Two records of the class with equal values in all of `of` are the same thing
 * unless they contradict each other in one of `agree`. */
struct identity {
    const struct element *const *of;
    size_t count;
    const struct element *const *agree;
    size_t agree_count;
};

struct object_class {
    const char *name, *label, *definition, *steward;
    unsigned first, count; /* its elements: dictionary->elements[first .. first + count - 1] */
    const struct identity *identities; /* none: each record is a thing of its own */
    size_t identity_count;
    /* What a visitor is known by before he says who he is (a cookie), and since when a thing is so: the first
     * of them that it has.  NULL: none. */
    const struct element *visitor;
    const struct element *const *moments;
    size_t moment_count;
};

struct dictionary {
    const struct object_class *classes;
    size_t class_count;
    const struct element *elements;
    size_t element_count;
    const struct domain *const *domains;
    size_t domain_count;
    struct map by_name;
    const char *hash; /* of all that it was read from: what published views are stamped with */
};

/*
 * Read `shipped` and, unless it is NULL or does not exist, the site's file that extends it; `schema`
 * is dictionary.xsd.  NULL when there are errors among the findings.
 */
const struct dictionary *dictionary_load(struct arena *arena, const char *schema,
                                         const char *shipped, const char *site,
                                         struct findings *findings);

/* The same with the site's part at hand, which ends with a NUL that does not count: `site_name` is what
 * findings call it.  Without bytes there is none. */
const struct dictionary *dictionary_read(struct arena *arena, const char *schema,
                                         const char *shipped, const char *site_name,
                                         struct slice site_text, struct findings *findings);

/* By its full name ("customer.email"), or NULL. */
const struct element *dictionary_element(const struct dictionary *dictionary, const char *name);
/* By class and path ("customer", "email"), or NULL. */
const struct element *dictionary_path(const struct dictionary *dictionary, const char *class_name,
                                      const char *path);
const struct object_class *dictionary_class(const struct dictionary *dictionary, const char *name);

/* As memcmp, for two values of a kind that has bounds: numbers by their value, dates by as much as both say. */
int domain_compare(enum domain_kind kind, const char *left, const char *right);
/* What a dictionary file calls a kind of domain ("code"), and a sensitivity ("personal"). */
const char *domain_kind_name(enum domain_kind kind);
const char *sensitivity_name(enum sensitivity sensitivity);
/* The code that a source's text stands for, ignoring case, blanks and punctuation; NULL when it stands
 * for none, or the domain is no code list. */
const char *domain_code(const struct domain *domain, const char *text);
