/*
 * Ownership: who owned a product, one after the other, from its registrations.
 *
 * Pure.  A later registration by somebody else is a change of owner; registrations by different
 * customers of which nothing tells the later one are a dispute, which a steward decides.  What more
 * than OWNERS_MOST customers register is no single product: it has no owners, and disputes nothing.
 */
#pragma once

#include "hub/base/arena.h"
#include "hub/base/uuid.h"

#define OWNERS_MOST 100

struct registration {
    struct uuid id;       /* of the registration */
    int64_t record_id;    /* that names it: breaks ties, the same whatever came first */
    struct uuid customer; /* who registered; nil: not known, then it says nothing about owners */
    const char *since;    /* of the purchase, ISO 8601, also partial; NULL if unknown */
};

/* A customer's time as the owner, by the first registration that says so.  In a dispute times overlap. */
struct owner {
    const struct registration *registration;
    const char *since, *until; /* NULL: unknown; and until now */
};

struct dispute {
    const struct registration *left, *right; /* the one with the smaller record id is left */
    const char *since;                       /* NULL: there is no date */
};

struct ownership {
    struct owner *owners; /* in order */
    size_t owner_count;
    struct dispute *disputes;
    size_t dispute_count;
    bool crowded; /* too many customers registered it */
};

void ownership_decide(struct arena *arena, const struct registration *registrations, size_t count,
                      struct ownership *ownership);
