/*
 * Lease: at most one process reads a source, wherever it runs.
 *
 * Take it before reading and keep it every LEASE_MS / 3.  Each transaction that adds to the inbox checks
 * it; so whoever was stopped for longer than it lasted, and comes back when another has it, adds nothing.
 */
#pragma once

#include "hub/store/db.h"

#define LEASE_MS 10000

struct lease {
    int source_id;
    int64_t token; /* 0: not taken */
};

/* What distinguishes the processes of one instance from those of others: host and directory. */
const char *lease_place(struct arena *arena, const char *home);
/* CONFLICT while another process has it.  Of one that is gone it is taken at once where that can be seen,
 * from the same place, and otherwise when its time is over. */
bool lease_take(struct db *db, int source_id, const char *place, struct lease *lease,
                struct error *err) MUST_CHECK;
/* For another LEASE_MS; CONFLICT when another process has it. */
bool lease_keep(struct db *db, const struct lease *lease, struct error *err) MUST_CHECK;
/* Within a transaction, which it holds until its end; CONFLICT when another process has it.  NULL: no
 * lease is asked for. */
bool lease_check(struct db *db, const struct lease *lease, struct error *err) MUST_CHECK;
/* So that another need not wait. */
bool lease_release(struct db *db, struct lease *lease, struct error *err);
