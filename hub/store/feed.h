/*
 * Feed: records that come a few at a time, with a cursor behind them, into the inbox exactly once.
 *
 * A stream's name never means anything else.  Records, the cursor and what is remembered of them are
 * written in one transaction; so after a kill the same pull is made again, and adds nothing.
 */
#pragma once

#include "hub/store/inbox.h"
#include "hub/store/lease.h"
#include "hub/store/sources.h"

struct feed_item {
    struct slice raw;  /* of a rejected one at most its first 64 KiB */
    size_t length;     /* whole, where raw is shorter; 0: as raw */
    const char *hash;  /* SHA-256 of the whole, where raw is shorter; else NULL */
    int64_t position;  /* where the source itself numbers its records; 0: the next one */
    struct slice name; /* what names it in its source; empty: all of it does */
    bool remember;     /* it may come again: passed over where its content did not change */
    bool once;         /* with a name: passed over whatever it holds when that comes again */
    bool passing;      /* that name is not for ever: nobody says it again after a month */
    unsigned line;     /* where it starts, for people; 0: nobody could tell */
    const struct reject *reject; /* NULL: fine */
};

struct feed {
    const char *stream, *label;
    const char *before, *cursor; /* of the stream: as it was read, and as it shall be; NULL: none */
    struct slice header; /* what every record of this feed needs to be decoded; may be empty */
    const struct feed_item *list;
    size_t count;
};

/* A stream's cursor; NULL when there is none yet. */
bool feed_cursor(struct arena *arena, struct db *db, const struct source *source,
                 const char *stream, const char **cursor, struct error *err) MUST_CHECK;
/*
 * Stage it.  RETRY when somebody else moved the cursor since it was read, CONFLICT when the lease is somebody
 * else's (NULL: whoever stages needs none).  What is longer than a record may be becomes a reject,
 * and fields that the mapping drops are not staged.
 */
bool feed_stage(struct db *db, const struct source *source, const struct lease *lease,
                const struct feed *feed, struct staged *staged, struct error *err) MUST_CHECK;
/* Forget some of what need not be remembered any more; for now and then, and *more: for soon. */
bool feed_prune(struct db *db, bool *more, struct error *err) MUST_CHECK;
