/*
 * Replay: map what is stored anew, by the mapping that is live now.
 *
 * Replayed are deliveries that no record rests on (rejected, or passed over), and of every current record
 * the latest delivery that named it.  A page at a time they are mapped and compared with what is current,
 * which tells what changes; and then, unless only that is asked for, they are put back into the queue,
 * behind all fresh ones, and the workers do the work.  Deliveries keep their numbers, so nothing counts
 * twice; a page is one transaction, so a kill costs nothing, and to begin again does no harm.
 *
 * A record whose delivery cannot be read any more stays as it is: what is published is never blanked.
 */
#pragma once

#include "hub/pipeline/hub.h"

struct replay_terms {
    const struct source *source;
    bool rejects_only;
    bool dry; /* only say what would change */
    const char *actor, *reason;
};

/* How often something happened: by a reject's code, or by an element. */
struct replay_count {
    const char *name;
    int64_t count, added, changed, removed; /* elements: values of records that change */
};
struct replay_counts {
    struct replay_count *list;
    size_t count, room;
};

struct replay_report {
    int64_t positions;                       /* looked at */
    int64_t cut_short;                       /* rejects whose bytes are not all kept: they stay */
    int64_t pass;                            /* rejects that can be read now */
    int64_t appear, disappear, change, same; /* records */
    struct replay_counts remain;             /* rejects that stay rejects, by code */
    struct replay_counts fail; /* what could be read before and cannot any more, by code */
    struct replay_counts elements;
};

struct replay *replay_new(struct arena *arena, const struct hub *hub,
                          const struct replay_terms *terms);
/* Do a page; *more is false when there was none left.  After a RETRY nothing happened: call again. */
bool replay_step(struct replay *replay, bool *more, struct error *err) MUST_CHECK;
/* What was found so far; its lists are sorted by name. */
const struct replay_report *replay_report(struct replay *replay);
