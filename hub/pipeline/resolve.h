/*
 * Resolve: the second half of a record's life: from a stored version to the customer it belongs to
 * (steps 5 to 7 of the tour in the top README).
 *
 * The partition that results is a function of the current records and the model alone: of any two
 * records that are stored at once at least one sees the other, because jobs are taken only after
 * versions were committed; and everything an outcome depends on is locked, in record id order, and
 * looked at again before anything is written.
 */
#pragma once

#include "hub/pipeline/hub.h"

/* What is to be done with a record, as hub.job.kind has it.  The last three: things.h, owners.h. */
enum job_kind {
    JOB_RESOLVE,
    JOB_REFRESH, /* make its comparison vector anew, then resolve */
    JOB_THING, /* of a statement, not a record: find out of which thing it is, and make that anew */
    JOB_REKEY, /* make what it states anew, then as JOB_THING */
    JOB_OWNERSHIP, /* of the product that it speaks of */
    JOB_KINDS
};

/*
 * Resolve at most `limit` records, in one transaction.  *done is how many jobs were taken; 0: there was
 * none.  After a RETRY nothing happened: call again.
 */
bool resolve_batch(const struct hub *hub, size_t limit, size_t *done, struct error *err) MUST_CHECK;
/*
 * The same for who may have been ended by a record, or for what others were ended by: attempts are counted, and
 * committed, before anything is touched.  After three a job is taken alone, which resolve_batch() leaves to this;
 * after six the record is set aside: its resolution counts as partial, for "crash".
 */
bool resolve_carefully(const struct hub *hub, size_t limit, size_t *done,
                       struct error *err) MUST_CHECK;
/*
 * Queue what was set aside long enough ago, an hour at first and twice as long each time: it is tried alone, and may end
 * one who does.  After six times it waits for its next version.  *queued is how many.
 */
bool resolve_again(const struct hub *hub, size_t *queued, struct error *err) MUST_CHECK;
/* Put the first job of a kind behind all others: it cannot be done now, and must not keep them waiting. */
bool resolve_postpone(const struct hub *hub, enum job_kind kind, struct error *err) MUST_CHECK;
