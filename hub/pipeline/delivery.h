/*
 * Delivery: one position of the inbox, decoded, mapped, standardised and made comparable.
 *
 * No database here: what a delivery becomes depends only on its bytes, its mapping and the model.
 */
#pragma once

#include "hub/golden/thing.h"
#include "hub/pipeline/hub.h"
#include "hub/record/reject.h"

/* What became of an inbox position, as hub.inbox.state has it. */
enum inbox_state {
    INBOX_PENDING,
    INBOX_REJECTED,
    INBOX_HELD,
    INBOX_SUPPRESSED,
    INBOX_UNCHANGED,
    INBOX_CURRENT,
    INBOX_SUPERSEDED,
    INBOX_DELETED,
};

/* One part as a delivery states it, ready to be stored. */
struct version {
    const struct record
        *mapped; /* as the mapping gives it, standardised; what is kept comes on top */
    const struct record *record;
    const char *doc;                    /* record_to_json() */
    int64_t content_hash;               /* equal for equal content */
    struct slice features, keys;        /* of customers */
    const struct thing_key *thing_keys; /* of other classes */
    size_t thing_key_count;
    int64_t statement;
};

/* What it would have said, had its source not drifted (drift.h). */
struct lost {
    const struct loss *loss;
    enum lost_why { LOST_ABSENT, LOST_UNREADABLE, LOST_NESTED } why;
};

struct delivery {
    int64_t inbox_id;
    const struct source *source;
    unsigned line;
    struct slice header, body;

    /* Of one that is mapped anew: */
    bool replayed;
    enum inbox_state was;    /* before it was put back */
    const char *const *said; /* keys of the records that rested on it then */
    size_t said_count;

    bool swept; /* no delivery: a snapshot, and `versions` is what it lacks */

    bool rejected;
    struct reject reject;
    const struct fields *fields; /* NULL: it could not be decoded */
    struct version *versions;    /* none: the mapping passes it over */
    size_t count;

    struct losses_of_delivery {
        struct lost *list;
        size_t count, room;
    } lost;
    bool lost_parts; /* a part that it does not state is not gone for that */

    /* What became of it, filled in while its parts are compared with what is stored: */
    unsigned live;            /* current records that come from it */
    bool was_live, unchanged; /* it made a version once; it said what was known already */
    bool deletes;             /* it deleted a record, or said first that there is none */
    bool lost_deleted;        /* the last of its records to go was deleted, not replaced */
};

/* Does it rest on what its mapping made of it before, because the new one cannot read it? */
static inline bool delivery_stands(const struct delivery *delivery)
{
    return delivery->rejected && delivery->replayed && delivery->was != INBOX_REJECTED &&
           delivery->was != INBOX_SUPPRESSED;
}

/* Fill in what its mapping makes of it. */
void delivery_read(struct arena *arena, const struct hub *hub, struct delivery *delivery);
/* Standardise a record and make it comparable; the record must live on. */
void version_make(struct arena *arena, const struct hub *hub, struct record *record,
                  struct version *version);
