/*
 * Posting: the blocking keys of a record, packed as they are stored beside it, and the difference that
 * a new version makes in the postings: hub.posting, which outweighs their base (posting_page.h).
 */
#pragma once

#include "hub/match/match.h"
#include "hub/store/posting_page.h"

struct slice posting_pack(struct arena *arena, const struct blocking_key *keys, size_t count);
/* How many keys a packed list holds, and the i-th. */
size_t posting_count(struct slice packed);
struct blocking_key posting_at(struct slice packed, size_t i);

/* Changes to the table, gathered over a batch and written with a statement each. */
struct posting_changes {
    struct arena *arena;
    struct postings first, added, dropped;
};

/* A record held `before` and holds `after` now; returns what it dropped, packed. */
struct slice posting_change(struct posting_changes *changes, int64_t record_id, struct slice before,
                            struct slice after);
/* The same of a record that is new to the hub. */
struct slice posting_first(struct posting_changes *changes, int64_t record_id, struct slice keys);
bool posting_write(const struct posting_changes *changes, struct db *db,
                   struct error *err) MUST_CHECK;
