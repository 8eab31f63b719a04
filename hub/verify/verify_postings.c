#include "hub/verify/verify_postings.h"

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/pipeline/posting.h"
#include "sql.gen.h"

#define PAGE 2000
#define PAGES 500 /* of postings, read at once */
#define FEW 20    /* no key type turns generic with so few holders: those are not counted anew */

/* Postings in any order, as one number. */
struct tally {
    int64_t count;
    uint64_t sum;
};

static void add(struct tally *tally, const struct posting *posting)
{
    uint64_t name = hash64_mix((uint64_t)posting->key, (uint64_t)(uint32_t)posting->refine);
    tally->count++;
    tally->sum += hash64_mix(name, (uint64_t)posting->record_id);
}

/* What records ought to have. */
static bool tally_records(const struct hub *hub, struct tally *due, int64_t *records,
                          struct error *err)
{
    int64_t after = INT64_MIN;
    for (size_t got = PAGE; got == PAGE;) {
        ARENA(work);
        struct rows page;
        if (!db_run(work, hub->db, &SQL_RECORD_PAGE,
                    PARAMS(db_int(work, after), db_int(work, PAGE)), &page, err))
            return false;
        for (size_t i = 0; i < page.count; i++) {
            struct slice packed = rows_bytes(&page, i, 1);
            after = rows_int(&page, i, 0);
            for (size_t k = 0; k < posting_count(packed); k++) {
                struct blocking_key key = posting_at(packed, k);
                add(due, &(struct posting){key.key, after, key.refine});
            }
        }
        got = page.count;
        *records += (int64_t)got;
    }
    return true;
}

/* The holders of one key, counted as they come by. */
struct heavy {
    int64_t key, record_id;
    int32_t refine; /* the last */
    int64_t holders, refines;
};

struct check {
    struct arena *work;
    const struct hub *hub;
    struct map noted; /* keys that are noted as generic */
    bool settled;
    struct tally found;
    struct heavy heavy;
    struct verdict generic;
};

/* The type of a key, from one record that holds it. */
static bool type_of(const struct hub *hub, int64_t record_id, int64_t key, uint8_t *type,
                    struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, hub->db, &SQL_RECORD_LOAD, PARAMS(db_int8s(work, &record_id, 1)), &rows, err))
        return false;
    struct slice keys = rows.count ? rows_bytes(&rows, 0, 4) : (struct slice){0};
    for (size_t i = 0; i < posting_count(keys); i++)
        if (posting_at(keys, i).key == key)
            *type = posting_at(keys, i).type;
    return true;
}

static bool end_key(struct check *check, struct error *err)
{
    const struct heavy *heavy = &check->heavy;
    struct verdict *verdict = &check->generic;
    bool noted = map_get(&check->noted, (uint64_t)heavy->key) != NULL;
    uint8_t type = 0;
    if (!check->settled || (!noted && heavy->holders <= FEW))
        return true;
    if (!type_of(check->hub, heavy->record_id, heavy->key, &type, err))
        return false;
    verdict->checked++;
    if (noted == (heavy->holders > blocking_holders(check->hub->model, type, false) ||
                  heavy->refines > blocking_limit(check->hub->model, type)))
        return true;
    verdict->wrong++;
    if (!verdict->example)
        verdict->example =
            arena_printf(check->work, "a key of kind %s with %lld holders",
                         blocking_name(check->hub->model, type), (long long)heavy->holders);
    return true;
}

static bool take(struct check *check, const struct posting *posting, struct error *err)
{
    struct heavy *heavy = &check->heavy;
    add(&check->found, posting);
    if (heavy->holders && heavy->key != posting->key) {
        if (!end_key(check, err))
            return false;
        heavy->holders = heavy->refines = 0;
    }
    heavy->refines += !heavy->holders || heavy->refine != posting->refine;
    heavy->holders++;
    heavy->key = posting->key;
    heavy->refine = posting->refine;
    heavy->record_id = posting->record_id;
    return true;
}

/* What was added to the base, or left it, in order. */
struct since {
    struct arena *arena; /* of the rows at hand */
    struct rows rows;
    size_t at;
    struct posting next;
    bool left, more;
};

static bool next_since(const struct hub *hub, struct since *since, struct error *err)
{
    if (since->at == since->rows.count) {
        arena_free(since->arena);
        since->arena = arena_new();
        since->at = 0;
        if (!db_run(since->arena, hub->db, &SQL_POSTING_SINCE_LIST,
                    PARAMS(db_int(since->arena, since->next.key),
                           db_int(since->arena, since->next.refine),
                           db_int(since->arena, since->next.record_id), db_int(since->arena, PAGE)),
                    &since->rows, err))
            return false;
    }
    since->more = since->at < since->rows.count;
    if (!since->more)
        return true;
    since->next = (struct posting){.key = rows_int(&since->rows, since->at, 0),
                                   .refine = (int32_t)rows_int(&since->rows, since->at, 1),
                                   .record_id = rows_int(&since->rows, since->at, 2)};
    since->left = rows_bool(&since->rows, since->at++, 3);
    return true;
}

/* All that was added before a posting of the base; NULL: all that is left.  *hidden: it outweighs that one. */
static bool take_since(struct check *check, struct since *since, const struct posting *base,
                       bool *hidden, struct error *err)
{
    *hidden = false;
    while (since->more) {
        int order = base ? posting_order(&since->next, base) : -1;
        if (order > 0)
            return true;
        *hidden = order == 0;
        if ((!since->left && !take(check, &since->next, err)) ||
            !next_since(check->hub, since, err))
            return false;
        if (*hidden)
            return true;
    }
    return true;
}

static bool take_page(struct check *check, struct since *since, struct slice packed,
                      struct error *err)
{
    struct posting_page page = posting_page_open(packed);
    struct posting posting;
    while (posting_page_next(&page, &posting)) {
        bool hidden;
        if (!take_since(check, since, &posting, &hidden, err) ||
            (!hidden && !take(check, &posting, err)))
            return false;
    }
    return true;
}

static bool take_all(struct check *check, struct since *since, struct error *err)
{
    struct posting after = {INT64_MIN, INT64_MIN, INT32_MIN};
    since->next = after;
    if (!next_since(check->hub, since, err))
        return false;
    for (size_t got = PAGES; got == PAGES;) {
        ARENA(work);
        struct rows pages;
        if (!db_run(work, check->hub->db, &SQL_POSTING_PAGE_LIST,
                    PARAMS(db_int(work, after.key), db_int(work, after.refine),
                           db_int(work, after.record_id), db_int(work, PAGES)),
                    &pages, err))
            return false;
        got = pages.count;
        for (size_t i = 0; i < pages.count; i++) {
            after = (struct posting){.key = rows_int(&pages, i, 0),
                                     .refine = (int32_t)rows_int(&pages, i, 1),
                                     .record_id = rows_int(&pages, i, 2)};
            if (!take_page(check, since, rows_bytes(&pages, i, 3), err))
                return false;
        }
    }
    bool ignored;
    return take_since(check, since, NULL, &ignored, err) &&
           (!check->heavy.holders || end_key(check, err));
}

static bool read_noted(struct check *check, struct error *err)
{
    struct rows rows, queue;
    if (!db_run(check->work, check->hub->db, &SQL_QUEUE_STATE, NO_PARAMS, &queue, err) ||
        !db_run(check->work, check->hub->db, &SQL_GENERIC_KEYS, NO_PARAMS, &rows, err))
        return false;
    check->settled = !rows_int(&queue, 0, 0) && !rows_int(&queue, 0, 1);
    if (!check->settled)
        check->generic.promise = "generic keys are not judged while records wait to be resolved";
    for (size_t i = 0; i < rows.count; i++)
        map_put(&check->noted, (uint64_t)rows_int(&rows, i, 0), check);
    return true;
}

bool verify_postings(struct arena *work, const struct hub *hub, struct verdicts *verdicts,
                     struct error *err)
{
    struct verdict verdict = {"postings", "every record is found by its blocking keys", 0, 0, NULL};
    struct check check = {
        .work = work,
        .hub = hub,
        .noted.arena = work,
        .generic = {"generic", "generic keys are those that too many hold", 0, 0, NULL},
    };
    struct since since = {0};
    struct tally due = {0};
    bool done = tally_records(hub, &due, &verdict.checked, err) && read_noted(&check, err) &&
                take_all(&check, &since, err);
    arena_free(since.arena);
    if (!done)
        return false;
    verdict.wrong = due.count != check.found.count || due.sum != check.found.sum;
    if (verdict.wrong)
        verdict.example = due.count == check.found.count
                              ? "one that is another than is due"
                              : arena_printf(work, "%lld postings where %lld are due",
                                             (long long)check.found.count, (long long)due.count);
    LIST_ADD(work, verdicts, verdict);
    LIST_ADD(work, verdicts, check.generic);
    return true;
}
