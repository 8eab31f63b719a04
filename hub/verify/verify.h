/*
 * Verify: does the live database keep the promises of the hub?
 *
 * Reads one snapshot and changes nothing.  Records with a job still to be done are on their way and
 * not judged.
 */
#pragma once

#include "hub/pipeline/hub.h"

struct verdict {
    const char *name,
        *promise;    /* "links", "every current record belongs to exactly one customer" */
    int64_t checked; /* things looked at; -1: all there are */
    int64_t wrong;
    const char *example; /* the first that is wrong; NULL */
};

struct verdicts {
    struct verdict *list;
    size_t count, room;
};

/* At most about `sample` components and golden records are made anew; 0: all. */
bool verify_hub(struct arena *work, const struct hub *hub, size_t sample, struct verdicts *verdicts,
                struct error *err) MUST_CHECK;
/* SHA-256 of the state, as hexadecimal; NULL on failure. */
const char *verify_hash(struct arena *work, const struct hub *hub, struct error *err);
