/* Postings: whatever was added, left, packed or folded, holders are those that a plain list says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/pipeline/posting.h"
#include "hub/pipeline/posting_fold.h"
#include "hub/store/migrate.h"
#include "hub/store/posting_holders.h"
#include "sql.gen.h"
#include "tests/unit/database.h"

#define KEYS 12
#define REFINES 5
#define RECORDS 400
#define ROUNDS 24

/* Who holds what; keys of every size, from one that nobody holds to one that fills many pages. */
static bool held[KEYS][REFINES][RECORDS];

static uint64_t state = 20261122;

static unsigned dice(unsigned sides)
{
    state = hash64_mix(state, 1);
    return (unsigned)(state % sides);
}

static int64_t key_of(unsigned k)
{
    static const int64_t keys[KEYS] = {INT64_MIN + 1, -9000000000, -5, 0, 1, 2, 3, 70, 71, 72,
                                       900000000,     INT64_MAX};
    return keys[k];
}

static int32_t refine_of(unsigned f)
{
    return f ? (int32_t)f * 500000000 - 1200000000 : 0; /* some are negative */
}

static int64_t record_of(unsigned r)
{
    return (int64_t)hash64_mix(r, 7);
}

static struct posting posting_of(unsigned k, unsigned f, unsigned r)
{
    return (struct posting){key_of(k), record_of(r), refine_of(f)};
}

/* The k-th key is held by about a share of the records that grows with k. */
static void change(struct arena *work, struct db *db, size_t times)
{
    struct error err;
    struct posting_changes changes = {.arena = work};
    for (size_t i = 0; i < times; i++) {
        unsigned k = dice(KEYS), f = dice(REFINES), r = dice(RECORDS);
        bool *holds = &held[k][f][r];
        if (k == 0 || (dice(KEYS) >= k) == !*holds)
            continue;
        *holds = !*holds;
        if (*holds)
            LIST_ADD(work, &changes.added, posting_of(k, f, r));
        else
            LIST_ADD(work, &changes.dropped, posting_of(k, f, r));
        database_must(posting_write(&changes, db, &err), &err);
        changes.added.count = changes.dropped.count = 0;
    }
}

static void pack_all(struct arena *work, struct db *db)
{
    struct error err;
    struct postings all = {0};
    for (unsigned k = 0; k < KEYS; k++)
        for (unsigned f = 0; f < REFINES; f++)
            for (unsigned r = 0; r < RECORDS; r++)
                if (held[k][f][r])
                    LIST_ADD(work, &all, posting_of(k, f, r));
    if (all.count)
        qsort(all.list, all.count, sizeof(*all.list), posting_order);
    struct tx *tx = tx_begin(work, db, &err);
    database_must(tx && posting_pages_clear(db, &err), &err);
    struct posting_pages *pages = posting_pages_begin(work, db, &err);
    database_must(pages, &err);
    for (size_t i = 0; i < all.count; i++)
        database_must(posting_pages_add(pages, &all.list[i], &err), &err);
    database_must(posting_pages_end(pages, &err) && tx_commit(tx, &err), &err);
}

static size_t count_of(unsigned k, unsigned f)
{
    size_t count = 0;
    for (unsigned r = 0; r < RECORDS; r++)
        count += held[k][f][r];
    return count;
}

static void check_holders(const struct holders *holders, unsigned k, size_t due, size_t most)
{
    assert_true(holders->count == due || (due > most && holders->count >= most));
    for (size_t h = 0; h < holders->count; h++) {
        bool found = false;
        const struct holder *holder = &holders->list[h];
        for (unsigned f = 0; f < REFINES; f++)
            for (unsigned r = 0; r < RECORDS && !found; r++)
                found = held[k][f][r] && holder->record_id == record_of(r) &&
                        holder->refine == refine_of(f);
        assert_true(found);
        assert_true(
            !h || holder[-1].refine < holder->refine ||
            (holder[-1].refine == holder->refine && holder[-1].record_id < holder->record_id));
    }
}

static void check(struct arena *work, struct db *db, int32_t most)
{
    struct error err;
    struct posting_query queries[KEYS * REFINES];
    struct holders holders[KEYS * REFINES];
    for (unsigned k = 0; k < KEYS; k++)
        queries[k] = (struct posting_query){key_of(k), 0, most};
    database_must(
        posting_holders(work, db, &(struct posting_queries){queries, KEYS, false}, holders, &err),
        &err);
    for (unsigned k = 0; k < KEYS; k++) {
        size_t due = 0;
        for (unsigned f = 0; f < REFINES; f++)
            due += count_of(k, f);
        check_holders(&holders[k], k, due, (size_t)most);
    }
    for (unsigned i = 0; i < KEYS * REFINES; i++)
        queries[i] = (struct posting_query){key_of(i / REFINES), refine_of(i % REFINES), most};
    database_must(posting_holders(work, db,
                                  &(struct posting_queries){queries, KEYS * REFINES, true}, holders,
                                  &err),
                  &err);
    for (unsigned i = 0; i < KEYS * REFINES; i++) {
        check_holders(&holders[i], i / REFINES, count_of(i / REFINES, i % REFINES), (size_t)most);
        for (size_t h = 0; h < holders[i].count; h++)
            assert_int_equal(holders[i].list[h].refine, refine_of(i % REFINES));
    }
}

static void test_holders(void **unused)
{
    (void)unused;
    static const int32_t mosts[] = {1, 10, 61, 500, INT32_MAX};
    ARENA(process);
    unsigned ran;
    struct error err;
    struct db *db = database_open(process, database_new(process));
    struct hub hub = {.db = db};
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    for (unsigned round = 0; round < ROUNDS; round++) {
        ARENA(work);
        bool more = true;
        change(work, db, 150U << (round % 4));
        for (size_t i = 0; i < COUNT_OF(mosts); i++)
            check(work, db, mosts[i]);
        if (round % 8 == 3)
            pack_all(work, db);
        while (round % 8 == 7 && more)
            database_must(posting_fold_step(&hub, &more, &err), &err);
        for (size_t i = 0; i < COUNT_OF(mosts); i++)
            check(work, db, mosts[i]);
    }
    struct rows rows = database_run(process, db, "select count(*) from hub.posting");
    assert_int_equal(rows_int(&rows, 0, 0), 0); /* the last round folded all */
    rows = database_run(process, db,
                        "select count(*), max(octet_length(packed)) from hub.posting_page");
    assert_true(rows_int(&rows, 0, 0) > 10 && rows_int(&rows, 0, 1) < 900);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
