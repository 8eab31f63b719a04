/*
 * Connector: a daemon that brings the records of one source into the inbox.
 *
 * A source is transport + format + mapping: the transport is a row of the table in connector.c, the
 * format and the mapping are the source's own file.  A transport asks its source and says what there is,
 * a batch at a time; all else is the frame's: the connection, the lease, the transaction that takes a
 * batch and the cursor behind it, waiting, retries, signals, and the row that says how it goes.
 */
#pragma once

#include "hub/base/list.h"
#include "hub/base/map.h"
#include "hub/store/feed.h"
#include "hub/store/instance.h"

/* One source, as its transport sees it. */
struct pull {
    struct arena *session; /* lives as long as the transport's session */
    const struct instance *instance;
    const struct source *source; /* source->mapping->from has the settings */
    struct map *told;        /* by text: what outlives a session; lives as long as the process */
    struct serving *serving; /* the frame's own */
};

/* Where a stream goes on: the cursor of the last batch of it that was staged; NULL: there is none yet. */
bool pull_cursor(struct arena *arena, const struct pull *pull, const char *stream,
                 const char **cursor, struct error *err) MUST_CHECK;
/* Has this session to end, for SIGTERM or for the lease?  Then give up, with a RETRY error. */
bool pull_stopping(const struct pull *pull);
/* Still alive: to be called every second or so by what takes long. */
void pull_beat(const struct pull *pull);
/* Is this asked for the first time in this process, and not after very much else?  So what lasts is logged
 * once. */
bool pull_first(const struct pull *pull, const char *text);
/* All sources, for what one brings of another's; as long as the session. */
const struct sources *pull_sources(const struct pull *pull);
/* How many records, messages or files the source still holds; -1: unknown. */
void pull_behind(const struct pull *pull, int64_t count);

#define PULL_RECORDS 2000
#define PULL_BYTES ((size_t)4 * 1024 * 1024)

/*
 * What one pull brings: records of one stream with the cursor behind them, or one file (and perhaps a cursor
 * that moves when the file is staged).  All of it in the batch's arena, or in the session's.
 */
struct batch {
    struct arena *arena;
    const char *stream,
        *label; /* the stream's name, which never means anything else; and for people */
    const char
        *cursor; /* where the next pull goes on, in words of the transport's own; NULL: as it was */
    struct slice header; /* what every record of it needs to be decoded; may be empty */
    struct feed_item *list;
    size_t count, room;
    size_t bytes;         /* of the records' raw */
    const char *file;     /* a whole file to stage by the source's format, as a stream of its own */
    const char *file_for; /* the source it belongs to; NULL: this one */
    int64_t arrived_ms;   /* when it came to its source, since 1970; 0: unknown */
    bool more;            /* there is more at once: pull again without waiting */
    bool refused;         /* set before settle(): the file was rejected as a whole, or is no file */
};

/* Add a record; false when the batch has enough now, and the rest is for the next pull. */
bool batch_add(struct batch *batch, struct feed_item item);

/* A transport: how a kind of source is read. */
struct connector {
    enum transport_kind kind;
    /* Open a session; it ends with its arena.  NULL when that fails: tried again after a pause. */
    void *(*open)(struct arena *session, const struct pull *pull, struct error *err);
    /* What comes next; nothing is an empty batch.  Calling it again after any failure is safe. */
    bool (*pull)(void *session, struct batch *batch, struct error *err);
    /* Optional: the batch, which was not empty, is safely stored.  A crash may skip this call. */
    bool (*settle)(void *session, const struct batch *batch, struct error *err);
    /* Optional: sleep until something may have come, then *came, or until so much time is over (or a
     * signal): at most a second, so that the frame can look after the lease meanwhile. */
    bool (*wait)(void *session, int milliseconds, bool *came, struct error *err);
};

/* Serve the source that argv[1] names until SIGTERM; the program's exit status. */
int connector_main(const char *connector, int argc, char **argv);
