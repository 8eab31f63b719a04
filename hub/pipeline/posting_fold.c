#include "hub/pipeline/posting_fold.h"

#include "hub/base/clock.h"
#include "hub/base/list.h"
#include "hub/pipeline/posting.h"
#include "sql.gen.h"

#define STEP 10000         /* postings */
#define WORTH 50000        /* fewer are left as they are */
#define WORTH_LATE 2000000 /* where there is other work */
#define LOOK_MS 5000       /* between looks at how many there are */
#define QUIET_MS 3000      /* without other work */

/* A posting of the base, or one that outweighs it. */
struct piece {
    struct posting posting;
    enum { IN_BASE, ADDED, LEFT } where;
};

struct pieces {
    struct piece *list;
    size_t count, room;
};

static int piece_order(const void *left, const void *right)
{
    const struct piece *l = left, *r = right;
    int order = posting_order(&l->posting, &r->posting);
    return order ? order : (l->where > r->where) - (l->where < r->where);
}

static void read_since(struct arena *work, const struct rows *rows, struct pieces *pieces,
                       int64_t *least, int64_t *greatest)
{
    *least = INT64_MAX;
    *greatest = INT64_MIN;
    for (size_t i = 0; i < rows->count; i++) {
        struct posting posting = {.key = rows_int(rows, i, 0),
                                  .refine = (int32_t)rows_int(rows, i, 1),
                                  .record_id = rows_int(rows, i, 2)};
        *least = posting.key < *least ? posting.key : *least;
        *greatest = posting.key > *greatest ? posting.key : *greatest;
        LIST_ADD(work, pieces, ((struct piece){posting, rows_bool(rows, i, 3) ? LEFT : ADDED}));
    }
}

static void read_pages(struct arena *work, const struct rows *rows, struct pieces *pieces)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct posting_page page = posting_page_open(rows_bytes(rows, i, 0));
        struct piece piece = {.where = IN_BASE};
        while (posting_page_next(&page, &piece.posting))
            LIST_ADD(work, pieces, piece);
    }
}

static bool write_pages(struct arena *work, struct db *db, const struct pieces *pieces,
                        struct error *err)
{
    struct posting_pages *pages = posting_pages_begin(work, db, err);
    if (!pages)
        return false;
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->list[i];
        bool again = i + 1 < pieces->count &&
                     posting_order(&piece->posting, &pieces->list[i + 1].posting) == 0;
        if (!again && piece->where != LEFT && !posting_pages_add(pages, &piece->posting, err))
            return false;
    }
    return posting_pages_end(pages, err);
}

/* Some postings from a key on, and the pages that they go to. */
static bool fold_from(struct arena *work, const struct hub *hub, int64_t *key, bool *more,
                      struct error *err)
{
    struct pieces pieces = {0};
    struct rows since, pages;
    int64_t least;
    if (!db_run(work, hub->db, &SQL_POSTING_SINCE_TAKE,
                PARAMS(db_int(work, *key), db_int(work, STEP)), &since, err))
        return false;
    *more = since.count > 0;
    if (!*more)
        return true;
    read_since(work, &since, &pieces, &least, key);
    if (!db_run(work, hub->db, &SQL_POSTING_PAGE_TAKE,
                PARAMS(db_int(work, least), db_int(work, *key)), &pages, err))
        return false;
    read_pages(work, &pages, &pieces);
    qsort(pieces.list, pieces.count, sizeof(*pieces.list), piece_order);
    return write_pages(work, hub->db, &pieces, err);
}

bool posting_fold_step(const struct hub *hub, bool *more, struct error *err)
{
    ARENA(work);
    struct rows rows;
    struct tx *tx = tx_begin(work, hub->db, err);
    *more = false;
    if (!tx || !hub_enter(hub, err) ||
        !db_run(work, hub->db, &SQL_POSTING_FOLD_BEGIN, NO_PARAMS, &rows, err))
        return false;
    if (!rows.count)
        return true;
    int64_t key = rows_int(&rows, 0, 0);
    if (!fold_from(work, hub, &key, more, err))
        return false;
    if (!*more) /* from the beginning again the next time */
        key = INT64_MIN;
    return db_run(work, hub->db, &SQL_POSTING_FOLD_NOTE, PARAMS(db_int(work, key)), NULL, err) &&
           tx_commit(tx, err);
}

/* An empty table gives its room back, unless somebody is just reading it. */
static bool give_back(const struct hub *hub, struct error *err)
{
    ARENA(work);
    struct rows rows;
    struct tx *tx = tx_begin(work, hub->db, err);
    if (!tx)
        return false;
    if (!db_script(hub->db, "lock table hub.posting in access exclusive mode nowait", err))
        return err->kind == ERROR_RETRY && !db_broken(hub->db);
    if (!db_run(work, hub->db, &SQL_POSTING_SINCE_LIST,
                PARAMS(db_int(work, INT64_MIN), db_int(work, 0), db_int(work, 0), db_int(work, 1)),
                &rows, err))
        return false;
    return rows.count || (db_script(hub->db, "truncate hub.posting", err) && tx_commit(tx, err));
}

static bool is_due(const struct hub *hub, const struct stmt *stmt, int64_t most, bool *due,
                   struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, hub->db, stmt, PARAMS(db_int(work, most)), &rows, err))
        return false;
    *due = rows_bool(&rows, 0, 0);
    return true;
}

/* Once begun, it goes on to the last key. */
struct folding {
    bool at_it;
    int64_t looked;
    int64_t busy; /* when there was other work last */
};

static bool fold(const struct hub *hub, struct folding *folding, bool *busy, struct error *err)
{
    if (!folding->at_it)
        return true;
    if (!posting_fold_step(hub, &folding->at_it, err))
        return false;
    *busy = true;
    return folding->at_it || give_back(hub, err);
}

static bool look(const struct hub *hub, struct folding *folding, const struct stmt *stmt,
                 int64_t most, struct error *err)
{
    int64_t now = clock_ms();
    if (folding->at_it || now - folding->looked < LOOK_MS)
        return true;
    folding->looked = now;
    return is_due(hub, stmt, most, &folding->at_it, err);
}

static struct folding idle, late; /* of this process */

bool posting_fold(const struct hub *hub, bool *busy, struct error *err)
{
    return clock_ms() - idle.busy < QUIET_MS ||
           (look(hub, &idle, &SQL_POSTING_FOLD_DUE, WORTH, err) && fold(hub, &idle, busy, err));
}

bool posting_fold_late(const struct hub *hub, struct error *err)
{
    bool ignored;
    idle.busy = clock_ms();
    return look(hub, &late, &SQL_POSTING_FOLD_LATE, WORTH_LATE, err) &&
           fold(hub, &late, &ignored, err);
}
