/*
 * Sweep: what a snapshot lacks is gone.
 *
 * A snapshot is a file that lists all records of its source (`<directory snapshot="yes"/>`).  It is swept
 * when each of its deliveries has become something and none is rejected, for a record that cannot be read
 * must not be taken for one that is missing.  What other streams delivered after it began is not touched.
 * A newer snapshot makes an older one that waits needless; one without a single record deletes nothing.
 */
#pragma once

#include "hub/pipeline/hub.h"

/* Delete at most `limit` records that the next snapshot lacks, in one transaction;
 * *busy tells whether there may be more to do.  After a RETRY nothing happened: call again. */
bool sweep_batch(const struct hub *hub, size_t limit, bool *busy, struct error *err) MUST_CHECK;
