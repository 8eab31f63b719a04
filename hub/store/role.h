/*
 * Role: what rights a connector has in the database: those of axle_CONNECTOR, which adds to the inbox, moves
 * its cursors, and sees no customer (schemas/migrations/0008_roles.sql).
 */
#pragma once

#include "hub/store/db.h"

/* Make the roles and give them their rights; safe to call again.  Where the database's user may not do
 * that, *advice is what an administrator must run; otherwise it is NULL. */
bool role_admit(struct arena *arena, struct db *db, const char **advice,
                struct error *err) MUST_CHECK;
/* From now on this connection has no more rights than the connector needs.  *assumed is false, and all
 * stays as it was, where there is no such role. */
bool role_assume(struct db *db, const char *connector, bool *assumed, struct error *err) MUST_CHECK;
