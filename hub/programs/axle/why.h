/* Why: what the hub knows about two records, or two customers, being one; or about given values and a
 * customer.  For `axle why` alone. */
#pragma once

#include "hub/pipeline/inquiry.h"
#include "hub/pipeline/makeup.h"
#include "hub/programs/axle/desk.h"
#include "hub/programs/axle/party.h"

/* Keys that both hold. */
struct shared_keys {
    const struct keyhold **list;
    size_t count, room;
};

/* A way from one record to another: each stop with the weight of the edge that leads there. */
struct stop {
    const struct one *one;
    int32_t weight;
};

struct why {
    struct arena *arena;
    const struct hub *hub;
    bool redact;
    unsigned step; /* of the model, as the hub has it */
    int64_t model_number;
    struct party parties[2];  /* .given NULL: .list holds values */
    struct keyring keyring;   /* of all records */
    struct one *left, *right; /* the pair that is explained: the best one */
    struct explanation explanation;
    struct shared_keys met, skipped; /* candidate sources, and generic ones */
    size_t pairs, vetoed;            /* compared, and of them forbidden */
    bool same;                       /* one customer now */
    struct stop *path; /* from left to right, left not included; NULL: there is none */
    size_t path_length;
    const struct makeup *makeup;       /* of two customers of which a pair matches; or NULL */
    const struct makeup_join *refusal; /* what keeps them apart; NULL: nothing that is known */
};

/* Fill in all of it from .arena, .hub and .parties[].given; NOT_FOUND says what to do instead. */
bool why_find(struct why *why, struct error *err) MUST_CHECK;
/* The edges that hold the two together within their customer: the way with the fewest. */
bool why_path(struct why *why, struct error *err) MUST_CHECK;

/* log2 of the prior odds, in thousandths of a bit. */
int32_t why_prior(const struct hub *hub, unsigned step);
/* Both have a value, and the comparison found nothing in them: no news. */
bool why_is_silent(const struct reason *reason);
/* The weight of the household's hold, 0 or less; how many elements speak for it and how many against. */
struct why_sums {
    int32_t hold;
    unsigned confirmations, denials;
};
struct why_sums why_sum(const struct why *why);

void why_print_keys(const char *label, const struct shared_keys *keys, const char *none);
void why_write_keys(struct json_writer *json, const char *name, const struct shared_keys *keys);
void why_print(const struct why *why);
void why_print_json(const struct why *why);
/* The members of its object, for who writes more into it. */
void why_write(struct json_writer *json, const struct why *why);

/* axle why --search: who are these values? */
enum exit_status why_search(const struct call *call, struct desk *desk, struct error *err);
