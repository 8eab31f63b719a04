/* What history.c and history_write.c share: the parts of the source records of a batch. */
#pragma once

#include "hub/pipeline/history.h"

enum { RECORD_CURRENT, RECORD_DELETED };

/* One part of a source record: as it is stored, and what this batch makes of it. */
struct part {
    struct part *next_of_key;
    const struct source_record *of;
    int64_t id, inbox_id, seq, content_hash;
    int64_t listed;    /* a delivery behind seq that names it as well, but came too late; or 0 */
    const char *order; /* what the source orders versions by, or NULL */
    int version, state;
    const char *name; /* which part */
    struct slice stored_keys;
    bool stored;        /* there is a row */
    bool was_current;   /* of a current record, */
    bool was_customer;  /* which counts as a current customer record */
    bool seen, deleted; /* what this batch did, beside a new version */
    const struct version *new_version;
    struct delivery *from; /* of the new version */
    /* As it is stored; only where a delivery has lost something, or comes too late (keep.h): */
    const char *doc, *class_name, *region, *effective;
    int64_t mapping_id;
};

/* One source record: its parts. */
struct source_record {
    int source_id;
    int64_t swept_to; /* what was delivered before this and is not stored is gone */
    const char *key;
    struct part *parts;
    struct rank latest; /* of what was said of it before the delivery at hand */
};

/* A version that was replaced before it was ever stored. */
struct replaced {
    struct replaced *next;
    const struct part *part;
    const struct version *version;
    const struct delivery *from;
    int number;
};

/* Deliveries of earlier batches that lose current records. */
struct release {
    int64_t inbox_id;
    int lost;
    bool deleted;
};

struct history {
    struct arena *work;
    const struct hub *hub;
    struct map by_key;      /* source_record */
    struct map by_id;       /* part */
    struct map by_delivery; /* struct delivery of this batch */
    struct map releases;    /* struct release */
    struct map swept;       /* int64_t: swept_to, by source */
    struct parts {
        struct part **list;
        size_t count, room;
    } parts; /* all, for writing */
    struct replaced *replaced;
};

static inline struct rank part_rank(const struct part *part)
{
    return (struct rank){part->order, part->seq};
}

static inline bool is_current(const struct part *part)
{
    return (part->stored || part->new_version) && part->state == RECORD_CURRENT;
}

/* Load what the two below need, once the parts are there. */
bool history_keep_load(struct history *history, const struct delivery *deliveries, size_t count,
                       bool any_late, struct error *err) MUST_CHECK;
/* Nothing that is published goes because its field does: a version, before it is added. */
void history_keep(const struct history *history, const struct delivery *delivery,
                  const struct source_record *stored, const struct part *part,
                  struct version *version);
/* A delivery that comes too late: the current version of a part may have lost what it states.  NULL: it
 * states that the part is gone. */
void history_keep_late(struct history *history, const struct delivery *delivery, struct part *part,
                       const struct record *late, const char *order);
/* A version that is replaced before it was ever stored. */
void history_archive_new(struct history *history, const struct part *part);
