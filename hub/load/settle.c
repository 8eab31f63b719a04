#include "hub/load/settle.h"

#include <unistd.h>

#include "hub/base/crew.h"
#include "hub/base/list.h"
#include "hub/load/portion.h"
#include "hub/pipeline/work.h"
#include "hub/store/applied.h"
#include "hub/store/hold.h"
#include "hub/store/posting_page.h"
#include "sql.gen.h"

#define ATTEMPTS_MOST 5 /* two portions may want the same retired id */
#define CHUNK 20000     /* rows of a statement */
#define CORES_MOST 64

struct settle {
    struct whole whole;
    struct plan plan;
    struct spool *spool;
    struct progress {
        size_t taken, done; /* portions */
    } * progress;           /* of all processes */
};

/* ---- postings */

struct paging {
    const struct whole *whole;
    struct posting_pages *pages;
    size_t done;
};

static bool add_postings(void *context, const struct resolver_posting *run, size_t count,
                         struct error *err)
{
    struct paging *paging = context;
    for (size_t i = 0; i < count; i++)
        if (!posting_pages_add(
                paging->pages,
                &(struct posting){.key = run[i].key,
                                  .record_id = whole_id(paging->whole, run[i].record),
                                  .refine = run[i].refine},
                err))
            return false;
    paging->done += count;
    return whole_tick(paging->whole, "writing postings", paging->done, 0, err);
}

/* Records that nobody has yet may lack postings.  So these are written before anything else: whoever is killed
 * behind that finds records that are somebody's, and all postings there. */
static bool write_postings(struct settle *settle, struct error *err)
{
    ARENA(work);
    struct whole *whole = &settle->whole;
    struct paging paging = {.whole = whole};
    if (whole->linked == whole->now.count)
        return true;
    struct tx *tx = tx_begin(work, whole->hub.db, err);
    if (!tx || !applied_enter(whole->hub.db, whole->hub.dictionary, err) ||
        !posting_pages_clear(whole->hub.db, err))
        return false;
    paging.pages = posting_pages_begin(work, whole->hub.db, err);
    return paging.pages && resolver_postings(whole->resolver, add_postings, &paging, err) &&
           posting_pages_end(paging.pages, err) && tx_commit(tx, err);
}

/* ---- customers */

static bool take_document(void *context, const struct copied *row, struct error *err)
{
    struct settle *settle = context;
    uint32_t place = place_of(&settle->whole.places, copied_int(row, 0));
    uint32_t portion = place == NO_PLACE ? NO_PORTION : settle->plan.portion_of[place];
    if (portion == NO_PORTION || !settle->plan.portions[portion].untold)
        return true;
    return spool_add(settle->spool, settle->plan.portions[portion].bin, place, row, err);
}

/* Documents come as they lie in the table, which is much faster than by record. */
static bool sort_documents(struct settle *settle, struct error *err)
{
    settle->spool =
        spool_new(settle->whole.arena, settle->whole.settings->scratch, settle->plan.bins, err);
    return settle->spool &&
           copy_out(settle->whole.hub.db, &SQL_DOCUMENT_READ, take_document, settle, err) &&
           spool_end(settle->spool, err);
}

static bool write_portion(const struct settle *settle, size_t number, const struct hub *hub,
                          struct error *err)
{
    for (unsigned attempt = 1;; attempt++) {
        if (portion_write(&settle->plan, &settle->plan.portions[number], hub, settle->spool, err))
            return true;
        if (attempt == ATTEMPTS_MOST || err->kind != ERROR_RETRY || db_broken(hub->db))
            return false;
    }
}

/* One of the processes that write portions, whichever comes next. */
static bool write_some(void *to, size_t i, struct error *err)
{
    (void)i;
    ARENA(session);
    struct settle *settle = to;
    struct hub hub = settle->whole.hub;
    hub.db = db_open(session, settle->whole.settings->dsn, "axle settle", err);
    if (!hub.db || !work_connection(hub.db, err))
        return false;
    for (;;) {
        size_t number = __atomic_fetch_add(&settle->progress->taken, 1, __ATOMIC_RELAXED);
        if (number >= settle->plan.count)
            return true;
        if (!write_portion(settle, number, &hub, err))
            return false;
        (void)__atomic_fetch_add(&settle->progress->done, 1, __ATOMIC_RELAXED);
    }
}

static bool tick(void *to)
{
    struct error ignored;
    struct settle *settle = to;
    return whole_tick(&settle->whole, "publishing",
                      __atomic_load_n(&settle->progress->done, __ATOMIC_RELAXED),
                      settle->plan.count, &ignored);
}

static bool write_customers(struct settle *settle, struct error *err)
{
    size_t cores = settle->whole.settings->cores;
    struct crew crew = {.count = cores < settle->plan.count ? cores : settle->plan.count,
                        .work = write_some,
                        .tick = tick,
                        .to = settle};
    settle->progress = crew_share(settle->whole.arena, sizeof(*settle->progress));
    if (settle->plan.bins && !sort_documents(settle, err))
        return false;
    return !crew.count || crew_run(&crew, err);
}

/* ---- what is not of customers */

/* Partial resolutions as stored, against what was found. */
struct partials {
    const struct whole *whole;
    struct arena *arena;
    bool *stands; /* in step with those found */
    struct {
        int64_t *list;
        size_t count, room;
    } full;
};

static const struct resolver_partial *find_partial(const struct whole *whole, int64_t id)
{
    uint32_t place = place_of(&whole->places, id);
    size_t low = 0, high = whole->now.partial_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (whole->now.partials[middle].record < place)
            low = middle + 1;
        else
            high = middle;
    }
    const struct resolver_partial *partial = &whole->now.partials[low];
    return low < whole->now.partial_count && partial->record == place ? partial : NULL;
}

static bool take_partial(void *context, const struct copied *row, struct error *err)
{
    ARENA(scratch);
    struct partials *partials = context;
    const struct whole *whole = partials->whole;
    int64_t id = copied_int(row, 0);
    const struct resolver_partial *partial = find_partial(whole, id);
    if (!partial)
        LIST_ADD(partials->arena, &partials->full, id);
    else
        partials->stands[partial - whole->now.partials] = text_equal(
            copied_text(row, 1), blocking_types_text(scratch, whole->hub.model, partial->types));
    return whole_tick(whole, "comparing", 0, 0, err);
}

static bool clear_full(const struct partials *partials, struct error *err)
{
    for (size_t i = 0; i < partials->full.count; i += CHUNK) {
        ARENA(work);
        size_t left = partials->full.count - i;
        if (!db_run(work, partials->whole->hub.db, &SQL_PARTIAL_CLEAR,
                    PARAMS(db_int8s(work, &partials->full.list[i], left < CHUNK ? left : CHUNK)),
                    NULL, err))
            return false;
    }
    return true;
}

static bool put_partial(const struct partials *partials, struct error *err)
{
    const struct whole *whole = partials->whole;
    for (size_t i = 0; i < whole->now.partial_count;) {
        ARENA(work);
        int64_t *ids = NEW_ARRAY(work, int64_t, CHUNK);
        const char **names = NEW_ARRAY(work, const char *, CHUNK);
        size_t n = 0;
        for (; i < whole->now.partial_count && n < CHUNK; i++) {
            const struct resolver_partial *partial = &whole->now.partials[i];
            if (partials->stands[i])
                continue;
            ids[n] = whole_id(whole, partial->record);
            names[n++] = blocking_types_text(work, whole->hub.model, partial->types);
        }
        if (n && !db_run(work, whole->hub.db, &SQL_PARTIAL_PUT,
                         PARAMS(db_int8s(work, ids, n), db_texts(work, names, n)), NULL, err))
            return false;
    }
    return true;
}

static bool write_partials(const struct whole *whole, struct error *err)
{
    ARENA(work);
    struct partials partials = {.whole = whole,
                                .arena = work,
                                .stands = NEW_ARRAY(work, bool, whole->now.partial_count + 1)};
    return copy_out(whole->hub.db, &SQL_PARTIAL_READ, take_partial, &partials, err) &&
           clear_full(&partials, err) && put_partial(&partials, err);
}

static bool note_generic(struct arena *work, const struct whole *whole, struct error *err)
{
    struct {
        struct noted {
            int64_t key;
            int32_t refine, type;
        } * list;
        size_t count, room;
    } noted = {0};
    for (size_t i = 0; i < whole->now.generic_count; i++) {
        const struct resolver_generic *generic = &whole->now.generic[i];
        LIST_ADD(work, &noted, ((struct noted){generic->key, generic->refine, generic->type}));
    }
    return db_run(work, whole->hub.db, &SQL_GENERIC_NOTE,
                  PARAMS(DB_COLUMN(work, &noted, key), DB_COLUMN(work, &noted, refine),
                         DB_COLUMN(work, &noted, type)),
                  NULL, err);
}

/* Only now nobody needs to look again. */
static bool finish(const struct whole *whole, struct error *err)
{
    ARENA(work);
    struct db *db = whole->hub.db;
    struct tx *tx = tx_begin(work, db, err);
    return tx && applied_enter(db, whole->hub.dictionary, err) && note_generic(work, whole, err) &&
           db_run(work, db, &SQL_STEP_SET, PARAMS(db_int(work, whole->now.step)), NULL, err) &&
           db_run(work, db, &SQL_JOB_DONE, PARAMS(db_int(work, whole->last_job)), NULL, err) &&
           (!whole->fresh || db_run(work, db, &SQL_LOADED_TELL, NO_PARAMS, NULL, err)) &&
           tx_commit(tx, err);
}

static unsigned cores_of(unsigned wanted)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned cores = wanted ? wanted : online > 0 ? (unsigned)online : 1;
    return cores < CORES_MOST ? cores : CORES_MOST;
}

bool settle_all(const struct hub *hub, const struct settle_settings *settings, struct error *err)
{
    ARENA(work);
    struct settle_settings mine = *settings;
    struct settle settle = {.whole = {.arena = work, .hub = *hub, .settings = &mine}};
    mine.cores = cores_of(settings->cores);
    settle.whole.hub.db = db_open(work, settings->dsn, "axle settle", err);
    if (!settle.whole.hub.db || !whole_read(&settle.whole, err) || !write_postings(&settle, err))
        return false;
    plan_make(work, &settle.whole, &settle.plan);
    return write_customers(&settle, err) && write_partials(&settle.whole, err) &&
           finish(&settle.whole, err);
}

static bool is_due(struct db *db, bool *due, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_JOB_CROWD, PARAMS(db_int(work, SETTLE_LEAST)), &rows, err))
        return false;
    *due = rows_bool(&rows, 0, 0);
    return true;
}

/* Held, it may be different: whoever held it before may have done it, or left more to put right than this. */
static bool settle_held(const struct hub *hub, const struct settle_settings *settings,
                        struct error *err)
{
    bool due;
    return is_due(hub->db, &due, err) && (!due || settle_all(hub, settings, err));
}

bool settle_when_due(const struct hub *hub, const struct settle_settings *settings, bool *busy,
                     struct error *err)
{
    bool broken_off;
    *busy = false;
    if (!is_due(hub->db, busy, err))
        return false;
    if (!*busy)
        return true;
    if (!hold_begin(hub->db, &broken_off, err)) {
        *busy = false;
        return err->kind == ERROR_CONFLICT; /* somebody is at it */
    }
    if (broken_off) { /* there is more to put right than this */
        *busy = false;
        return hold_leave(hub->db, err);
    }
    struct error ignored;
    if (settle_held(hub, settings, err))
        return hold_end(hub->db, err);
    (void)!hold_leave(hub->db, &ignored);
    return false;
}
