#include "hub/pipeline/inquiry.h"

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/standard/standard.h"
#include "sql.gen.h"

struct ids {
    int64_t *list;
    size_t count, room;
};

static bool find_candidates(struct inquiry *q, struct ids *ids, struct error *err)
{
    const struct keyring *ring = &q->keyring;
    struct map seen = {.arena = q->arena};
    struct keyhold **usable = NEW_ARRAY(q->arena, struct keyhold *, ring->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < ring->count; i++) {
        q->partial = q->partial || ring->list[i].skipped;
        if (!ring->list[i].skipped)
            usable[count++] = &ring->list[i];
    }
    if (!keyring_holders(q->arena, ring, usable, count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        for (size_t h = 0; h < usable[i]->count; h++) {
            int64_t id = usable[i]->holders[h];
            if (map_get(&seen, (uint64_t)id))
                continue;
            map_put(&seen, (uint64_t)id, q);
            LIST_ADD(q->arena, ids, id);
        }
    return true;
}

/* Best first; what is forbidden last; ties by record ids. */
static int by_judgement(const void *left, const void *right)
{
    const struct inquired *l = left, *r = right;
    if (l->judgement.veto != r->judgement.veto)
        return l->judgement.veto ? 1 : -1;
    if (l->judgement.weight != r->judgement.weight)
        return l->judgement.weight > r->judgement.weight ? -1 : 1;
    return (l->record_id > r->record_id) - (l->record_id < r->record_id);
}

/* Everything of one that is stored: its vector, its name and whose it is. */
static bool compare_all(struct inquiry *q, const struct ids *ids, struct error *err)
{
    struct rows rows;
    const struct model *model = q->hub->model;
    if (!db_run(q->arena, q->hub->db, &SQL_RECORD_INQUIRE,
                PARAMS(db_int8s(q->arena, ids->list, ids->count)), &rows, err))
        return false;
    q->compared = rows.count;
    q->list = NEW_ARRAY(q->arena, struct inquired, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++) {
        struct inquired *one = &q->list[i];
        *one = (struct inquired){.record_id = rows_int(&rows, i, 0),
                                 .source = rows_text(&rows, i, 1),
                                 .key = rows_text(&rows, i, 2),
                                 .part = rows_text(&rows, i, 3),
                                 .customer = rows_uuid(&rows, i, 4)};
        one->features = features_unpack(q->arena, one->record_id, rows_bytes(&rows, i, 5), err);
        if (!one->features)
            return false;
        one->judgement = compare_records(model, &q->keyring.generic, q->features, one->features);
    }
    if (rows.count)
        qsort(q->list, rows.count, sizeof(*q->list), by_judgement);
    return true;
}

/* A customer that is not resolved yet counts by itself. */
static uint64_t customer_name(const struct inquired *one)
{
    char text[UUID_TEXT];
    if (uuid_is_nil(one->customer))
        return (uint64_t)one->record_id;
    uuid_text(one->customer, text);
    return hash64_text(text);
}

/* Of each customer the best record; a veto of any of them counts. */
static void keep_best(struct inquiry *q)
{
    struct map best = {.arena = q->arena};
    for (size_t i = 0; i < q->compared; i++) {
        struct inquired *first = map_get(&best, customer_name(&q->list[i]));
        if (first) {
            first->judgement.veto = first->judgement.veto || q->list[i].judgement.veto;
            continue;
        }
        q->list[q->count] = q->list[i];
        map_put(&best, customer_name(&q->list[i]), &q->list[q->count++]);
    }
    if (q->count)
        qsort(q->list, q->count, sizeof(*q->list), by_judgement);
    for (size_t i = 0; i < q->count; i++) {
        struct inquired *one = &q->list[i];
        one->outcome = match_outcome(q->hub->model, q->step, one->judgement);
        one->probability = model_probability(q->hub->model, q->step, one->judgement.weight);
    }
}

bool inquiry_run(struct inquiry *q, struct error *err)
{
    struct rows state;
    struct ids ids = {.list = NULL};
    if (!db_run(q->arena, q->hub->db, &SQL_INSTANCE_STATE, NO_PARAMS, &state, err))
        return false;
    q->step = (unsigned)rows_int(&state, 0, 1);
    standard_record(q->arena, q->hub->dictionary, q->record);
    q->features = features_make(q->arena, q->hub->model, q->record);
    if (!keyring_load(q->arena, q->hub, &q->features, 1, &q->keyring, err) ||
        !find_candidates(q, &ids, err) || !compare_all(q, &ids, err))
        return false;
    keep_best(q);
    return true;
}
