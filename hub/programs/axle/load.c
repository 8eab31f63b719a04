/*
 * axle load: read files into the hub and see them through.
 *
 * What is worth it is loaded as a whole (hub/load), while all others wait; the rest goes into the inbox.  Then it works
 * through the queue itself, beside the workers, so it also serves a hub that has none.
 */
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/base/clock.h"
#include "hub/base/json.h"
#include "hub/load/load.h"
#include "hub/pipeline/work.h"
#include "hub/programs/axle/desk.h"
#include "hub/programs/axle/progress.h"
#include "sql.gen.h"

#define PAUSE_US 10000
#define LOOK_MS 100   /* between looks at how much is left */
#define LOOK_SHARE 20 /* and so much longer than a look takes: a long queue is slow to count */
#define STATES 8

static const char *const state_names[STATES] = {"pending",   "rejected", "held",       "suppressed",
                                                "unchanged", "current",  "superseded", "deleted"};

/* Asked to end, it does so between two transactions. */
static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

struct loading {
    const struct call *call;
    struct desk desk;
    const struct source *source;
    struct settle_settings settings;
    struct load bulk;
    int64_t *streams, *before; /* in step with the files */
    int64_t received, counts[STATES];
    size_t file; /* that is read */
    struct progress_line line;
};

static void show(struct loading *loading, const char *doing, const char *unit, int64_t done,
                 int64_t all)
{
    if (!text_equal(loading->line.what, doing) || !text_equal(loading->line.unit, unit)) {
        progress_end(&loading->line);
        loading->line = (struct progress_line){.what = doing, .unit = unit};
    }
    progress_show(&loading->line, done, all);
}

static bool read_so_far(void *to, size_t bytes_done, size_t bytes_all, int64_t records)
{
    struct loading *loading = to;
    double part = bytes_all ? (double)bytes_done / (double)bytes_all : 1;
    show(loading, "taking in", "records", records,
         part > 0 ? (int64_t)((double)records / part) : 0);
    return !interrupted;
}

static bool settled_so_far(void *to, const char *doing, size_t done, size_t all)
{
    show(to, doing, "steps", (int64_t)done, (int64_t)all);
    return !interrupted;
}

/* Staging takes no symbolic link; whoever names one here means what it points to. */
static const char *followed(struct arena *arena, const char *path)
{
    char real[PATH_MAX];
    return realpath(path, real) ? arena_strdup(arena, real) : path;
}

/* About how many records all files have, by what one of them has. */
static size_t records_in_all(const struct loading *loading, const struct stage *stage,
                             const struct outlook *outlook)
{
    struct stat status;
    double bytes = 0;
    for (size_t i = 0; i < loading->call->count; i++)
        if (i != loading->file && !stat(loading->call->arguments[i], &status))
            bytes += (double)status.st_size;
    double each = (double)stage->stream.size / (double)(outlook->records ? outlook->records : 1);
    return outlook->records + (size_t)(bytes / (each > 0 ? each : 1));
}

static bool is_bulk(struct loading *loading, const struct stage *stage,
                    const struct outlook *outlook, bool *bulk, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, loading->desk.hub.db, &SQL_RECORD_ANY, NO_PARAMS, &rows, err))
        return false;
    *bulk =
        load_worthwhile(outlook, stage, loading->call->instance->bulk_least, rows_int(&rows, 0, 1));
    return true;
}

static bool read_opened(struct loading *loading, struct stage *stage, struct error *err)
{
    ARENA(work);
    struct outlook outlook;
    bool bulk;
    if (stage->done.ended)
        return true;
    take_in_look(work, &loading->desk.hub, stage, &outlook);
    if (!is_bulk(loading, stage, &outlook, &bulk, err))
        return false;
    if (!bulk)
        return stage_rest(stage, err);
    return (loading->bulk.begun || load_begin(loading->call->arena, &loading->bulk,
                                              records_in_all(loading, stage, &outlook), err)) &&
           load_file(&loading->bulk, stage, &outlook, err);
}

static bool read_once(struct loading *loading, struct staged *staged, struct error *err)
{
    ARENA(work);
    const char *path = loading->call->arguments[loading->file], *name = strrchr(path, '/');
    struct progress progress = {read_so_far, loading};
    const struct incoming file = {.path = followed(work, path),
                                  .label = name ? name + 1 : path,
                                  .progress = &progress,
                                  .scratch = loading->settings.scratch};
    struct stage stage = {.db = loading->desk.hub.db, .source = loading->source, .staged = staged};
    return stage_open(work, &stage, &file, err) && read_opened(loading, &stage, err);
}

static bool read_file(struct loading *loading, size_t i, struct error *err)
{
    struct staged staged;
    bool done = false;
    loading->file = i;
    while (!(done = read_once(loading, &staged, err))) {
        if (interrupted || err->kind != ERROR_RETRY || db_broken(loading->desk.hub.db))
            break;
        (void)usleep(PAUSE_US);
    }
    loading->streams[i] = staged.stream_id;
    loading->before[i] = staged.before;
    if (!done && err->kind == ERROR_REJECT && staged.received) {
        (void)fprintf(stderr, "%s: %s\n", loading->call->arguments[i],
                      err->text); /* it is a reject, and counts as one */
        return true;
    }
    return done || error_wrap(err, "%s", loading->call->arguments[i]);
}

/* Work for a while, or sleep when there is nothing to do. */
static bool work_a_while(struct desk *desk, int64_t milliseconds, struct error *err)
{
    const struct hub *hub = &desk->hub;
    for (int64_t end = clock_ms() + milliseconds; clock_ms() < end;) {
        bool busy = false;
        struct error tried; /* said only when it lasts */
        if (!work_round(hub, &busy, &tried) &&
            (tried.kind == ERROR_FATAL || db_broken(hub->db) || !desk_follow(desk, &tried))) {
            *err = tried;
            return false;
        }
        if (!busy)
            (void)usleep(PAUSE_US);
    }
    return true;
}

/* Run the pipeline until nothing of ours is left in it. */
static bool see_through(struct loading *loading, int64_t last_job, struct error *err)
{
    const struct hub *hub = &loading->desk.hub;
    for (;;) {
        ARENA(work);
        struct rows rows;
        int64_t asked = clock_ms();
        if (!db_run(work, hub->db, &SQL_QUEUE_STREAM,
                    PARAMS(db_int8s(work, loading->streams, loading->call->count),
                           db_int(work, last_job)),
                    &rows, err))
            return false;
        int64_t left = rows_int(&rows, 0, 0) + rows_int(&rows, 0, 1);
        show(loading, "publishing", "records", loading->received - left, loading->received);
        if (!left)
            return true;
        if (interrupted)
            return error_set(err, ERROR_RETRY, "interrupted: the workers go on");
        if (!work_a_while(&loading->desk, LOOK_MS + (clock_ms() - asked) * LOOK_SHARE, err))
            return false;
    }
}

static bool publish(struct loading *loading, struct error *err)
{
    struct rows rows;
    if (!see_through(loading, 0, err) ||
        !db_run(loading->call->arena, loading->desk.hub.db, &SQL_JOB_LAST, NO_PARAMS, &rows, err))
        return false;
    bool done = see_through(loading, rows_int(&rows, 0, 0), err);
    progress_end(&loading->line);
    return done;
}

static bool count_received(struct loading *loading, struct error *err)
{
    struct rows rows;
    if (!db_run(loading->call->arena, loading->desk.hub.db, &SQL_STREAM_RECEIVED,
                PARAMS(db_int8s(loading->call->arena, loading->streams, loading->call->count),
                       db_int8s(loading->call->arena, loading->before, loading->call->count)),
                &rows, err))
        return false;
    loading->received = rows_int(&rows, 0, 0);
    return true;
}

static bool count(struct loading *loading, struct error *err)
{
    struct rows rows;
    if (!db_run(loading->call->arena, loading->desk.hub.db, &SQL_INBOX_COUNT,
                PARAMS(db_int8s(loading->call->arena, loading->streams, loading->call->count),
                       db_int8s(loading->call->arena, loading->before, loading->call->count)),
                &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        loading->counts[rows_int(&rows, i, 0)] = rows_int(&rows, i, 1);
    return true;
}

static void report(const struct loading *loading, double seconds)
{
    struct json_writer writer = {.out = {.arena = loading->call->arena}};
    if (!call_has(loading->call, "json")) {
        (void)printf("%lld received", (long long)loading->received);
        for (size_t s = 0; s < STATES; s++)
            if (loading->counts[s])
                (void)printf(", %lld %s", (long long)loading->counts[s], state_names[s]);
        (void)printf(", in %.1f s\n", seconds);
        return;
    }
    int64_t balance = loading->received;
    json_open(&writer, '{');
    json_member(&writer, "source", loading->source->mapping->source);
    json_member_int(&writer, "received", loading->received);
    for (size_t s = 0; s < STATES; s++) {
        json_member_int(&writer, state_names[s], loading->counts[s]);
        balance -= loading->counts[s];
    }
    json_member_int(&writer, "balance", balance);
    json_name(&writer, "seconds");
    json_raw(&writer, arena_printf(loading->call->arena, "%.3f", seconds));
    json_close(&writer, '}');
    (void)puts(buffer_string(&writer.out));
}

static bool find_source(struct loading *loading, struct error *err)
{
    const char *name = call_text(loading->call, "source", NULL);
    if (!name)
        return error_set(err, ERROR_FATAL, "which source are they of? add --source S");
    loading->source = sources_by_name(loading->desk.hub.sources, name);
    return loading->source ||
           error_set(err, ERROR_FATAL,
                     "no source '%s' is live: is there a sound mapping %s/mappings/%s.xml?", name,
                     loading->call->instance->site, name);
}

/* A slip in a name is told before anything is taken in. */
static bool all_there(const struct call *call, struct error *err)
{
    struct stat status;
    for (size_t i = 0; i < call->count; i++) {
        if (access(call->arguments[i], R_OK) || stat(call->arguments[i], &status))
            return error_set(err, ERROR_FATAL, "cannot read '%s': %m", call->arguments[i]);
        if (S_ISDIR(status.st_mode))
            return error_set(err, ERROR_FATAL, "'%s' is a directory: name the files",
                             call->arguments[i]);
    }
    return true;
}

static bool read_files(struct loading *loading, struct error *err)
{
    for (size_t i = 0; i < loading->call->count; i++)
        if (!read_file(loading, i, err))
            return false;
    return (!loading->bulk.begun || load_end(&loading->bulk, err)) && count_received(loading, err);
}

/* What another load left half done keeps everybody from working. */
static bool recover(struct loading *loading, struct error *err)
{
    bool busy;
    return load_recover(&loading->desk.hub, &loading->settings, &busy, err);
}

static bool open_hub(struct loading *loading, struct error *err)
{
    const struct call *call = loading->call;
    const struct instance *instance = call->instance;
    loading->settings =
        (struct settle_settings){.dsn = instance->dsn,
                                 .scratch = arena_printf(call->arena, "%s/run", instance->home),
                                 .cores = instance->cores,
                                 .memory = instance->memory << 20,
                                 .tick = settled_so_far,
                                 .to = loading};
    loading->bulk = (struct load){.hub = &loading->desk.hub, .settings = &loading->settings};
    return desk_open(call, &loading->desk, err) && find_source(loading, err) &&
           work_connection(loading->desk.hub.db, err);
}

static enum exit_status load_files(const struct call *call, struct error *err)
{
    int64_t from = clock_us();
    struct loading loading = {.call = call,
                              .streams = NEW_ARRAY(call->arena, int64_t, call->count),
                              .before = NEW_ARRAY(call->arena, int64_t, call->count),
                              .line = {.what = "taking in", .unit = "records"}};
    if (!all_there(call, err) || !open_hub(&loading, err))
        return EXIT_WRONG;
    (void)signal(SIGINT, interrupt);
    if (!read_files(&loading, err) || !recover(&loading, err) || !publish(&loading, err) ||
        !count(&loading, err)) {
        progress_end(&loading.line);
        if (interrupted)
            (void)fputs("axle: run the same command again, and it goes on\n", stderr);
        return EXIT_WRONG;
    }
    report(&loading, (double)(clock_us() - from) / 1e6);
    return call_has(call, "strict") && loading.counts[1] ? EXIT_FOUND : EXIT_DONE;
}

const struct command command_load = {
    .name = "load",
    .usage = "FILE... --source S [--strict] [--json]",
    .summary = "read files into the hub, and return when they are published",
    .help = "The same file again adds nothing. Interrupted, run it again: it goes on.",
    .options = (const struct option[]){{"source", "S", "the source whose mapping reads them"},
                                       {"strict", NULL, "exit with 1 when anything was rejected"},
                                       {"json", NULL, "the counts as JSON"},
                                       {0}},
    .least = 1,
    .most = ARGUMENTS_ANY,
    .run = load_files,
};
