#include "hub/pipeline/posting.h"

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

static void note(struct buffer *keys, struct buffer *refines, struct buffer *records,
                 struct blocking_key key, int64_t record_id)
{
    buffer_add(keys, (const char *)&key.key, sizeof(key.key));
    buffer_add(refines, (const char *)&key.refine, sizeof(key.refine));
    buffer_add(records, (const char *)&record_id, sizeof(record_id));
}

struct slice posting_change(struct posting_changes *changes, int64_t record_id, struct slice before,
                            struct slice after)
{
    struct arena *arena = changes->arena;
    struct buffer dropped = {.arena = arena};
    changes->added_keys.arena = changes->added_refines.arena = changes->added_records.arena = arena;
    changes->dropped_keys.arena = changes->dropped_refines.arena = arena;
    changes->dropped_records.arena = arena;

    for (size_t i = 0; i < posting_count(after); i++)
        if (!holds(before, posting_at(after, i)))
            note(&changes->added_keys, &changes->added_refines, &changes->added_records,
                 posting_at(after, i), record_id);
    for (size_t i = 0; i < posting_count(before); i++) {
        if (holds(after, posting_at(before, i)))
            continue;
        note(&changes->dropped_keys, &changes->dropped_refines, &changes->dropped_records,
             posting_at(before, i), record_id);
        buffer_add(&dropped, before.bytes + i * PACKED_BYTES, PACKED_BYTES);
    }
    return (struct slice){buffer_string(&dropped), dropped.length};
}

static bool write(struct db *db, const struct stmt *stmt, const struct buffer *keys,
                  const struct buffer *refines, const struct buffer *records, struct error *err)
{
    ARENA(work);
    size_t count = keys->length / sizeof(int64_t);
    return !count ||
           db_run(work, db, stmt,
                  PARAMS(db_int8s(work, (const int64_t *)(const void *)keys->data, count),
                         db_int4s(work, (const int32_t *)(const void *)refines->data, count),
                         db_int8s(work, (const int64_t *)(const void *)records->data, count)),
                  NULL, err);
}

bool posting_write(const struct posting_changes *changes, struct db *db, struct error *err)
{
    return write(db, &SQL_POSTING_DELETE, &changes->dropped_keys, &changes->dropped_refines,
                 &changes->dropped_records, err) &&
           write(db, &SQL_POSTING_ADD, &changes->added_keys, &changes->added_refines,
                 &changes->added_records, err);
}
