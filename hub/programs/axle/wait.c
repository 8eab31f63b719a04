/* axle wait: return when nothing is left to do: drop folders, inbox, jobs, and the step of the model. */
#include <dirent.h>
#include <time.h>
#include <unistd.h>

#include "hub/programs/axle/desk.h"
#include "hub/programs/axle/progress.h"
#include "sql.gen.h"

#define LOOK_US 50000
#define TIMEOUT_S 3600

/* Those that a transport takes; NULL: all. */
static int64_t count_files(const char *path, const struct transport *transport)
{
    int64_t files = 0;
    DIR *directory = opendir(path);
    if (!directory)
        return 0;
    for (const struct dirent *entry; (entry = readdir(directory));)
        files += entry->d_name[0] != '.' && !text_equal(entry->d_name, "done") &&
                 !text_equal(entry->d_name, "failed") &&
                 (!transport || transport_takes(transport, entry->d_name));
    (void)closedir(directory);
    return files;
}

/* Files that lie in a drop folder, or were taken from it and are not staged to the end. */
static int64_t untaken(const struct call *call, const struct sources *sources)
{
    ARENA(work);
    int64_t files = 0;
    for (size_t i = 0; i < sources->count; i++) {
        const struct mapping *mapping = sources->list[i].mapping;
        const char *folder = arena_printf(work, "%s/in/%s", call->instance->home, mapping->source);
        if (mapping->from.kind != TRANSPORT_DIRECTORY)
            continue;
        files += count_files(folder, &mapping->from) +
                 count_files(arena_printf(work, "%s/.taken", folder), NULL);
    }
    return files;
}

/* What other transports know that their sources still hold. */
static bool count_behind(const struct desk *desk, int64_t *behind, struct error *err)
{
    ARENA(work);
    struct rows rows;
    *behind = 0;
    if (!db_run(work, desk->hub.db, &SQL_SOURCE_STATE_LIST, NO_PARAMS, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct source *source = sources_by_name(desk->hub.sources, rows_text(&rows, i, 0));
        const char *state = rows_text(&rows, i, 2);
        int64_t count = rows_int(&rows, i, 8);
        if (source && source->mapping->from.kind != TRANSPORT_DIRECTORY && count > 0 &&
            !text_equal(state, "stopped") && !text_equal(state, "silent"))
            *behind += count;
    }
    return true;
}

struct left {
    int64_t files, behind, deliveries, jobs;
    bool step; /* another step of the model is to hold */
};

static bool look(const struct call *call, const struct desk *desk, struct left *left,
                 struct error *err)
{
    ARENA(work);
    struct rows queue, state;
    left->files =
        untaken(call, desk->hub.sources); /* before the queues: a file moves on into them */
    if (!count_behind(desk, &left->behind, err) ||
        !db_run(work, desk->hub.db, &SQL_QUEUE_STATE, NO_PARAMS, &queue, err) ||
        !db_run(work, desk->hub.db, &SQL_INSTANCE_STATE, NO_PARAMS, &state, err))
        return false;
    left->deliveries = rows_int(&queue, 0, 0);
    left->jobs = rows_int(&queue, 0, 1);
    left->step = model_step(desk->hub.model, rows_int(&state, 0, 2)) != rows_int(&state, 0, 1);
    return true;
}

static enum exit_status wait_until_done(const struct call *call, struct error *err)
{
    struct desk desk;
    struct left left;
    int64_t timeout = TIMEOUT_S;
    struct progress_line line = {.what = "waiting", .unit = "done"};
    int64_t most = 0;
    if (!call_int(call, "timeout", 0, 1000000, &timeout, err) || !desk_open(call, &desk, err))
        return EXIT_WRONG;
    for (time_t end = time(NULL) + timeout;;) {
        if (!look(call, &desk, &left, err))
            return EXIT_WRONG;
        int64_t all = left.files + left.behind + left.deliveries + left.jobs;
        if (!all && !left.step)
            break;
        most = all > most ? all : most;
        progress_show(&line, most - all, most);
        if (time(NULL) >= end) {
            progress_end(&line);
            (void)fprintf(
                stderr,
                "still to do after %lld s: %lld files, %lld items that sources still hold, "
                "%lld deliveries, %lld jobs\n",
                (long long)timeout, (long long)left.files, (long long)left.behind,
                (long long)left.deliveries, (long long)left.jobs);
            return EXIT_FOUND;
        }
        (void)usleep(LOOK_US);
    }
    progress_end(&line);
    return EXIT_DONE;
}

const struct command command_wait = {
    .name = "wait",
    .usage = "[--timeout S]",
    .summary = "return when nothing is pending",
    .help =
        "Nothing is pending when no file lies in a drop folder of a live source, no other source\n"
        "is known to hold more than was brought, the inbox is empty and every job is done. Exit\n"
        "status 1 when that takes longer than the timeout.",
    .options = (const struct option[]){{"timeout", "S", "seconds to wait at most (3600)"}, {0}},
    .run = wait_until_done,
};
