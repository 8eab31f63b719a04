#include "hub/pipeline/keyring.h"

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "sql.gen.h"

struct holds {
    struct keyhold *list;
    size_t count, room;
};

static uint64_t name_of(int64_t key, int32_t refine)
{
    return refine ? hash64_mix((uint64_t)key, (uint64_t)(uint32_t)refine) : (uint64_t)key;
}

static void gather(struct arena *arena, const struct model *model,
                   const struct features *const *records, size_t count, struct holds *holds)
{
    struct map seen = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        const struct blocking_key *keys;
        size_t key_count = blocking_keys(arena, model, records[i], &keys);
        for (size_t k = 0; k < key_count; k++) {
            uint64_t name = name_of(keys[k].key, keys[k].refine);
            if (map_get(&seen, name))
                continue;
            map_put(&seen, name, holds);
            struct keyhold hold = {.key = keys[k], .name = blocking_name(model, keys[k].type)};
            LIST_ADD(arena, holds, hold);
        }
    }
}

static bool mark(struct arena *arena, struct db *db, struct keyring *keyring, struct error *err)
{
    struct rows rows;
    struct map generic = {.arena = arena};
    int64_t *keys = NEW_ARRAY(arena, int64_t, keyring->count + 1);
    for (size_t i = 0; i < keyring->count; i++)
        keys[i] = keyring->list[i].key.key;
    if (!db_run(arena, db, &SQL_GENERIC_LIST, PARAMS(db_int8s(arena, keys, keyring->count)), &rows,
                err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        map_put(&generic, name_of(rows_int(&rows, i, 0), (int32_t)rows_int(&rows, i, 1)), keyring);
    for (size_t i = 0; i < keyring->count; i++) {
        struct keyhold *hold = &keyring->list[i];
        struct blocking_key key = hold->key;
        hold->generic = map_get(&generic, name_of(key.key, 0)) != NULL;
        hold->skipped =
            hold->generic && (!key.refine || map_get(&generic, name_of(key.key, key.refine)));
        hold->by_refine = hold->generic && !hold->skipped;
        if (hold->generic)
            map_put(&keyring->generic.keys, (uint64_t)key.key, keyring);
        map_put(&keyring->by_key, name_of(key.key, key.refine), hold);
    }
    return true;
}

bool keyring_load(struct arena *arena, const struct hub *hub, const struct features *const *records,
                  size_t count, struct keyring *keyring, struct error *err)
{
    struct holds holds = {.list = NULL};
    gather(arena, hub->model, records, count, &holds);
    *keyring = (struct keyring){.model = hub->model,
                                .list = holds.list,
                                .count = holds.count,
                                .generic.keys.arena = arena,
                                .by_key.arena = arena};
    return !holds.count || mark(arena, hub->db, keyring, err);
}

const struct keyhold *keyring_find(const struct keyring *keyring, struct blocking_key key)
{
    return map_get(&keyring->by_key, name_of(key.key, key.refine));
}

/* Those that are asked for by the key alone, or those by key and refine. */
struct scan {
    struct keyhold **list;
    int64_t *keys;
    int32_t *refines, *most;
    size_t count;
};

static struct scan scan_of(struct arena *arena, const struct keyring *keyring,
                           struct keyhold *const *keys, size_t count, bool by_refine)
{
    struct scan scan = {
        .list = NEW_ARRAY(arena, struct keyhold *, count + 1),
        .keys = NEW_ARRAY(arena, int64_t, count + 1),
        .refines = NEW_ARRAY(arena, int32_t, count + 1),
        .most = NEW_ARRAY(arena, int32_t, count + 1),
    };
    for (size_t i = 0; i < count; i++) {
        struct keyhold *hold = keys[i];
        if (hold->by_refine != by_refine)
            continue;
        unsigned most = hold->skipped ? KEYRING_COUNTED
                                      : blocking_holders(keyring->model, hold->key.type, by_refine);
        scan.keys[scan.count] = hold->key.key;
        scan.refines[scan.count] = hold->key.refine;
        scan.most[scan.count] = (int32_t)most + 1;
        hold->holders = NEW_ARRAY(arena, int64_t, most + 1);
        hold->count = 0;
        scan.list[scan.count++] = hold;
    }
    return scan;
}

static void take(const struct scan *scan, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct keyhold *hold = scan->list[rows_int(rows, i, 0) - 1];
        hold->holders[hold->count++] = rows_int(rows, i, 1);
    }
    for (size_t i = 0; i < scan->count; i++) {
        scan->list[i]->more = scan->list[i]->count == (size_t)scan->most[i];
        scan->list[i]->count -= scan->list[i]->more;
    }
}

bool keyring_holders(struct arena *arena, struct db *db, const struct keyring *keyring,
                     struct keyhold *const *keys, size_t count, struct error *err)
{
    struct scan whole = scan_of(arena, keyring, keys, count, false);
    struct scan refined = scan_of(arena, keyring, keys, count, true);
    struct rows rows = {0}, refined_rows = {0};
    if ((whole.count && !db_run(arena, db, &SQL_BLOCK_SCAN,
                                PARAMS(db_int8s(arena, whole.keys, whole.count),
                                       db_int4s(arena, whole.most, whole.count)),
                                &rows, err)) ||
        (refined.count && !db_run(arena, db, &SQL_BLOCK_SCAN_REFINED,
                                  PARAMS(db_int8s(arena, refined.keys, refined.count),
                                         db_int4s(arena, refined.refines, refined.count),
                                         db_int4s(arena, refined.most, refined.count)),
                                  &refined_rows, err)))
        return false;
    take(&whole, &rows);
    take(&refined, &refined_rows);
    return true;
}
