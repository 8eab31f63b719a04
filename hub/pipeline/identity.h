/*
 * Identity: which customer id each cluster carries, a pure decision.
 *
 * An id stays with the cluster that holds most of its records; where several ids meet in a cluster the
 * oldest survives; a cluster that no living id claims takes back the retired id most of whose records it
 * holds, and otherwise gets a new one.  The partition never depends on ids; the ids depend on history.
 */
#pragma once

#include "hub/base/uuid.h"

/* One record of the component: where it was and where it goes. */
struct membership {
    int64_t record_id;
    int64_t cluster;    /* smallest record id of its cluster; 0: the record is gone */
    struct uuid before; /* nil: it had no customer */
    struct uuid after;  /* filled in; nil for a record that is gone */
};

/* An id that was retired, and the records it had then. */
struct retired {
    struct uuid id;
    const int64_t *records;
    size_t count;
};

enum identity_fate { IDENTITY_MINTED, IDENTITY_REVIVED, IDENTITY_RETIRED };

struct identity_change {
    struct uuid id;
    enum identity_fate fate;
};

struct identity_changes {
    struct identity_change *list;
    size_t count;
};

/*
 * Fill in `after` of every membership.  The records of an id that is `before` anywhere are all among the
 * members.  *changes are the ids that begin, come back, or end.
 */
void identity_assign(struct arena *arena, struct membership *members, size_t count,
                     const struct retired *retired, size_t retired_count,
                     struct identity_changes *changes);

/* What happened, for the record of identity events. */
enum event_kind { EVENT_MERGE, EVENT_SPLIT, EVENT_MOVE };
struct identity_event {
    enum event_kind kind;
    struct uuid *from, *to;
    size_t from_count, to_count;
    const struct membership **moved; /* the records that changed their customer */
    size_t moved_count;
};
struct identity_events {
    struct identity_event *list;
    size_t count;
};
void identity_events(struct arena *arena, const struct membership *members, size_t count,
                     const struct identity_changes *changes, struct identity_events *events);
