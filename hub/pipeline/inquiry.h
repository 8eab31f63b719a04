/*
 * Inquiry: who is this?  Given values against all that the hub holds, by the keys and the comparison that a
 * record of a source with these values would meet; nothing is stored, and nothing locked.
 *
 *     struct inquiry inquiry = {.arena = work, .hub = hub, .record = record};
 *     if (!inquiry_run(&inquiry, err))
 *         return false;
 *     if (inquiry.count && inquiry.list[0].outcome == OUTCOME_MATCH)
 *         ... inquiry.list[0].customer
 */
#pragma once

#include "hub/base/uuid.h"
#include "hub/pipeline/hub.h"
#include "hub/pipeline/keyring.h"

/* A customer, by the record of it that fits best. */
struct inquired {
    struct uuid customer; /* nil: the record is not resolved yet */
    int64_t record_id;
    const char *source, *key, *part;
    const struct features *features;
    struct judgement
        judgement; /* veto: one of the customer's records that were compared forbids it */
    enum match_outcome outcome;
    double probability;
};

struct inquiry {
    struct arena *arena; /* given, as are hub and record */
    const struct hub *hub;
    /* Values with their `text`, a region: it is standardised as a source's record is. */
    struct record *record;

    unsigned step; /* of the model, as the hub has it */
    const struct features *features;
    struct keyring keyring;
    struct inquired *list; /* the best first; vetoed ones last */
    size_t count;
    size_t compared; /* records */
    bool partial;    /* a key was left out, since too many share it */
};

bool inquiry_run(struct inquiry *inquiry, struct error *err) MUST_CHECK;
