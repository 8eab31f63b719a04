#include "hub/pipeline/posting.h"

#include "hub/base/list.h"
#include "sql.gen.h"

#define PACKED_BYTES 13 /* key 8, refine 4, type 1; in the machine's order */

struct slice posting_pack(struct arena *arena, const struct blocking_key *keys, size_t count)
{
    char *bytes = arena_alloc(arena, count * PACKED_BYTES + 1);
    for (size_t i = 0; i < count; i++) {
        char *at = bytes + i * PACKED_BYTES;
        memcpy(at, &keys[i].key, 8);
        memcpy(at + 8, &keys[i].refine, 4);
        at[12] = (char)keys[i].type;
    }
    return (struct slice){bytes, count * PACKED_BYTES};
}

size_t posting_count(struct slice packed)
{
    return packed.size / PACKED_BYTES;
}

struct blocking_key posting_at(struct slice packed, size_t i)
{
    struct blocking_key key = {0};
    const char *at = packed.bytes + i * PACKED_BYTES;
    memcpy(&key.key, at, 8);
    memcpy(&key.refine, at + 8, 4);
    key.type = (uint8_t)at[12];
    return key;
}

static bool holds(struct slice packed, struct blocking_key key)
{
    for (size_t i = 0; i < posting_count(packed); i++) {
        struct blocking_key other = posting_at(packed, i);
        if (other.key == key.key && other.refine == key.refine)
            return true;
    }
    return false;
}

struct slice posting_first(struct posting_changes *changes, int64_t record_id, struct slice keys)
{
    for (size_t i = 0; i < posting_count(keys); i++) {
        struct blocking_key key = posting_at(keys, i);
        LIST_ADD(changes->arena, &changes->first,
                 ((struct posting){key.key, record_id, key.refine}));
    }
    return (struct slice){"", 0};
}

struct slice posting_change(struct posting_changes *changes, int64_t record_id, struct slice before,
                            struct slice after)
{
    struct arena *arena = changes->arena;
    struct buffer dropped = {.arena = arena};

    for (size_t i = 0; i < posting_count(after); i++) {
        struct blocking_key key = posting_at(after, i);
        if (!holds(before, key))
            LIST_ADD(arena, &changes->added, ((struct posting){key.key, record_id, key.refine}));
    }
    for (size_t i = 0; i < posting_count(before); i++) {
        struct blocking_key key = posting_at(before, i);
        if (holds(after, key))
            continue;
        LIST_ADD(arena, &changes->dropped, ((struct posting){key.key, record_id, key.refine}));
        buffer_add(&dropped, before.bytes + i * PACKED_BYTES, PACKED_BYTES);
    }
    return (struct slice){buffer_string(&dropped), dropped.length};
}

static bool write(struct db *db, const struct stmt *stmt, const struct postings *postings,
                  struct error *err)
{
    ARENA(work);
    if (!postings->count)
        return true;
    qsort(postings->list, postings->count, sizeof(*postings->list), posting_order);
    return db_run(work, db, stmt,
                  PARAMS(DB_COLUMN(work, postings, key), DB_COLUMN(work, postings, refine),
                         DB_COLUMN(work, postings, record_id)),
                  NULL, err);
}

bool posting_write(const struct posting_changes *changes, struct db *db, struct error *err)
{
    return write(db, &SQL_POSTING_LEAVE, &changes->dropped, err) &&
           write(db, &SQL_POSTING_ADD, &changes->added, err) &&
           write(db, &SQL_POSTING_FIRST, &changes->first, err);
}
