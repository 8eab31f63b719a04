#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/pipeline/posting.h"
#include "hub/programs/axle/why.h"
#include "sql.gen.h"

static void take_records(struct why *why, struct party *party, const struct rows *rows)
{
    party->count = rows->count;
    party->list = NEW_ARRAY(why->arena, struct one, rows->count + 1);
    for (size_t i = 0; i < rows->count; i++)
        party->list[i] = (struct one){
            .id = rows_int(rows, i, 0),
            .source = rows_text(rows, i, 1),
            .key = rows_text(rows, i, 2),
            .part = rows_text(rows, i, 3),
            .customer = rows_uuid(rows, i, 4),
        };
}

static bool find_customer(struct why *why, struct party *party, struct uuid id, struct error *err)
{
    struct rows rows;
    party->is_customer = true;
    if (!db_run(why->arena, why->hub->db, &SQL_CUSTOMER_MEMBERS, PARAMS(db_uuid(why->arena, id)),
                &rows, err))
        return false;
    take_records(why, party, &rows);
    if (party->count)
        return true;
    if (!db_run(why->arena, why->hub->db, &SQL_CUSTOMER_WHEREABOUTS,
                PARAMS(db_uuid(why->arena, id)), &rows, err))
        return false;
    struct buffer now = {.arena = why->arena};
    for (size_t i = 0; i < rows.count; i++) {
        char text[UUID_TEXT];
        uuid_text(rows_uuid(&rows, i, 0), text);
        buffer_printf(&now, "%s%s", i ? ", " : "", text);
    }
    if (rows.count)
        return error_set(err, ERROR_NOT_FOUND, "customer %s is retired; its records are now in %s",
                         party->given, buffer_string(&now));
    return error_set(err, ERROR_NOT_FOUND, "no customer %s; 'axle export xref' lists them all",
                     party->given);
}

static bool look_up(struct why *why, struct party *party, const char *source, const char *key,
                    const char *part, struct error *err)
{
    struct rows rows;
    if (!db_run(why->arena, why->hub->db, &SQL_RECORD_FIND,
                PARAMS(db_text(source), db_text(key), db_text(part)), &rows, err))
        return false;
    take_records(why, party, &rows);
    /* Without a part the record itself is meant, where it has one such. */
    if (!part && party->count && !*party->list[0].part)
        party->count = 1;
    return true;
}

/* A key may hold '#' and '/'; the name of a source holds neither. */
static bool find_record(struct why *why, struct party *party, struct error *err)
{
    const char *slash = strchr(party->given, '/'), *hash = strrchr(party->given, '#');
    const char *source =
        slash ? arena_strndup(why->arena, party->given, (size_t)(slash - party->given)) : "";
    if (!slash || !slash[1] || slash == party->given)
        return error_set(err, ERROR_FATAL,
                         "'%s' is neither SOURCE/KEY, SOURCE/KEY#PART nor a customer id",
                         party->given);
    if (hash > slash &&
        !look_up(why, party, source,
                 arena_strndup(why->arena, slash + 1, (size_t)(hash - slash - 1)), hash + 1, err))
        return false;
    if (!party->count && !look_up(why, party, source, slash + 1, NULL, err))
        return false;
    if (party->count)
        return true;
    if (!sources_by_name(why->hub->sources, source))
        return error_set(err, ERROR_NOT_FOUND, "no source '%s'; 'axle check' shows the mappings",
                         source);
    return error_set(err, ERROR_NOT_FOUND,
                     "no current customer record '%s'; 'axle export xref' lists them, 'axle export "
                     "rejects' what was set aside",
                     party->given);
}

static bool find_party(struct why *why, struct party *party, struct error *err)
{
    struct uuid id;
    return uuid_read(party->given, &id) ? find_customer(why, party, id, err)
                                        : find_record(why, party, err);
}

static bool load_features(struct why *why, struct party *party, struct error *err)
{
    struct rows rows;
    struct map by_id = {.arena = why->arena};
    int64_t *ids = NEW_ARRAY(why->arena, int64_t, party->count + 1);
    for (size_t i = 0; i < party->count; i++) {
        ids[i] = party->list[i].id;
        map_put(&by_id, (uint64_t)ids[i], &party->list[i]);
    }
    if (!db_run(why->arena, why->hub->db, &SQL_RECORD_LOAD,
                PARAMS(db_int8s(why->arena, ids, party->count)), &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct one *one = map_get(&by_id, (uint64_t)rows_int(&rows, i, 0));
        one->features = features_unpack(why->arena, one->id, rows_bytes(&rows, i, 3), err);
        one->keys = rows_bytes(&rows, i, 4);
        if (!one->features)
            return false;
    }
    for (size_t i = 0; i < party->count; i++)
        if (!party->list[i].features)
            return error_set(err, ERROR_RETRY, "'%s' has just changed: ask again", party->given);
    return true;
}

static uint64_t refined_name(struct blocking_key key)
{
    return hash64_mix((uint64_t)key.key, (uint64_t)(uint32_t)key.refine);
}

static bool load_generic(struct why *why, struct error *err)
{
    struct rows rows;
    struct {
        int64_t *list;
        size_t count, room;
    } keys = {0};
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; i < why->parties[p].count; i++)
            for (size_t k = 0; k < posting_count(why->parties[p].list[i].keys); k++)
                LIST_ADD(why->arena, &keys, posting_at(why->parties[p].list[i].keys, k).key);
    why->generic.keys.arena = why->refined.arena = why->arena;
    if (!db_run(why->arena, why->hub->db, &SQL_GENERIC_LIST,
                PARAMS(db_int8s(why->arena, keys.list, keys.count)), &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct blocking_key key = {.key = rows_int(&rows, i, 0),
                                   .refine = (int32_t)rows_int(&rows, i, 1)};
        if (key.refine)
            map_put(&why->refined, refined_name(key), why);
        else
            map_put(&why->generic.keys, (uint64_t)key.key, why);
    }
    return true;
}

static bool better(struct judgement one, struct judgement other)
{
    return one.veto != other.veto ? other.veto : one.weight > other.weight;
}

/* One pair more: is it the best so far, or the worst? */
static void weigh(struct why *why, const struct one *left, const struct one *right,
                  struct judgement *best, struct against *worst)
{
    struct judgement judgement =
        compare_records(why->hub->model, &why->generic, left->features, right->features);
    why->vetoed += judgement.veto;
    if (!why->pairs || better(judgement, *best)) {
        *best = judgement;
        why->left = left;
        why->right = right;
    }
    if (!why->pairs || better(worst->judgement, judgement))
        *worst = (struct against){.left = left, .right = right, .judgement = judgement};
    why->pairs++;
}

static bool pick_pair(struct why *why, struct error *err)
{
    const struct party *left = &why->parties[0], *right = &why->parties[1];
    struct judgement best = {0};
    struct against *worst = NEW(why->arena, struct against);
    for (size_t i = 0; i < left->count; i++)
        for (size_t j = 0; j < right->count; j++)
            if (left->list[i].id != right->list[j].id)
                weigh(why, &left->list[i], &right->list[j], &best, worst);
    if (why->pairs > 1)
        why->against = worst;
    if (why->pairs)
        return true;
    if (left->is_customer)
        return error_set(err, ERROR_FATAL,
                         "there is nothing to compare: customer %s has one record", left->given);
    return error_set(err, ERROR_FATAL, "'%s' and '%s' are one and the same record", left->given,
                     right->given);
}

static void note(struct why *why, struct names *names, uint8_t type)
{
    const char *name = blocking_name(why->hub->model, type);
    for (size_t i = 0; i < names->count; i++)
        if (text_equal(names->list[i], name))
            return;
    LIST_ADD(why->arena, names, name);
}

/* A generic key still brings those together who hold it with the same refine. */
static void note_keys(struct why *why)
{
    for (size_t i = 0; i < posting_count(why->left->keys); i++)
        for (size_t j = 0; j < posting_count(why->right->keys); j++) {
            struct blocking_key left = posting_at(why->left->keys, i);
            struct blocking_key right = posting_at(why->right->keys, j);
            if (left.key != right.key)
                continue;
            bool meets = !map_get(&why->generic.keys, (uint64_t)left.key) ||
                         (left.refine && left.refine == right.refine &&
                          !map_get(&why->refined, refined_name(left)));
            note(why, meets ? &why->met : &why->skipped, left.type);
        }
}

static bool compare_parties(struct why *why, struct error *err)
{
    for (size_t p = 0; p < 2; p++)
        if (!find_party(why, &why->parties[p], err) || !load_features(why, &why->parties[p], err))
            return false;
    return load_generic(why, err) && pick_pair(why, err);
}

static const char *differences(const struct why *why, const struct against *against)
{
    struct explanation explanation;
    struct buffer words = {.arena = why->arena};
    explain_records(why->arena, why->hub->model, &why->generic, against->left->features,
                    against->right->features, &explanation);
    for (size_t i = 0; i < explanation.count; i++)
        if (text_equal(explanation.reasons[i].level, "different") ||
            text_equal(explanation.reasons[i].level, "veto"))
            buffer_printf(&words, "%s%s", words.length ? ", " : "", explanation.reasons[i].words);
    return buffer_string(&words);
}

/* The pair is a match, yet they are two customers: do other records of theirs forbid it? */
static bool look_between(struct why *why, struct error *err)
{
    struct why all = {.arena = why->arena, .hub = why->hub};
    const struct uuid ids[] = {why->left->customer, why->right->customer};
    for (size_t p = 0; p < 2; p++) {
        char *text = arena_alloc(why->arena, UUID_TEXT);
        uuid_text(ids[p], text);
        all.parties[p].given = text;
    }
    if (!compare_parties(&all, err))
        return false;
    if (all.against)
        all.against->words = differences(&all, all.against);
    why->against = all.against;
    return true;
}

static bool is_parted(const struct why *why)
{
    return !why->same && !uuid_is_nil(why->left->customer) && !uuid_is_nil(why->right->customer) &&
           text_equal(why_outcome(why), "match");
}

bool why_find(struct why *why, struct error *err)
{
    struct rows state;
    if (!db_run(why->arena, why->hub->db, &SQL_INSTANCE_STATE, NO_PARAMS, &state, err))
        return false;
    why->step = (unsigned)rows_int(&state, 0, 1);
    if (!text_equal(rows_text(&state, 0, 0), model_hash(why->hub->model)))
        (void)fputs("axle: matching.xml is not what the hub works with: 'axle init' changes over\n",
                    stderr);
    if (!compare_parties(why, err))
        return false;
    explain_records(why->arena, why->hub->model, &why->generic, why->left->features,
                    why->right->features, &why->explanation);
    note_keys(why);
    why->same = !uuid_is_nil(why->left->customer) &&
                uuid_compare(why->left->customer, why->right->customer) == 0;
    why->against = NULL;
    return (!why->same || why_path(why, err)) && (!is_parted(why) || look_between(why, err));
}
