/*
 * Folders: which of a mailbox are read, and what lies in the one that is open.
 *
 * A folder is opened by EXAMINE alone: nothing in it is ever marked, moved or deleted.  Its messages are
 * numbered by UIDs that only grow, as long as its UIDVALIDITY stays; so both together with where it
 * lies name a stream.
 */
#pragma once

#include "connectors/mail/connection.h"

struct folder {
    const char *name;               /* as the server writes it */
    const char *shown;              /* for people, and for patterns */
    int64_t uid_validity, uid_next; /* 0: not known yet */
};

struct folders {
    struct folder *list;
    size_t count, room;
};

/* Those that the source reads, INBOX first.  FATAL when there is none. */
bool folders_find(struct arena *arena, struct connection *connection, const struct transport *from,
                  struct folders *folders, struct error *err) MUST_CHECK;
/* Open one, to read only; its numbers are known then.  NOT_FOUND with the server's words when it refuses. */
bool folder_open(struct arena *arena, struct connection *connection, struct folder *folder,
                 struct error *err) MUST_CHECK;

struct message {
    int64_t uid, size;
};

struct messages {
    struct message *list;
    size_t count, room;
};

/* The next messages of the open folder behind `uid`, by their UIDs: none only when there are none. */
bool folder_messages(struct arena *arena, struct connection *connection,
                     const struct folder *folder, int64_t uid, struct messages *messages,
                     struct error *err) MUST_CHECK;
