/*
 * Inbox: where deliveries wait for the workers.
 *
 * stage.h and feed.h put them there; each adds in one transaction what deliveries_write() takes and
 * where its stream goes on.
 */
#pragma once

#include "hub/format/format.h"
#include "hub/store/db.h"

/* What became of what was to be staged. */
struct staged {
    int64_t stream_id;
    int64_t
        first_id; /* of the stream, when it is loaded in bulk: position n has this and n as inbox_id */
    int64_t before;   /* position of the stream when we began: what lies behind it is new */
    int64_t received; /* positions added to the inbox, rejects included */
    int64_t rejected; /* of those, what was set aside at once */
    bool known;       /* the whole file was staged before */
};

/* What one transaction puts there.  Begin with {0}. */
struct deliveries {
    struct sound_list {
        struct sound {
            struct slice raw;
            unsigned line;
            int64_t position;
        } * list;
        size_t count, room;
    } sound;
    struct broken_list {
        struct broken {
            struct slice raw;
            size_t length;
            unsigned line;
            int64_t position;
            struct reject reject;
            const char *hash;
        } * list;
        size_t count, room;
    } broken;
    size_t bytes;
};

/* One more, at a position that no other has; `hash` is the SHA-256 of the whole where raw is shorter. */
void deliveries_add(struct arena *arena, struct deliveries *deliveries, const struct cut *cut,
                    int64_t position, const char *hash);
static inline size_t deliveries_count(const struct deliveries *deliveries)
{
    return deliveries->sound.count + deliveries->broken.count;
}
/* Into the inbox, as part of staged->stream_id, which the transaction has locked; counted in *staged.  A
 * position that is there already is passed over. */
bool deliveries_write(struct db *db, int source_id, const struct deliveries *deliveries,
                      struct staged *staged, struct error *err) MUST_CHECK;
/* The same in two steps: between them the server works, and the connection is not used. */
bool deliveries_send(struct db *db, int source_id, const struct deliveries *deliveries,
                     struct staged *staged, struct error *err) MUST_CHECK;
bool deliveries_finish(struct db *db, int source_id, const struct deliveries *deliveries,
                       struct staged *staged, struct error *err) MUST_CHECK;

/* Does so much wait already that nobody should bring more? */
struct inbox_gauge {
    size_t most;   /* AXLE_INBOX_MOST */
    int64_t asked; /* the database is asked once a second at most */
    bool full;
};
bool inbox_full(struct db *db, struct inbox_gauge *gauge, bool *full, struct error *err) MUST_CHECK;
