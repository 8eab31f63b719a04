/* Party: whom somebody means by SOURCE/KEY, SOURCE/KEY#PART or a customer id. */
#pragma once

#include "hub/base/uuid.h"
#include "hub/pipeline/hub.h"
#include "hub/programs/axle/redact.h"

struct one {
    struct named name;               /* id 0: no record, but values that are searched for */
    struct uuid customer;            /* nil: it has none yet */
    const struct features *features; /* NULL as party_find() leaves it, and so is: */
    const char *skipped;             /* names of keys that its resolution left out, or NULL */
    const char *ignored;             /* elements with values that stand for nobody, or NULL */
};

/* What stands on one side: a record, or all records of a customer. */
struct party {
    const char *given;
    bool is_customer;
    struct one *list;
    size_t count;
};

/* Fill it in from .given; NOT_FOUND says what to do instead. */
bool party_find(struct arena *arena, const struct hub *hub, struct party *party,
                struct error *err) MUST_CHECK;
