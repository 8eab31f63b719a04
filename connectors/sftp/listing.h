/*
 * Listing: the files of a folder, as an SFTP server lists them: lines like those of `ls -l`.
 *
 * What the server calls a file is not to be trusted: whatever a name holds, it stands for a file of that
 * folder alone, and what is no line of a regular file is passed over.
 */
#pragma once

#include "hub/base/text.h"

struct listed {
    const char
        *name; /* as the server writes it: any bytes but a slash and a line end; may not be UTF-8 */
    int64_t size;
    const char *time; /* "Nov 22 19:50", as it stands: to the minute, of older ones to the day */
};

struct listing {
    struct listed *list; /* sorted by name */
    size_t count, room;
    size_t unread; /* lines of regular files that could not be read */
};

/* Names that begin with a dot are left out. */
void listing_read(struct arena *arena, const char *text, struct listing *listing);
