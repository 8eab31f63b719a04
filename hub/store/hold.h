/*
 * Hold: work on the hub as a whole, while nobody takes in, resolves or publishes.
 *
 * Who holds it has a lock, which ends with the connection, and leaves a note, which does not: so a hub that was
 * left half done is seen by whoever comes next, and nobody else touches it before.  Everybody else asks
 * applied_enter_work() in each transaction, and waits; what a holder's own children do in one, begins with
 * applied_enter().
 */
#pragma once

#include "hub/store/db.h"

/*
 * Begin; once it returns, nobody works any more.  CONFLICT while somebody else holds the hub: ask again later.
 * *broken_off tells that another one died: what he left must be brought right before the end.
 */
bool hold_begin(struct db *db, bool *broken_off, struct error *err) MUST_CHECK;
/* Everything is right again. */
bool hold_end(struct db *db, struct error *err) MUST_CHECK;
/* Let go without that: the note stays, for whoever comes next. */
bool hold_leave(struct db *db, struct error *err) MUST_CHECK;
/* Is there a note? */
bool hold_noted(struct db *db, bool *noted, struct error *err) MUST_CHECK;
