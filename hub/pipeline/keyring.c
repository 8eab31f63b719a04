#include "hub/pipeline/keyring.h"

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/store/posting_holders.h"
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
    *keyring = (struct keyring){.hub = hub,
                                .list = holds.list,
                                .count = holds.count,
                                .generic.keys.arena = arena,
                                .by_key.arena = arena};
    return !holds.count || mark(arena, hub->db, keyring, err);
}

struct keyhold *keyring_find(const struct keyring *keyring, struct blocking_key key)
{
    return map_get(&keyring->by_key, name_of(key.key, key.refine));
}

/* Those that are asked for by the key alone, or those by key and refine. */
static bool count_holders(struct arena *arena, const struct keyring *keyring,
                          struct keyhold *const *keys, size_t count, bool by_refine,
                          struct error *err)
{
    struct posting_query *queries = NEW_ARRAY(arena, struct posting_query, count + 1);
    struct holders *holders = NEW_ARRAY(arena, struct holders, count + 1);
    struct keyhold **asked = NEW_ARRAY(arena, struct keyhold *, count + 1);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned most = keys[i]->skipped
                            ? KEYRING_COUNTED
                            : blocking_holders(keyring->hub->model, keys[i]->key.type, by_refine);
        if (keys[i]->by_refine != by_refine)
            continue;
        queries[n] =
            (struct posting_query){keys[i]->key.key, keys[i]->key.refine, (int32_t)most + 1};
        asked[n++] = keys[i];
    }
    if (!posting_holders(arena, keyring->hub->db, &(struct posting_queries){queries, n, by_refine},
                         holders, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t most = (size_t)queries[i].most - 1;
        asked[i]->holders = NEW_ARRAY(arena, int64_t, most + 1);
        asked[i]->more = holders[i].count > most;
        asked[i]->count = asked[i]->more ? most : holders[i].count;
        for (size_t h = 0; h < asked[i]->count; h++)
            asked[i]->holders[h] = holders[i].list[h].record_id;
    }
    return true;
}

bool keyring_holders(struct arena *arena, const struct keyring *keyring,
                     struct keyhold *const *keys, size_t count, struct error *err)
{
    return count_holders(arena, keyring, keys, count, false, err) &&
           count_holders(arena, keyring, keys, count, true, err);
}
