/*
 * axle-worker: the pipeline.  As many as wanted run side by side, here or elsewhere.
 *
 * One loop: resolve what is stored, ingest what is delivered, sleep when there is neither.  Whatever
 * fails is rolled back and tried again; a kill at any moment loses nothing.
 */
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "hub/base/log.h"
#include "hub/base/notify.h"
#include "hub/load/load.h"
#include "hub/pipeline/drift.h"
#include "hub/pipeline/resolve.h"
#include "hub/pipeline/work.h"
#include "hub/store/feed.h"
#include "hub/store/migrate.h"
#include "hub/store/models.h"
#include "hub/store/roster.h"
#include "hub/store/site.h"

#define IDLE_LEAST_MS 5    /* between looks, unless somebody wakes us: after work, */
#define IDLE_MOST_MS 200   /* and twice as long each time that there is none */
#define PAUSE_MS 500       /* after a failure */
#define SITE_LOOK_S 1      /* how often mapping files are looked at */
#define PRUNE_S 3600       /* how often what need not be remembered is forgotten */
#define AGAIN_S 600        /* how often what was set aside is looked at */
#define FAILURES_UNSAID 20 /* in a row */
#define CAREFUL_ROUNDS 20  /* after the start: it may be a delivery that ended the last one */

static volatile sig_atomic_t stopping;

static void stop(int signal)
{
    (void)signal;
    stopping = 1;
}

struct worker {
    const struct site *site;
    struct hub hub;
    struct sources_now now;
    struct models_now model;
    uint64_t site_stamp;    /* of the mapping files, */
    char registered_by[65]; /* and the hash of the dictionary, at the last look */
    time_t looked, pruned, tried_again;
    unsigned rounds;
    int idle_ms;
    struct error
        refused; /* the job that was logged last as one that cannot be done: it comes up again */
};

static void log_findings(const struct findings *findings)
{
    for (const struct finding *f = findings->first; f; f = f->next)
        if (!f->warning)
            log_line(LOG_ERROR, "%s", finding_text(findings->arena, f));
    if (findings->errors)
        log_line(LOG_ERROR, "sources with such mistakes stay as they were");
}

/* Without the file the supervisor goes on with the sources that it knows. */
static void write_roster(const struct worker *worker)
{
    struct error err;
    if (!roster_write(worker->site->instance, worker->now.sources, &err))
        log_line(LOG_WARNING, "%s", err.text);
}

/* Read model, dictionary and live mappings when any process changed them. */
static bool follow_sources(struct worker *worker, struct error *err)
{
    const struct sources *before = worker->now.sources;
    const char *schemas = worker->site->instance->schemas;
    if (!models_follow(&worker->model, worker->hub.db, schemas, err) ||
        !sources_follow(&worker->now, worker->hub.db, schemas, err))
        return false;
    worker->hub.model = worker->model.model;
    worker->hub.sources = worker->now.sources;
    worker->hub.dictionary = worker->now.sources->dictionary;
    if (before == worker->now.sources)
        return true;
    write_roster(worker);
    for (size_t i = 0; i < worker->now.sources->unreadable_count; i++)
        log_line(LOG_ERROR, "%s", worker->now.sources->unreadable[i].why);
    return true;
}

/* Make changed mapping files live: all of them when the dictionary is another one, by which more or fewer
 * are sound. */
static bool look_at_sources(struct worker *worker, struct error *err)
{
    ARENA(work);
    struct findings findings = {.arena = work};
    uint64_t site_now = site_stamp(worker->site->instance);
    if (!follow_sources(worker, err))
        return false;
    if (site_now == worker->site_stamp &&
        text_equal(worker->hub.dictionary->hash, worker->registered_by))
        return true;
    if (!site_register(worker->site, worker->hub.dictionary, worker->hub.db, &findings, err))
        return false;
    worker->site_stamp = site_now;
    (void)snprintf(worker->registered_by, sizeof(worker->registered_by), "%s",
                   worker->hub.dictionary->hash);
    log_findings(&findings);
    return follow_sources(worker, err);
}

static bool prune(struct worker *worker, time_t now, struct error *err)
{
    bool more;
    if (now - worker->pruned < PRUNE_S)
        return true;
    if (!feed_prune(worker->hub.db, &more, err))
        return false;
    if (!more)
        worker->pruned = now;
    return true;
}

static bool try_again(struct worker *worker, time_t now, struct error *err)
{
    size_t queued;
    if (now - worker->tried_again < AGAIN_S)
        return true;
    if (!resolve_again(&worker->hub, &queued, err))
        return false;
    worker->tried_again = now;
    if (queued)
        log_line(LOG_NOTICE, "records that were set aside are tried again: %zu", queued);
    return true;
}

static bool still_here(void *to, const char *doing, size_t done, size_t all)
{
    (void)to;
    (void)doing;
    (void)done;
    (void)all;
    notify_alive();
    return !stopping;
}

/* A bulk load that died has left the hub to whoever comes next; and where very many records wait to be
 * resolved, all are at once. */
static bool work_as_a_whole(struct worker *worker, struct error *err)
{
    ARENA(work);
    const struct instance *instance = worker->site->instance;
    const struct settle_settings settings = {.dsn = instance->dsn,
                                             .scratch =
                                                 arena_printf(work, "%s/run", instance->home),
                                             .cores = instance->cores,
                                             .memory = instance->memory << 20,
                                             .tick = still_here};
    bool busy;
    if (!load_recover(&worker->hub, &settings, &busy, err))
        return error_wrap(err, "a load that broke off cannot be finished");
    if (busy)
        log_line(LOG_NOTICE, "a load had broken off: what it had brought is published; the same "
                             "command brings the rest");
    if (!settle_when_due(&worker->hub, &settings, &busy, err))
        return error_wrap(err, "what waits cannot be resolved at once");
    if (busy)
        log_line(LOG_NOTICE, "very many records waited to be resolved: all were at once");
    return true;
}

/* One round; *busy tells whether there was anything to do. */
static bool round_of_work(struct worker *worker, bool *busy, struct error *err)
{
    time_t now = time(NULL);
    if (now - worker->looked >= SITE_LOOK_S) {
        if (!look_at_sources(worker, err) || !work_as_a_whole(worker, err) ||
            !prune(worker, now, err) || !try_again(worker, now, err))
            return false;
        worker->looked = now;
    }
    if (worker->rounds >= CAREFUL_ROUNDS)
        return work_round(&worker->hub, busy, err);
    worker->rounds++;
    return work_round_carefully(&worker->hub, busy, err);
}

/* A job that cannot be done keeps nobody from the others. */
static void pause_after_refusal(struct worker *worker, bool busy, const struct error *err)
{
    if (!text_equal(worker->refused.text, err->text))
        log_line(LOG_WARNING, "%s", err->text);
    worker->refused = *err;
    if (!busy)
        (void)usleep(PAUSE_MS * 1000);
}

/* Workers in each other's way try again at once; what lasts is said, once, and tried less often. */
static void pause_after(unsigned failures, const struct error *err)
{
    if (err->kind != ERROR_RETRY || failures == FAILURES_UNSAID)
        log_line(LOG_WARNING, "%s", err->text);
    bool calm = err->kind == ERROR_RETRY && failures < FAILURES_UNSAID;
    (void)usleep((calm ? PAUSE_MS / 50 : PAUSE_MS) * 1000);
}

/* Who wakes the sleepers does not do so at every commit, and who was awake may have found all taken: therefore
 * not long at first. */
static bool rest(struct worker *worker, bool busy, struct error *err)
{
    if (busy) {
        worker->idle_ms = IDLE_LEAST_MS;
        return true;
    }
    int milliseconds = worker->idle_ms;
    worker->idle_ms = milliseconds < IDLE_MOST_MS / 2 ? milliseconds * 2 : IDLE_MOST_MS;
    return db_wait(worker->hub.db, milliseconds, err);
}

/* Work over one connection until it breaks; a failure that another try may mend is no reason to leave. */
static bool work_on(struct worker *worker, struct error *err)
{
    for (unsigned failures = 0; !stopping;) {
        bool busy = false;
        notify_alive();
        if (round_of_work(worker, &busy, err)) {
            failures = 0;
            if (!rest(worker, busy, err))
                return false;
            continue;
        }
        if (err->kind == ERROR_REJECT && !db_broken(worker->hub.db)) {
            pause_after_refusal(worker, busy, err);
            continue;
        }
        worker->looked = 0;
        if (err->kind == ERROR_FATAL || db_broken(worker->hub.db))
            return false;
        pause_after(++failures, err);
    }
    return true;
}

static bool serve(struct worker *worker, struct error *err)
{
    ARENA(session);
    worker->hub.db = db_open(session, worker->site->instance->dsn, "axle-worker", err);
    if (!worker->hub.db || !migrate_check(worker->hub.db, err) ||
        !work_connection(worker->hub.db, err))
        return false;
    notify_ready();
    return work_on(worker, err);
}

int main(void)
{
    ARENA(process);
    struct error err;
    struct instance instance;
    struct site site;
    struct worker worker = {.site = &site, .idle_ms = IDLE_LEAST_MS};

    (void)signal(SIGTERM, stop);
    (void)signal(SIGINT, stop);
    if (!instance_open(process, &instance, &err)) {
        log_line(LOG_ERROR, "%s", err.text);
        return 2;
    }
    site = site_open(process, &instance);
    worker.hub.drift = drift_new(process);
    worker.hub.batch = instance.batch;
    while (!stopping && !serve(&worker, &err)) {
        log_line(LOG_ERROR, "%s", err.text);
        if (err.kind == ERROR_FATAL)
            return 2;
        notify_alive();
        (void)usleep(PAUSE_MS * 1000);
    }
    arena_free(worker.now.arena);
    arena_free(worker.model.arena);
    return 0;
}
