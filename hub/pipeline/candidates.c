#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/pipeline/posting.h"
#include "hub/pipeline/resolution.h"
#include "hub/store/posting_holders.h"
#include "sql.gen.h"

/* The holders of one key, or of one key with one refine. */
struct block {
    struct blocking_key key; /* refine 0: the key itself */
    bool generic;            /* as counted now */
    bool dropped;            /* by a job: only then can it cease to be generic */
    struct holders holders;
};

struct blocks {
    struct arena *work;
    struct map by_key;
    struct block **list;
    size_t count, room;
};

static uint64_t block_name(int64_t key, int32_t refine)
{
    return refine ? hash64_mix((uint64_t)key, (uint64_t)(uint32_t)refine) : (uint64_t)key;
}

static struct block *find_block(const struct blocks *blocks, int64_t key, int32_t refine)
{
    return map_get(&blocks->by_key, block_name(key, refine));
}

static void add_block(struct blocks *blocks, struct blocking_key key, bool dropped)
{
    struct block *block = find_block(blocks, key.key, key.refine);
    if (!block) {
        block = NEW(blocks->work, struct block);
        block->key = key;
        map_put(&blocks->by_key, block_name(key.key, key.refine), block);
        LIST_ADD(blocks->work, blocks, block);
    }
    block->dropped = block->dropped || dropped;
}

static size_t different_refines(const struct holders *holders)
{
    size_t different = 0;
    for (size_t i = 0; i < holders->count; i++)
        different += i == 0 || holders->list[i].refine != holders->list[i - 1].refine;
    return different;
}

static bool is_noted(const struct map *notes, const struct block *block)
{
    return map_get(notes, block_name(block->key.key, block->key.refine)) != NULL;
}

static unsigned holders_most(const struct resolution *r, const struct block *block)
{
    return blocking_holders(r->hub->model, block->key.type, block->key.refine != 0);
}

/* Read who holds some blocks, never more than it takes to know that they are generic. */
static bool scan(struct resolution *r, struct blocks *blocks, bool refined, struct error *err)
{
    struct arena *work = r->work;
    struct posting_query *queries = NEW_ARRAY(work, struct posting_query, blocks->count + 1);
    struct holders *holders = NEW_ARRAY(work, struct holders, blocks->count + 1);
    struct block **scanned = NEW_ARRAY(work, struct block *, blocks->count + 1);
    size_t n = 0;
    for (size_t i = 0; i < blocks->count; i++) {
        struct block *block = blocks->list[i];
        block->generic = is_noted(&r->notes, block) && !block->dropped;
        if (block->generic) /* as it was, for nobody has left it */
            continue;
        queries[n] = (struct posting_query){block->key.key, block->key.refine,
                                            (int32_t)holders_most(r, block) + 1};
        scanned[n++] = block;
    }
    if (!posting_holders(work, r->hub->db, &(struct posting_queries){queries, n, refined}, holders,
                         err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct block *block = scanned[i];
        unsigned limit = blocking_limit(r->hub->model, block->key.type);
        block->holders = holders[i];
        block->generic = block->holders.count > holders_most(r, block) ||
                         (!refined && different_refines(&block->holders) > limit);
    }
    return true;
}

static void note_turn(struct resolution *r, const struct block *block)
{
    struct turn turn = {.key = block->key.key,
                        .refine = block->key.refine,
                        .type = block->key.type,
                        .generic = block->generic};
    LIST_ADD(r->work, &r->turns, turn);
}

/* Which keys, and keys with a refine, are noted as generic. */
static bool read_notes(struct resolution *r, struct map *notes, struct error *err)
{
    struct arena *work = r->work;
    const struct blocks *blocks = r->blocks;
    int64_t *keys = NEW_ARRAY(work, int64_t, blocks->count + 1);
    struct rows rows;
    for (size_t i = 0; i < blocks->count; i++)
        keys[i] = blocks->list[i]->key.key;
    if (!db_run(work, r->hub->db, &SQL_GENERIC_LIST, PARAMS(db_int8s(work, keys, blocks->count)),
                &rows, err))
        return false;
    notes->arena = work;
    for (size_t i = 0; i < rows.count; i++)
        map_put(notes, block_name(rows_int(&rows, i, 0), (int32_t)rows_int(&rows, i, 1)), r);
    return true;
}

/* Compare what is counted now with what was noted before. */
static void find_turns(struct resolution *r)
{
    const struct blocks *both[] = {r->blocks, r->refined};
    for (size_t b = 0; b < COUNT_OF(both); b++)
        for (size_t i = 0; i < both[b]->count; i++)
            if (both[b]->list[i]->generic != is_noted(&r->notes, both[b]->list[i]))
                note_turn(r, both[b]->list[i]);
}

static void add_keys(struct blocks *blocks, struct slice packed, bool dropped)
{
    for (size_t i = 0; i < posting_count(packed); i++) {
        struct blocking_key key = posting_at(packed, i);
        key.refine = 0;
        add_block(blocks, key, dropped);
    }
}

/* Under a generic key, those who hold it with the same refine still meet. */
static void add_refined(const struct blocks *blocks, struct blocks *refined, struct slice packed,
                        bool dropped)
{
    for (size_t i = 0; i < posting_count(packed); i++) {
        struct blocking_key key = posting_at(packed, i);
        if (key.refine && find_block(blocks, key.key, 0)->generic)
            add_block(refined, key, dropped);
    }
}

/* Notes are read before holders are counted: a key that turned in between is then seen as turning, and
 * noting it once more does nothing. */
static bool find_blocks(struct resolution *r, struct error *err)
{
    for (size_t i = 0; i < r->jobs.count; i++) {
        if (!r->jobs.list[i]->gone)
            add_keys(r->blocks, r->jobs.list[i]->keys, false);
        add_keys(r->blocks, r->jobs.list[i]->dropped, true);
    }
    if (!read_notes(r, &r->notes, err) || !scan(r, r->blocks, false, err))
        return false;
    for (size_t i = 0; i < r->jobs.count; i++) {
        if (!r->jobs.list[i]->gone)
            add_refined(r->blocks, r->refined, r->jobs.list[i]->keys, false);
        add_refined(r->blocks, r->refined, r->jobs.list[i]->dropped, true);
    }
    if (r->refined->count && !scan(r, r->refined, true, err))
        return false;
    find_turns(r);
    return true;
}

/* Which block brings a record its candidates by one of its keys; NULL when none does. */
static const struct block *usable_block(const struct resolution *r, struct blocking_key key)
{
    const struct block *block = find_block(r->blocks, key.key, 0);
    if (!block->generic)
        return block;
    block = key.refine ? find_block(r->refined, key.key, key.refine) : NULL;
    return block && !block->generic ? block : NULL;
}

/* The same, with a note of what was left out. */
static const struct block *block_for(struct resolution *r, struct node *job,
                                     struct blocking_key key)
{
    const struct block *block = usable_block(r, key);
    if (block)
        return block;
    const char *name = blocking_name(r->hub->model, key.type);
    job->skipped = job->skipped ? arena_printf(r->work, "%s %s", job->skipped, name) : name;
    return NULL;
}

struct pair {
    struct node *job, *other;
};

struct pairs {
    struct pair *list;
    size_t count, room;
};

/* Each pair once: two jobs of the batch find each other by the same blocks. */
static void gather_pairs(struct resolution *r, struct node *job, struct pairs *pairs)
{
    struct map seen = {.arena = r->work};
    for (size_t k = 0; k < posting_count(job->keys); k++) {
        const struct block *block = block_for(r, job, posting_at(job->keys, k));
        for (size_t h = 0; block && h < block->holders.count; h++) {
            struct node *other = resolution_node(r, block->holders.list[h].record_id);
            if (other == job || (other->job && !other->gone && other->id < job->id) ||
                map_get(&seen, (uint64_t)other->id))
                continue;
            map_put(&seen, (uint64_t)other->id, other);
            LIST_ADD(r->work, pairs, ((struct pair){job, other}));
        }
    }
}

static void score(struct resolution *r, struct edges *to, const struct node *job,
                  const struct node *other)
{
    struct judgement judgement;
    if (compare_reaches(r->hub->model, &r->generic, job->features, other->features,
                        r->review_weight, &judgement) &&
        !judgement.veto && judgement.weight >= r->review_weight)
        edges_add(r->work, to, job->id, other->id, judgement.weight);
}

static bool load_others(struct resolution *r, const struct pairs *pairs, struct error *err)
{
    struct nodes others = {0};
    for (size_t i = 0; i < pairs->count; i++)
        LIST_ADD(r->work, &others, pairs->list[i].other);
    return resolution_load(r, &others, false, err);
}

bool candidates_find(struct resolution *r, struct error *err)
{
    struct pairs pairs = {0};
    r->blocks = NEW(r->work, struct blocks);
    r->refined = NEW(r->work, struct blocks);
    r->blocks->work = r->blocks->by_key.arena = r->work;
    r->refined->work = r->refined->by_key.arena = r->generic.keys.arena = r->work;

    if (!resolution_load(r, &r->jobs, true, err) || !find_blocks(r, err))
        return false;
    for (size_t i = 0; i < r->blocks->count; i++)
        if (r->blocks->list[i]->generic)
            map_put(&r->generic.keys, (uint64_t)r->blocks->list[i]->key.key, r);
    for (size_t i = 0; i < r->jobs.count; i++)
        if (!r->jobs.list[i]->gone)
            gather_pairs(r, r->jobs.list[i], &pairs);
    if (!load_others(r, &pairs, err))
        return false;
    for (size_t i = 0; i < pairs.count; i++)
        if (!pairs.list[i].other->gone)
            score(r, &r->found, pairs.list[i].job, pairs.list[i].other);
    return true;
}

static bool holds(const struct node *node, struct blocking_key key, bool refined)
{
    for (size_t k = 0; k < posting_count(node->keys); k++) {
        struct blocking_key other = posting_at(node->keys, k);
        if (other.key == key.key && (!refined || other.refine == key.refine))
            return true;
    }
    return false;
}

/* Do these two meet by any key, as they stand now? */
static bool meet(const struct resolution *r, const struct node *job, const struct node *other)
{
    for (size_t k = 0; k < posting_count(job->keys); k++) {
        struct blocking_key key = posting_at(job->keys, k);
        const struct block *block = usable_block(r, key);
        if (block && holds(other, key, block->key.refine != 0))
            return true;
    }
    return false;
}

/* The job of a pair, and the other one; both may be jobs. */
static struct pair pair_of(struct resolution *r, const struct match_edge *edge)
{
    struct node *left = resolution_node(r, edge->left), *right = resolution_node(r, edge->right);
    return left->job ? (struct pair){left, right} : (struct pair){right, left};
}

/*
 * What was found stands: neither a version nor a key has changed since.  Stored pairs that were not found are
 * judged: they do not meet any more, or weigh too little, or others have found them meanwhile.
 */
static bool confirm_pairs(struct resolution *r, struct error *err)
{
    struct nodes others = {0};
    struct edges lacking = {0};
    size_t f = 0;
    edges_sort(&r->found);
    edges_sort(&r->before);
    for (size_t i = 0; i < r->before.count; i++) {
        const struct match_edge *edge = &r->before.list[i];
        while (f < r->found.count && edge_order(&r->found.list[f], edge) < 0)
            f++;
        struct pair pair = pair_of(r, edge);
        if ((f < r->found.count && edge_order(&r->found.list[f], edge) == 0) || pair.job->gone ||
            pair.other->gone)
            continue;
        LIST_ADD(r->work, &lacking, *edge);
        LIST_ADD(r->work, &others, pair.other);
    }
    if (!resolution_load_keys(r, &others, err))
        return false;
    for (size_t i = 0; i < lacking.count; i++) {
        struct pair pair = pair_of(r, &lacking.list[i]);
        if (meet(r, pair.job, pair.other))
            score(r, &r->found, pair.job, pair.other);
    }
    return true;
}

bool candidates_confirm(struct resolution *r, bool *stable, struct error *err)
{
    struct map notes = {0};
    const struct blocks *both[] = {r->blocks, r->refined};
    if (!read_notes(r, &notes, err))
        return false;
    for (size_t b = 0; b < COUNT_OF(both); b++)
        for (size_t i = 0; i < both[b]->count; i++)
            if (is_noted(&notes, both[b]->list[i]) != is_noted(&r->notes, both[b]->list[i]))
                *stable = false;
    return !*stable || confirm_pairs(r, err);
}
