#include "hub/pipeline/owners.h"

#include "hub/base/list.h"
#include "hub/golden/ownership.h"
#include "hub/pipeline/resolve.h"
#include "hub/store/applied.h"
#include "sql.gen.h"

#define PRIORITY 50 /* between a hardly possible match and a probable one */

/* Registrations of a product that are looked at at first.  Mostly these are all, or show that too many
 * customers registered it, of whom more say no more. */
#define LOOK ((int64_t)4 * OWNERS_MOST)

/* Which products it is about. */
struct scope {
    struct arena *work;
    struct db *db;
    struct param products;
    bool hold; /* the customers' records stay whose they are until the transaction ends */
};

/* Registrations of products. */
struct registered {
    struct registered_row {
        struct uuid product, registration;
        int64_t customer_record;
    } * list;
    size_t count, room;
};

/* Those of which LOOK registrations do not tell. */
struct unclear {
    struct uuid *list;
    size_t count, room;
};

struct decided {
    struct owned {
        struct owned_row {
            struct uuid product, registration;
            int32_t place;
            const char *since, *until;
        } * list;
        size_t count, room;
    } owned;
    struct disputed {
        struct disputed_row {
            struct uuid product, one, other;
            int64_t left, right;
            const char *reason;
        } * list;
        size_t count, room;
    } disputed;
};

static const char *reason_of(struct arena *work, const struct dispute *dispute)
{
    return dispute->since ? arena_printf(work, "two customers registered the same product from %s",
                                         dispute->since)
                          : "two customers registered the same product, and no date of purchase "
                            "tells who came "
                            "later";
}

/* The task names the product's record alone, and says the same however many come. */
static void decide_crowded(struct arena *work, const struct rows *rows, size_t i,
                           struct decided *decided)
{
    struct uuid nobody = {0};
    const char *reason =
        arena_printf(work,
                     "more than %d registrations by different customers name the "
                     "product%s%s: its number may stand for many",
                     OWNERS_MOST, *rows_text(rows, i, 6) ? " " : "", rows_text(rows, i, 6));
    LIST_ADD(work, &decided->disputed,
             ((struct disputed_row){rows_uuid(rows, i, 0), nobody, nobody, rows_int(rows, i, 5),
                                    rows_int(rows, i, 5), reason}));
}

static struct uuid customer_of(const struct rows *rows, size_t i)
{
    struct uuid nobody = {0};
    return rows_is_null(rows, i, 3) ? nobody : rows_uuid(rows, i, 3);
}

/* One product's registrations: rows first .. end - 1 of `ownership_list`.  False: they are
 * not all, and do not tell. */
static bool decide(struct arena *work, const struct rows *rows, size_t first, size_t end,
                   bool is_all, struct decided *decided)
{
    struct ownership ownership;
    struct uuid product = rows_uuid(rows, first, 0);
    struct registration *registrations = NEW_ARRAY(work, struct registration, end - first);
    for (size_t i = first; i < end; i++)
        registrations[i - first] = (struct registration){
            .id = rows_uuid(rows, i, 1),
            .record_id = rows_int(rows, i, 2),
            .customer = customer_of(rows, i),
            .since = rows_text(rows, i, 4),
        };
    ownership_decide(work, registrations, end - first, &ownership);
    if (ownership.crowded)
        decide_crowded(work, rows, first, decided);
    else if (!is_all)
        return false;
    for (size_t i = 0; i < ownership.owner_count; i++) {
        const struct owner *owner = &ownership.owners[i];
        LIST_ADD(work, &decided->owned,
                 ((struct owned_row){product, owner->registration->id, (int32_t)i + 1, owner->since,
                                     owner->until}));
    }
    for (size_t i = 0; i < ownership.dispute_count; i++) {
        const struct dispute *d = &ownership.disputes[i];
        LIST_ADD(
            work, &decided->disputed,
            ((struct disputed_row){product, d->left->customer, d->right->customer,
                                   d->left->record_id, d->right->record_id, reason_of(work, d)}));
    }
    return true;
}

static bool reach(const struct scope *scope, struct param products, int64_t most,
                  struct registered *registered, struct error *err)
{
    struct rows rows;
    struct arena *work = scope->work;
    if (!db_run(work, scope->db, &SQL_OWNERSHIP_REACH, PARAMS(products, db_int(work, most)), &rows,
                err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        LIST_ADD(work, registered,
                 ((struct registered_row){rows_uuid(&rows, i, 0), rows_uuid(&rows, i, 1),
                                          rows_int(&rows, i, 2)}));
    return !scope->hold || db_run(work, scope->db, &SQL_OWNERSHIP_HOLD,
                                  PARAMS(DB_COLUMN(work, registered, customer_record)), NULL, err);
}

static bool decide_some(const struct scope *scope, struct param products, int64_t most,
                        struct decided *decided, struct unclear *unclear, struct error *err)
{
    struct rows rows;
    struct arena *work = scope->work;
    struct registered registered = {0};
    if (!reach(scope, products, most, &registered, err) ||
        !db_run(work, scope->db, &SQL_OWNERSHIP_LIST,
                PARAMS(DB_COLUMN(work, &registered, product),
                       DB_COLUMN(work, &registered, registration)),
                &rows, err))
        return false;
    for (size_t first = 0, end; first < rows.count; first = end) {
        struct uuid product = rows_uuid(&rows, first, 0);
        for (end = first + 1; end < rows.count; end++)
            if (uuid_compare(rows_uuid(&rows, end, 0), product) != 0)
                break;
        if (!decide(work, &rows, first, end, (int64_t)(end - first) < most, decided))
            LIST_ADD(work, unclear, product);
    }
    return true;
}

static bool decide_all(const struct scope *scope, struct decided *decided, struct error *err)
{
    struct unclear unclear = {0}, none = {0};
    return decide_some(scope, scope->products, LOOK, decided, &unclear, err) &&
           (!unclear.count || decide_some(scope, db_uuids(scope->work, unclear.list, unclear.count),
                                          INT64_MAX, decided, &none, err));
}

static bool run_owned(const struct scope *scope, const struct stmt *stmt, const struct owned *owned,
                      struct rows *rows, struct error *err)
{
    struct arena *work = scope->work;
    return db_run(work, scope->db, stmt,
                  PARAMS(scope->products, DB_COLUMN(work, owned, product),
                         DB_COLUMN(work, owned, place), DB_COLUMN(work, owned, registration),
                         DB_COLUMN(work, owned, since), DB_COLUMN(work, owned, until)),
                  rows, err);
}

static bool run_disputed(const struct scope *scope, const struct stmt *stmt,
                         const struct disputed *disputed, struct rows *rows, struct error *err)
{
    struct arena *work = scope->work;
    return db_run(work, scope->db, stmt,
                  PARAMS(scope->products, DB_COLUMN(work, disputed, product),
                         DB_COLUMN(work, disputed, left), DB_COLUMN(work, disputed, right),
                         DB_COLUMN(work, disputed, one), DB_COLUMN(work, disputed, other),
                         DB_COLUMN(work, disputed, reason)),
                  rows, err);
}

static bool open_disputed(const struct scope *scope, const struct disputed *disputed,
                          struct error *err)
{
    struct arena *work = scope->work;
    return !disputed->count ||
           db_run(work, scope->db, &SQL_DISPUTE_OPEN,
                  PARAMS(DB_COLUMN(work, disputed, product), DB_COLUMN(work, disputed, left),
                         DB_COLUMN(work, disputed, right), DB_COLUMN(work, disputed, one),
                         DB_COLUMN(work, disputed, other), DB_COLUMN(work, disputed, reason),
                         db_int(work, PRIORITY)),
                  NULL, err);
}

/* The products first: two who decide about one do so one after the other.  Then whose records the
 * customers' are, which stays so until we are done. */
static bool work_jobs(struct arena *work, const struct hub *hub, const struct rows *jobs,
                      struct error *err)
{
    struct rows locked;
    struct decided decided = {0};
    int64_t *records = NEW_ARRAY(work, int64_t, jobs->count);
    for (size_t i = 0; i < jobs->count; i++)
        records[i] = rows_int(jobs, i, 0);
    if (!db_run(work, hub->db, &SQL_OWNERSHIP_LOCK, PARAMS(db_int8s(work, records, jobs->count)),
                &locked, err))
        return false;
    if (!locked.count)
        return true;
    struct uuid *ids = NEW_ARRAY(work, struct uuid, locked.count);
    for (size_t i = 0; i < locked.count; i++)
        ids[i] = rows_uuid(&locked, i, 0);
    struct scope scope = {work, hub->db, db_uuids(work, ids, locked.count), true};
    return decide_all(&scope, &decided, err) &&
           run_owned(&scope, &SQL_OWNERSHIP_PUT, &decided.owned, NULL, err) &&
           run_disputed(&scope, &SQL_DISPUTE_CLOSE, &decided.disputed, NULL, err) &&
           open_disputed(&scope, &decided.disputed, err);
}

bool owners_batch(const struct hub *hub, size_t limit, size_t *done, struct error *err)
{
    ARENA(work);
    struct rows jobs;
    *done = 0;
    struct tx *tx = tx_begin(work, hub->db, err);
    if (!tx || !hub_enter(hub, err) ||
        !db_run(work, hub->db, &SQL_JOB_CLAIM,
                PARAMS(db_int(work, (int64_t)limit), db_int(work, JOB_OWNERSHIP)), &jobs, err))
        return false;
    if (!jobs.count)
        return true;
    if (!work_jobs(work, hub, &jobs, err) || !tx_commit(tx, err))
        return false;
    *done = jobs.count;
    return true;
}

bool owners_moved(struct arena *work, struct db *db, const int64_t *record_ids, size_t count,
                  struct error *err)
{
    return db_run(work, db, &SQL_OWNERSHIP_MOVED,
                  PARAMS(db_int8s(work, record_ids, count), db_int(work, JOB_OWNERSHIP)), NULL,
                  err);
}

bool owners_differ(struct arena *work, const struct hub *hub, const struct uuid *products,
                   size_t count, size_t *wrong, struct error *err)
{
    struct rows owned, disputed;
    struct decided decided = {0};
    struct scope scope = {work, hub->db, db_uuids(work, products, count), false};
    if (!decide_all(&scope, &decided, err) ||
        !run_owned(&scope, &SQL_OWNERSHIP_DIFFER, &decided.owned, &owned, err) ||
        !run_disputed(&scope, &SQL_DISPUTE_DIFFER, &decided.disputed, &disputed, err))
        return false;
    *wrong = owned.count + disputed.count;
    return true;
}
