/*
 * Peek: the messages of one folder, listed first and then fetched by their UIDs, many at a time.
 *
 * Sizes are asked for before bodies, so that what is fetched at once has a limit; of a message that is
 * longer than MESSAGE_MOST only the start is fetched.  BODY.PEEK leaves all flags as they are.
 */
#pragma once

#include "connectors/mail/folders.h"

#define MESSAGE_MOST ((size_t)25 * 1024 * 1024)

struct peek {
    struct arena *arena; /* of the list */
    struct messages messages;
    size_t next;  /* the first that is not fetched */
    size_t alone; /* how many of the next come one at a time: with one of them something is wrong */
};

/* List what lies behind `uid` in the open folder, in place of what was listed before. */
bool peek_list(struct peek *peek, struct connection *connection, const struct folder *folder,
               int64_t uid, struct error *err) MUST_CHECK;
/* Forget the list. */
void peek_forget(struct peek *peek);
/* How many of those listed lie behind `uid`; the next of them comes next. */
size_t peek_waiting(struct peek *peek, int64_t uid);
/*
 * Fetch the next.  When one message is the trouble, *again is true: a new connection, and they come
 * one at a time.  Then that one becomes a reject; *again is true with it in the batch.
 */
bool peek_batch(struct peek *peek, struct connection *connection, const struct pull *pull,
                struct batch *batch, bool *again, struct error *err) MUST_CHECK;
