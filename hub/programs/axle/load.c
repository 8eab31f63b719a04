/*
 * axle load: put files into the inbox and see them through.  It works through the queue itself, beside
 * the workers, so it also serves a hub that has none.
 */
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/base/clock.h"
#include "hub/base/json.h"
#include "hub/pipeline/work.h"
#include "hub/programs/axle/desk.h"
#include "hub/programs/axle/progress.h"
#include "hub/store/stage.h"
#include "sql.gen.h"

#define PAUSE_US 10000
#define LOOK_MS 100   /* between looks at how much is left */
#define LOOK_SHARE 20 /* and so much longer than a look takes: a long queue is slow to count */
#define STATES 8

static const char *const state_names[STATES] = {"pending",   "rejected", "held",       "suppressed",
                                                "unchanged", "current",  "superseded", "deleted"};

struct load {
    const struct call *call;
    struct desk desk;
    const struct source *source;
    int64_t *streams, *before; /* in step with the files */
    int64_t received, counts[STATES];
    struct progress_line line;
};

static bool staged_so_far(void *to, size_t bytes_done, size_t bytes_all, int64_t records)
{
    struct load *load = to;
    double part = bytes_all ? (double)bytes_done / (double)bytes_all : 1;
    progress_show(&load->line, records, part > 0 ? (int64_t)((double)records / part) : 0);
    return true;
}

/* Staging takes no symbolic link; whoever names one here means what it points to. */
static const char *followed(struct arena *arena, const char *path)
{
    char real[PATH_MAX];
    return realpath(path, real) ? arena_strdup(arena, real) : path;
}

static bool stage_one(struct load *load, size_t i, struct error *err)
{
    struct staged staged;
    const char *path = load->call->arguments[i], *name = strrchr(path, '/');
    struct progress progress = {staged_so_far, load};
    struct incoming file = {
        .path = followed(load->call->arena, path),
        .label = name ? name + 1 : path,
        .progress = &progress,
        .scratch = arena_printf(load->call->arena, "%s/run", load->call->instance->home)};
    bool done = false;
    while (!(done = stage_file(load->desk.hub.db, load->source, &file, &staged, err))) {
        if (err->kind != ERROR_RETRY || db_broken(load->desk.hub.db))
            break;
        (void)usleep(PAUSE_US);
    }
    load->streams[i] = staged.stream_id;
    load->before[i] = staged.before;
    load->received += staged.received;
    if (!done && err->kind == ERROR_REJECT && staged.received) {
        (void)fprintf(stderr, "%s: %s\n", path, err->text); /* it is a reject, and counts as one */
        return true;
    }
    return done || error_wrap(err, "%s", path);
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
static bool see_through(struct load *load, int64_t last_job, struct error *err)
{
    const struct hub *hub = &load->desk.hub;
    for (;;) {
        ARENA(work);
        struct rows rows;
        int64_t asked = clock_ms();
        if (!db_run(
                work, hub->db, &SQL_QUEUE_STREAM,
                PARAMS(db_int8s(work, load->streams, load->call->count), db_int(work, last_job)),
                &rows, err))
            return false;
        int64_t left = rows_int(&rows, 0, 0) + rows_int(&rows, 0, 1);
        progress_show(&load->line, load->received - left, load->received);
        if (!left)
            return true;
        if (!work_a_while(&load->desk, LOOK_MS + (clock_ms() - asked) * LOOK_SHARE, err))
            return false;
    }
}

static bool publish(struct load *load, struct error *err)
{
    struct rows rows;
    load->line = (struct progress_line){.what = "publishing", .unit = "records"};
    if (!see_through(load, 0, err) ||
        !db_run(load->call->arena, load->desk.hub.db, &SQL_JOB_LAST, NO_PARAMS, &rows, err))
        return false;
    bool done = see_through(load, rows_int(&rows, 0, 0), err);
    progress_end(&load->line);
    return done;
}

static bool count(struct load *load, struct error *err)
{
    struct rows rows;
    if (!db_run(load->call->arena, load->desk.hub.db, &SQL_INBOX_COUNT,
                PARAMS(db_int8s(load->call->arena, load->streams, load->call->count),
                       db_int8s(load->call->arena, load->before, load->call->count)),
                &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        load->counts[rows_int(&rows, i, 0)] = rows_int(&rows, i, 1);
    return true;
}

static void report(const struct load *load, double seconds)
{
    struct json_writer writer = {.out = {.arena = load->call->arena}};
    if (!call_has(load->call, "json")) {
        (void)printf("%lld received", (long long)load->received);
        for (size_t s = 0; s < STATES; s++)
            if (load->counts[s])
                (void)printf(", %lld %s", (long long)load->counts[s], state_names[s]);
        (void)printf(", in %.1f s\n", seconds);
        return;
    }
    int64_t balance = load->received;
    json_open(&writer, '{');
    json_member(&writer, "source", load->source->mapping->source);
    json_member_int(&writer, "received", load->received);
    for (size_t s = 0; s < STATES; s++) {
        json_member_int(&writer, state_names[s], load->counts[s]);
        balance -= load->counts[s];
    }
    json_member_int(&writer, "balance", balance);
    json_name(&writer, "seconds");
    json_raw(&writer, arena_printf(load->call->arena, "%.3f", seconds));
    json_close(&writer, '}');
    (void)puts(buffer_string(&writer.out));
}

static bool find_source(struct load *load, struct error *err)
{
    const char *name = call_text(load->call, "source", NULL);
    if (!name)
        return error_set(err, ERROR_FATAL, "which source are they of? add --source S");
    load->source = sources_by_name(load->desk.hub.sources, name);
    return load->source ||
           error_set(err, ERROR_FATAL,
                     "no source '%s' is live: is there a sound mapping %s/mappings/%s.xml?", name,
                     load->call->instance->site, name);
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

static enum exit_status load_files(const struct call *call, struct error *err)
{
    int64_t from = clock_us();
    struct load load = {.call = call,
                        .streams = NEW_ARRAY(call->arena, int64_t, call->count),
                        .before = NEW_ARRAY(call->arena, int64_t, call->count),
                        .line = {.what = "staging", .unit = "records"}};
    if (!all_there(call, err) || !desk_open(call, &load.desk, err) || !find_source(&load, err) ||
        !work_connection(load.desk.hub.db, err))
        return EXIT_WRONG;
    for (size_t i = 0; i < call->count; i++)
        if (!stage_one(&load, i, err))
            return EXIT_WRONG;
    progress_end(&load.line);
    if (!publish(&load, err) || !count(&load, err))
        return EXIT_WRONG;
    report(&load, (double)(clock_us() - from) / 1e6);
    return call_has(call, "strict") && load.counts[1] ? EXIT_FOUND : EXIT_DONE;
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
