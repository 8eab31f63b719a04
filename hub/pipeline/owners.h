/*
 * Owners: who owned each product, from its registrations (hub/golden/ownership.h), and the tasks for
 * stewards where registrations dispute it.
 *
 * Made anew whenever a registration or a product changes, or a customer's record that registered one
 * moves to another customer: each of them queues a job, which is taken only after that was committed.
 */
#pragma once

#include "hub/pipeline/hub.h"

/* Jobs JOB_OWNERSHIP: at most `limit` in one transaction, as resolve_batch(). */
bool owners_batch(const struct hub *hub, size_t limit, size_t *done, struct error *err) MUST_CHECK;
/* Customers' records have moved to other customers. */
bool owners_moved(struct arena *work, struct db *db, const int64_t *record_ids, size_t count,
                  struct error *err) MUST_CHECK;
/* Of these products, how many are not owned as they would be if that were decided anew. */
bool owners_differ(struct arena *work, const struct hub *hub, const struct uuid *products,
                   size_t count, size_t *wrong, struct error *err) MUST_CHECK;
