#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/process.h"
#include "hub/base/text.h"
#include "hub/programs/axle/command.h"
#include "hub/programs/axle/follow.h"

/* Milliseconds and seconds. */
#define PAUSE 50
#define LOG_PAUSE 200
#define START_SECONDS 120
#define STOP_SECONDS 120
#define SAMPLES_SECONDS "300"

static volatile sig_atomic_t asked_to_stop;

static void pause_for(long milliseconds)
{
    (void)nanosleep(
        &(struct timespec){.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000},
        NULL);
}

static bool samples_fed(const struct call *call)
{
    return access(arena_printf(call->arena, "%s/run/samples", call->instance->home), F_OK) == 0;
}

/* Start axled, detached; `front` is the process that it serves, or 0. */
static pid_t start(const struct call *call, pid_t front, struct error *err)
{
    struct arena *arena = call->arena;
    const struct instance *instance = call->instance;
    const char *log = arena_printf(arena, "%s/log/axled.log", instance->home);
    const char *const serving[] = {"--while", arena_printf(arena, "%d", (int)front), NULL};
    if (!file_make_directory(instance->home, 0755, err) ||
        !file_make_directory(arena_printf(arena, "%s/log", instance->home), 0750, err))
        return -1;
    return process_start(
        &(struct process_plan){.program = arena_printf(arena, "%s/axled", instance->bin),
                               .args = front ? serving : NULL,
                               .log = log,
                               .detached = true},
        err);
}

/* Until the API answers; false when axled gave up (pid is its process, 0: somebody else's child). */
static bool wait_ready(const struct call *call, pid_t pid, struct instance *running,
                       struct error *err)
{
    for (int waited = 0; waited < START_SECONDS * 1000 && !asked_to_stop; waited += PAUSE) {
        ARENA(scratch);
        int status;
        if (pid && waitpid(pid, &status, WNOHANG) == pid)
            return error_set(err, ERROR_FATAL, "the instance did not start; see %s/log/axled.log",
                             call->instance->home);
        /* The address is known once it has started. */
        if (!instance_open(call->arena, running, err))
            return false;
        if (follow_supervisor(running) && follow_ready(scratch, running))
            return true;
        pause_for(PAUSE);
    }
    if (asked_to_stop)
        return error_set(err, ERROR_FATAL, "stopped while starting");
    return error_set(err, ERROR_FATAL, "not ready after %d seconds; see the files in %s/log",
                     START_SECONDS, call->instance->home);
}

/* Once in the life of an instance: until the samples have arrived as customers.  By a process of its
 * own, so that Ctrl-C ends it. */
static void wait_samples(const struct call *call, const struct instance *running)
{
    static const char *const words[] = {"wait", "--timeout", SAMPLES_SECONDS, NULL};
    struct error err = {0};
    int status = 0;
    if (!command_find(words[0]))
        return;
    (void)fputs("axle: delivering the samples\n", stderr);
    pid_t pid = process_start(
        &(struct process_plan){.program = arena_printf(call->arena, "%s/axle", running->bin),
                               .args = words},
        &err);
    while (pid > 0 && !asked_to_stop && waitpid(pid, &status, WNOHANG) == 0)
        pause_for(PAUSE);
    if (pid < 0 || status)
        (void)fputs("axle: the samples are still on their way\n", stderr);
    else if (asked_to_stop)
        (void)kill(pid, SIGKILL);
}

static void print_address(const struct instance *instance)
{
    (void)printf("Axle is ready at %s\n", instance->url);
}

/* Start an instance and wait for it.  Without success the new lines of the logs say why. */
static bool bring_up(const struct call *call, pid_t front, struct instance *running,
                     struct error *err)
{
    struct follow_logs *logs = follow_logs(call->arena, call->instance);
    bool had_samples = samples_fed(call);
    if (geteuid() == 0 && !call->instance->installed)
        (void)fputs("axle: running as root; only PostgreSQL runs as user postgres\n", stderr);
    pid_t pid = start(call, front, err);
    if (pid < 0)
        return false;
    if (!wait_ready(call, pid, running, err)) {
        follow_print(logs, stderr);
        return false;
    }
    if (!had_samples && samples_fed(call))
        wait_samples(call, running);
    return true;
}

static enum exit_status up(const struct call *call, struct error *err)
{
    struct instance running = {0};
    bool runs = follow_supervisor(call->instance) != 0;
    if (runs ? !wait_ready(call, 0, &running, err) : !bring_up(call, 0, &running, err))
        return EXIT_WRONG;
    if (runs)
        (void)fputs("axle: it was running already\n", stderr);
    print_address(&running);
    (void)printf(
        "For psql and curl: eval \"$(%s/axle env)\"; then psql, or curl -H \"Authorization: "
        "Bearer $AXLE_TOKEN\" $AXLE_URL/v1/customers\n",
        running.bin);
    return EXIT_DONE;
}

const struct command command_up = {
    .name = "up",
    .usage = "",
    .summary = "start the instance in the background",
    .help =
        "Returns when the API answers; a new instance without AXLE_SITE is fed the samples first.",
    .run = up,
};

/* ---- down */

/* Ends `pid` if it still is that program; waits for its end. */
static bool end_process(pid_t pid, const char *program, int signal, int seconds)
{
    if (!pid || !process_is(pid, program))
        return true;
    (void)kill(pid, signal);
    for (int waited = 0; waited < seconds * 1000; waited += PAUSE) {
        if (!process_is(pid, program))
            return true;
        pause_for(PAUSE);
    }
    return false;
}

/* Everything was killed at once: what is left is on record. */
static void end_leftovers(const struct call *call)
{
    size_t count;
    const struct process_row *rows = follow_processes(call->arena, call->instance, &count);
    for (size_t i = 0; i < count; i++) {
        bool server = text_equal(rows[i].name, "postgres");
        if (!end_process(rows[i].pid, rows[i].name, server ? SIGINT : SIGKILL, 30))
            (void)kill(rows[i].pid, server ? SIGQUIT : SIGKILL);
    }
}

static bool bring_down(const struct call *call, struct error *err)
{
    const char *home = call->instance->home;
    pid_t pid = follow_supervisor(call->instance);
    if (pid) {
        (void)kill(pid, SIGTERM);
        for (int waited = 0; follow_supervisor(call->instance) == pid; waited += PAUSE) {
            if (waited > STOP_SECONDS * 1000)
                return error_set(err, ERROR_FATAL, "process %d does not end; see %s/log/axled.log",
                                 (int)pid, home);
            pause_for(PAUSE);
        }
    }
    end_leftovers(call);
    /* One that was just being started anew. */
    return !follow_supervisor(call->instance) || bring_down(call, err);
}

static enum exit_status down(const struct call *call, struct error *err)
{
    if (!follow_supervisor(call->instance))
        (void)fputs("axle: not running\n", stderr);
    return bring_down(call, err) ? EXIT_DONE : EXIT_WRONG;
}

const struct command command_down = {
    .name = "down",
    .usage = "",
    .summary = "stop the instance; its data stay",
    .run = down,
};

/* ---- run */

static void on_stop(int signal)
{
    (void)signal;
    asked_to_stop = 1;
}

static enum exit_status run(const struct call *call, struct error *err)
{
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
    struct instance running = {0};
    if (follow_supervisor(call->instance)) {
        (void)error_set(err, ERROR_FATAL,
                        "an instance in '%s' is running already; 'axle down' ends it",
                        call->instance->home);
        return EXIT_WRONG;
    }
    for (size_t i = 0; i < COUNT_OF(caught); i++)
        (void)sigaction(caught[i], &(struct sigaction){.sa_handler = on_stop}, NULL);
    struct follow_logs *logs = follow_logs(call->arena, call->instance);
    bool good = bring_up(call, getpid(), &running, err);
    if (good) {
        print_address(&running);
        (void)printf("Token: %s\n", instance_token(call->arena, &running));
        (void)fputs("Ctrl-C stops it.\n", stdout);
        (void)fflush(stdout);
    }
    while (good && !asked_to_stop && follow_supervisor(&running)) {
        follow_print(logs, stdout);
        pause_for(LOG_PAUSE);
    }
    struct error ending = {0};
    if (!bring_down(call, &ending) && good) {
        *err = ending;
        good = false;
    }
    follow_print(logs, stdout);
    return good ? EXIT_DONE : EXIT_WRONG;
}

const struct command command_run = {
    .name = "run",
    .usage = "",
    .summary = "start the instance in front, until Ctrl-C",
    .run = run,
};
