/*
 * Indexes: while an empty hub is filled, its big tables have none; they are made at the end, when each takes a
 * tenth of the time.  Nor do its tables leave room on their pages for new versions of rows.
 *
 * What makes them again is noted in hub.load with the dropping, and struck out with the making, so a load that
 * died is put right by whoever comes next.  Meanwhile nobody works (hub/store/hold.h); who only reads, reads slowly.
 */
#pragma once

#include "hub/load/settle.h"

/* Drop them, if there is no record yet; *dropped tells. */
bool indexes_drop(struct db *db, bool *dropped, struct error *err) MUST_CHECK;
/* Make those that are noted, on all cores; tables leave room again. */
bool indexes_make(struct db *db, const struct settle_settings *settings,
                  struct error *err) MUST_CHECK;
