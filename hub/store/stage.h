/*
 * Stage: put raw records into the inbox, exactly once.
 *
 * A file is a stream named by its SHA-256; a record's position is its ordinal in it.  (A snapshot that comes
 * again as another file, when something else came between, is a stream of its own.)  Records and the
 * stream's cursor are written in one transaction a batch, so a kill at any moment costs nothing and
 * the same file again, whole or in part, adds nothing.
 */
#pragma once

#include "hub/store/inbox.h"
#include "hub/store/lease.h"
#include "hub/store/sources.h"

/* Called after each batch, and now and then before the first; may be NULL.  False: no further, then it is RETRY. */
struct progress {
    bool (*report)(void *to, size_t bytes_done, size_t bytes_all, int64_t records);
    void *to;
};

struct incoming {
    const char *path;
    const char *label;               /* what people know it by */
    const struct progress *progress; /* may be NULL */
    const char *scratch;             /* folder for what it is unpacked to; NULL: TMPDIR */
    const struct lease *lease;       /* NULL: whoever stages needs none */
};

/*
 * Stage one regular file.  NOT_FOUND when it does not exist; RETRY when it changes meanwhile; CONFLICT when the lease is somebody else's; REJECT when it cannot be read as a whole
 * (its header, its permissions, a gzip file that is damaged): then there is a reject that says so, and nothing else was staged.  Fields
 * that the mapping drops are not staged, nor are records in which they cannot be found: of those stay
 * the reason, the length and the SHA-256.
 */
bool stage_file(struct db *db, const struct source *source, const struct incoming *file,
                struct staged *staged, struct error *err) MUST_CHECK;
