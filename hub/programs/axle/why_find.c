#include <math.h>

#include "hub/base/list.h"
#include "hub/programs/axle/why.h"
#include "sql.gen.h"

static bool load_features(struct why *why, struct party *party, struct error *err)
{
    struct rows rows;
    struct map by_id = {.arena = why->arena};
    int64_t *ids = NEW_ARRAY(why->arena, int64_t, party->count + 1);
    for (size_t i = 0; i < party->count; i++) {
        ids[i] = party->list[i].name.id;
        map_put(&by_id, (uint64_t)ids[i], &party->list[i]);
    }
    if (!db_run(why->arena, why->hub->db, &SQL_RECORD_INQUIRE,
                PARAMS(db_int8s(why->arena, ids, party->count)), &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct one *one = map_get(&by_id, (uint64_t)rows_int(&rows, i, 0));
        one->features = features_unpack(why->arena, one->name.id, rows_bytes(&rows, i, 5), err);
        one->skipped = rows_text(&rows, i, 6);
        if (!one->features)
            return false;
    }
    for (size_t i = 0; i < party->count; i++)
        if (!party->list[i].features)
            return error_set(err, ERROR_RETRY, "'%s' has just changed: ask again", party->given);
    return true;
}

static bool load_keys(struct why *why, struct error *err)
{
    size_t count = 0;
    const struct party *left = &why->parties[0], *right = &why->parties[1];
    const struct features **all =
        NEW_ARRAY(why->arena, const struct features *, left->count + right->count + 1);
    for (size_t p = 0; p < COUNT_OF(why->parties); p++)
        for (size_t i = 0; i < why->parties[p].count; i++)
            all[count++] = why->parties[p].list[i].features;
    return keyring_load(why->arena, why->hub, all, count, &why->keyring, err);
}

static bool better(struct judgement one, struct judgement other)
{
    return one.veto != other.veto ? other.veto : one.weight > other.weight;
}

/* One pair more: is it the best so far? */
static void weigh(struct why *why, struct one *left, struct one *right, struct judgement *best)
{
    struct judgement judgement =
        compare_records(why->hub->model, &why->keyring.generic, left->features, right->features);
    why->vetoed += judgement.veto;
    if (!why->pairs || better(judgement, *best)) {
        *best = judgement;
        why->left = left;
        why->right = right;
    }
    why->pairs++;
}

static bool pick_pair(struct why *why, struct error *err)
{
    const struct party *left = &why->parties[0], *right = &why->parties[1];
    struct judgement best = {0};
    for (size_t i = 0; i < left->count; i++)
        for (size_t j = 0; j < right->count; j++)
            if (left->list[i].name.id != right->list[j].name.id)
                weigh(why, &left->list[i], &right->list[j], &best);
    if (why->pairs)
        return true;
    if (left->is_customer)
        return error_set(err, ERROR_FATAL,
                         "there is nothing to compare: customer %s has one record", left->given);
    return error_set(err, ERROR_FATAL, "'%s' and '%s' are one and the same record", left->given,
                     right->given);
}

/* The key as those have it whom it does not bring together: whoever holds it counts. */
static struct keyhold *skipped_by_all(struct arena *arena, const struct keyhold *hold)
{
    struct keyhold *copy = NEW(arena, struct keyhold);
    *copy = *hold;
    copy->skipped = true;
    copy->by_refine = false;
    return copy;
}

/* A generic key still brings those together who hold it with the same refine. */
static bool note_keys(struct why *why, struct error *err)
{
    const struct blocking_key *lefts, *rights;
    size_t count = 0;
    size_t left_count = blocking_keys(why->arena, why->hub->model, why->left->features, &lefts);
    size_t right_count = blocking_keys(why->arena, why->hub->model, why->right->features, &rights);
    struct keyhold **shared = NEW_ARRAY(why->arena, struct keyhold *, left_count + 1);
    for (size_t i = 0; i < left_count; i++)
        for (size_t j = 0; j < right_count; j++) {
            if (lefts[i].key != rights[j].key)
                continue;
            struct keyhold *hold = keyring_find(&why->keyring, lefts[i]);
            bool meets = keyhold_meets(hold, keyring_find(&why->keyring, rights[j]));
            if (!meets)
                hold = skipped_by_all(why->arena, hold);
            LIST_ADD(why->arena, meets ? &why->met : &why->skipped, hold);
            shared[count++] = hold;
        }
    return keyring_holders(why->arena, &why->keyring, shared, count, err);
}

/* What a record states that counts as missing. */
static bool note_ignored(struct why *why, struct one *one, struct error *err)
{
    struct rows rows;
    struct record record = {.class_name = "customer"};
    struct buffer names = {.arena = why->arena};
    if (!db_run(why->arena, why->hub->db, &SQL_RECORD_DOCS,
                PARAMS(db_int8s(why->arena, &one->name.id, 1)), &rows, err) ||
        (rows.count && !record_from_json(why->arena, why->hub->dictionary, "customer",
                                         rows_text(&rows, 0, 1), &record, err)))
        return false;
    for (size_t i = 0; i < record.count; i++)
        if (match_passes_over(why->arena, why->hub->model, &record.values[i]))
            buffer_printf(&names, "%s%s", names.length ? ", " : "", record.values[i].element->path);
    one->ignored = text_or_null(buffer_string(&names));
    return true;
}

static bool compare_parties(struct why *why, struct error *err)
{
    for (size_t p = 0; p < COUNT_OF(why->parties); p++)
        if (why->parties[p].given && (!party_find(why->arena, why->hub, &why->parties[p], err) ||
                                      !load_features(why, &why->parties[p], err)))
            return false;
    return load_keys(why, err) && pick_pair(why, err);
}

/* The pair is a match, yet they are two customers: what refused to join them? */
static bool look_between(struct why *why, struct error *err)
{
    struct uuid *ids = NEW_ARRAY(why->arena, struct uuid, 2);
    struct makeup *makeup = NEW(why->arena, struct makeup);
    ids[0] = why->left->customer;
    ids[1] = why->right->customer;
    *makeup = (struct makeup){
        .arena = why->arena, .hub = why->hub, .customers = ids, .customer_count = 2};
    if (!makeup_find(makeup, err))
        return false;
    for (size_t i = 0; i < makeup->refused_count && !why->refusal; i++) {
        const struct makeup_join *join = &makeup->refused[i];
        int order = uuid_compare(join->left->customer, ids[0]) == 0   ? 1
                    : uuid_compare(join->left->customer, ids[1]) == 0 ? 0
                                                                      : -1;
        if (order >= 0 && uuid_compare(join->right->customer, ids[order]) == 0)
            why->refusal = join;
    }
    why->makeup = makeup;
    return true;
}

static bool is_parted(const struct why *why)
{
    return !why->same && !uuid_is_nil(why->left->customer) && !uuid_is_nil(why->right->customer) &&
           match_outcome(why->hub->model, why->step, why->explanation.judgement) == OUTCOME_MATCH;
}

bool why_find(struct why *why, struct error *err)
{
    struct rows state;
    if (!db_run(why->arena, why->hub->db, &SQL_INSTANCE_STATE, NO_PARAMS, &state, err))
        return false;
    why->step = (unsigned)rows_int(&state, 0, 1);
    if (!models_number(why->hub->db, why->hub->model, &why->model_number, err) ||
        !compare_parties(why, err))
        return false;
    explain_records(why->arena, why->hub->model, &why->keyring.generic, why->left->features,
                    why->right->features, &why->explanation);
    why->same = !uuid_is_nil(why->left->customer) &&
                uuid_compare(why->left->customer, why->right->customer) == 0;
    return note_ignored(why, why->left, err) && note_ignored(why, why->right, err) &&
           note_keys(why, err) && (!why->same || why_path(why, err)) &&
           (!is_parted(why) || look_between(why, err));
}

int32_t why_prior(const struct hub *hub, unsigned step)
{
    double none = model_probability(hub->model, step, 0);
    return (int32_t)lround(1000 * log2(none / (1 - none)));
}

bool why_is_silent(const struct reason *reason)
{
    return reason->left && reason->right && !reason->weight && text_equal(reason->level, "missing");
}

struct why_sums why_sum(const struct why *why)
{
    struct why_sums sums = {.hold = 0};
    for (size_t i = 0; i < why->explanation.count; i++) {
        const struct reason *reason = &why->explanation.reasons[i];
        int32_t weight = reason->weight + reason->frequency;
        if (text_equal(reason->element, "household"))
            sums.hold = weight;
        else {
            sums.confirmations += weight > 0;
            sums.denials += weight < 0 || text_equal(reason->element, "veto");
        }
    }
    return sums;
}
