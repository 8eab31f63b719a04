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

/* How much of a stream is in the inbox. */
struct stage_cursor {
    int64_t position, byte_offset, line;
    struct slice header;
    bool ended;
};

/* A file on its way there.  Begin with these three. */
struct stage {
    struct db *db;
    const struct source *source;
    struct staged *staged;
    /* Of stage_open(): */
    const struct lease *lease;
    const struct progress *progress;
    const struct mapped *mapped; /* whose bytes the stream is */
    struct slice stream;         /* unpacked */
    const char *origin;          /* of a snapshot: which file it is */
    struct stage_cursor done;
};

/*
 * Stage one regular file.  NOT_FOUND when it does not exist; RETRY when it changes meanwhile; CONFLICT when the lease is somebody else's; REJECT when it cannot be read as a whole
 * (its header, its permissions, a gzip file that is damaged): then there is a reject that says so, and nothing else was staged.  Fields
 * that the mapping drops are not staged, nor are records in which they cannot be found: of those stay
 * the reason, the length and the SHA-256.
 */
bool stage_file(struct db *db, const struct source *source, const struct incoming *file,
                struct staged *staged, struct error *err) MUST_CHECK;
/* The same in two steps, for who puts it there in another way (hub/load).  What is opened lives in the
 * arena, one at a time. */
bool stage_open(struct arena *arena, struct stage *stage, const struct incoming *file,
                struct error *err) MUST_CHECK;
bool stage_rest(struct stage *stage, struct error *err) MUST_CHECK;
