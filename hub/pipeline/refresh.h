/*
 * Refresh: make comparison vectors and postings anew from what is stored, when the model that they were
 * made with has changed; then resolve those records.
 */
#pragma once

#include "hub/pipeline/hub.h"

/* As ingest_batch(): at most `limit` records, in one transaction. */
bool refresh_batch(const struct hub *hub, size_t limit, size_t *done, struct error *err) MUST_CHECK;
/*
 * Make a model the active one and queue every record for it, while nobody resolves.  Does nothing when
 * it is active already.  *queued tells whether it was not.
 */
bool refresh_model(struct db *db, const struct model *model, bool *queued,
                   struct error *err) MUST_CHECK;
