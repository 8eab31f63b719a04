/* Why: what the hub knows about two records, or two customers, being one.  For `axle why` alone. */
#pragma once

#include "hub/base/uuid.h"
#include "hub/programs/axle/desk.h"

struct one {
    int64_t id;
    const char *source, *key, *part;
    struct uuid customer; /* nil: it has none yet */
    const struct features *features;
    struct slice keys; /* packed postings */
};

/* What stands on one side: a record, or all records of a customer. */
struct party {
    const char *given;
    bool is_customer;
    struct one *list;
    size_t count;
};

struct names {
    const char **list;
    size_t count, room;
};

/* A way from one record to another: each stop with the weight of the edge that leads there. */
struct stop {
    const struct one *one;
    int32_t weight;
};

struct against {
    const struct one *left, *right; /* the pair of records that agrees least */
    const char *words;              /* in what they differ */
    struct judgement judgement;
};

struct why {
    struct arena *arena;
    const struct hub *hub;
    unsigned step; /* of the model, as the hub has it */
    struct party parties[2];
    struct generic_keys generic;    /* among the keys of all records */
    struct map refined;             /* key and refine that are generic together */
    const struct one *left, *right; /* the pair that is explained: the best one */
    struct explanation explanation;
    struct names met, skipped; /* keys that both hold: candidate sources, and generic ones */
    size_t pairs, vetoed;      /* compared, and of them forbidden */
    /* Where a match is two customers: what speaks against it; NULL where they have no other records. */
    struct against *against;
    bool same;         /* one customer now */
    struct stop *path; /* from left to right, left not included; NULL: there is none */
    size_t path_length;
};

/* Fill in all of it from .arena, .hub and .parties[].given; NOT_FOUND says what to do instead. */
bool why_find(struct why *why, struct error *err) MUST_CHECK;
/* The edges that hold the two together within their customer: the way with the fewest. */
bool why_path(struct why *why, struct error *err) MUST_CHECK;

/* "SOURCE/KEY" or "SOURCE/KEY#PART". */
const char *why_name(struct arena *arena, const struct one *one);
const char *why_outcome(const struct why *why);
void why_print(const struct why *why);
void why_print_json(const struct why *why);
