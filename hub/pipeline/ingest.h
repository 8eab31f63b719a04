/*
 * Ingest: the first half of a record's life: from the inbox to a stored version, its postings, and a
 * job to resolve it; committed before anybody looks for candidates (steps 2 to 4 of the tour in
 * the top README).
 *
 * No delivery stops its neighbours: one that the database refuses becomes a reject with code "store".
 */
#pragma once

#include "hub/pipeline/hub.h"

/*
 * Take at most `limit` deliveries from the inbox and store what they become, in one transaction.
 * *taken is how many; 0: nothing was pending.  After a RETRY nothing happened: call again.
 */
bool ingest_batch(const struct hub *hub, size_t limit, size_t *taken, struct error *err) MUST_CHECK;
/*
 * The same for who may have been ended by a delivery, or for what others were ended by: attempts are
 * counted, and committed, before anything is touched.  After three a delivery is taken alone, which
 * ingest_batch() leaves to this; after six it becomes a reject with code "crash".
 */
bool ingest_carefully(const struct hub *hub, size_t limit, size_t *taken,
                      struct error *err) MUST_CHECK;
