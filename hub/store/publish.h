/*
 * Publish: the schema axle, which other programs read: views made from the dictionary.
 *
 * One relation holds the single-valued elements of a customer (axle.customer), one each element or
 * composite that can stand many times (axle.customer_email, axle.customer_address); every other class has the
 * same (axle.transaction, axle.transaction_line), joined to customers by customer_id; others say where values and
 * ids come from.  Every view of the schema is ours and is replaced; a site's own views belong
 * into a schema of its own.
 */
#pragma once

#include "hub/dictionary/dictionary.h"
#include "hub/store/db.h"

/* Make the views, unless they were made from this very dictionary.  Safe to call from several
 * processes at once. */
bool publish_views(struct db *db, const struct dictionary *dictionary,
                   struct error *err) MUST_CHECK;
/* The same within the caller's transaction. */
bool publish_views_here(struct db *db, const struct dictionary *dictionary,
                        struct error *err) MUST_CHECK;

/* What hub.instance.dictionary_hash is once the views are made from a dictionary. */
const char *publish_stamp(struct arena *arena, const struct dictionary *dictionary);
