/*
 * Settle: bring everything that is stored to what it comes to, at once and in memory.
 *
 * What takes jobs one by one to resolve is resolved here as a whole (hub/resolver), compared with what is stored,
 * and what differs is written: by several processes, in transactions of some thousand records, each of which is
 * right by itself.  The result is what resolving one by one gives; a promise of verify holds after it as before.
 *
 * It always starts from the database, so being killed costs nothing but time: call it again.
 */
#pragma once

#include "hub/pipeline/hub.h"

struct settle_settings {
    const char *dsn;     /* for connections of its own */
    const char *scratch; /* a directory for what does not fit into memory */
    unsigned cores;      /* processes and threads; 0: one a processor */
    size_t memory;       /* bytes that resolving may take; 0: as the resolver finds right */
    size_t portion;      /* records that a transaction writes, or a little more; 0: 20,000 */
    /* Asked now and then: what is done now, how much of it, of how much; false: no further, which is RETRY.
     * NULL: nobody is asked. */
    bool (*tick)(void *to, const char *doing, size_t done, size_t all);
    void *to;
};

/*
 * Links, ids, events, golden records, edges, reviews, generic keys, partial resolutions and postings of all current
 * customer records, the step of the model that holds for them; and the jobs that ask for that are done.  Where
 * nobody has been told of any customer yet, one event says that the hub is loaded.
 *
 * Between hold_begin() and hold_end() of hub->db (hub/store/hold.h), outside of transactions.
 */
bool settle_all(const struct hub *hub, const struct settle_settings *settings,
                struct error *err) MUST_CHECK;

/* With fewer jobs that wait, resolving one by one is as good. */
#define SETTLE_LEAST 20000

/*
 * The same where more jobs wait than that, and they are of more than half of the records; *busy tells.  Holds the hub
 * meanwhile, and when it fails leaves it to whoever comes next.
 */
bool settle_when_due(const struct hub *hub, const struct settle_settings *settings, bool *busy,
                     struct error *err) MUST_CHECK;
