/*
 * Unpack: a file's bytes as its format can be cut.
 *
 * What is gzipped, as its first bytes say, is unpacked, and UTF-16 becomes UTF-8; all else stays as it is.
 * What was unpacked lies in a file without a name, which is gone with the arena.
 *
 *     if (!unpack(work, &mapping->format, &(struct unpack_room){.folder = run}, &stream, &reject, err))
 *         return false;
 */
#pragma once

#include "hub/format/format.h"

#define UNPACK_MOST ((size_t)8 << 30)

struct unpack_room {
    const char *folder; /* NULL: TMPDIR, or /var/tmp */
    size_t most;        /* bytes; 0: UNPACK_MOST */
    /* Asked now and then, it may take long; false: no further, which is RETRY.  NULL: nobody is asked. */
    bool (*go_on)(void *to);
    void *to;
};

/*
 * REJECT, with *reject filled in (stage "transport", code "gzip" or "encoding"), when the file cannot be
 * used as a whole: what is cut short, damaged, followed by something else or too much is not read in part.
 * RETRY when there is no room.
 */
bool unpack(struct arena *arena, const struct format *format, const struct unpack_room *room,
            struct slice *stream, struct reject *reject, struct error *err) MUST_CHECK;
