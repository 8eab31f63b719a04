/* Serving: one source, read by one process; the frame's inside, which transports do not see. */
#pragma once

#include <signal.h>

#include "connectors/connector.h"
#include "hub/store/source_state.h"

/* Set by SIGTERM. */
extern volatile sig_atomic_t connector_stopping;

/* The transport of a kind; NULL: nobody pulls that. */
const struct connector *connector_of(enum transport_kind kind);

/* Another session for each mapping, connection and failure. */
struct serving {
    const char *connector, *name, *place; /* the daemon's, the source's; see lease_place() */
    const struct instance *instance;
    struct db *db;
    int unreachable; /* how often in a row there was no connection to be had */
    struct sources_now now;
    int64_t followed; /* when it was last asked whether mappings have changed */

    struct lease lease;
    int64_t leased; /* when it was taken or kept */
    bool lost;      /* it is somebody else's now: the session ends */

    const struct connector *transport;
    struct pull pull;
    struct map cursors; /* by stream: what the session knows of them */
    void *session;      /* NULL: none is open */
    int64_t next_look;

    struct map told;
    struct inbox_gauge gauge;
    struct source_state state;
    int64_t stated; /* when its row was last written, and as what */
    enum source_doing stated_as;
    int64_t rated, rate_records; /* since when, and what, is counted for the rate */
};

/* One step: look, stage what there is, or wait a second at most for something to come. */
bool serving_step(struct serving *serving, struct error *err) MUST_CHECK;
/* Note that a step failed. */
void serving_fail(struct serving *serving, const struct error *err);
/* Do nothing for a while, but keep the lease; not longer than until a mapping changes or SIGTERM comes. */
void serving_pause(struct serving *serving, int milliseconds);
/* The connection is gone, or the end has come: let go of everything. */
void serving_leave(struct serving *serving);
