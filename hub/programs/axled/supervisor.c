#include "hub/programs/axled/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hub/base/clock.h"
#include "hub/base/file.h"
#include "hub/base/log.h"
#include "hub/base/notify.h"
#include "hub/base/text.h"
#include "hub/programs/axled/children.h"
#include "hub/programs/axled/notices.h"
#include "hub/programs/axled/prepare.h"
#include "hub/programs/axled/roster.h"
#include "hub/programs/axled/rotate.h"

/* Milliseconds. */
#define POLL_BUSY 30
#define POLL_CALM 1000
#define HOUSE_PAUSE 900
#define LEFTOVER_PATIENCE 2000

struct supervisor {
    struct arena *arena;
    const struct instance *instance;
    struct postgres postgres;
    struct children children;
    enum phase phase;
    int signals, front, watcher; /* file descriptors; -1: nobody there */
    int notices;
    int64_t house_kept;
    int status; /* to exit with */
    int rank;   /* being stopped */
    int64_t rank_since;
    int64_t leftovers_since; /* 0: nothing of an earlier server is in the way */
};

static bool is_postgres(const struct child *child)
{
    return text_equal(child->program->name, "postgres");
}

static const char *ready_file(const struct supervisor *supervisor, struct arena *arena)
{
    return arena_printf(arena, "%s/run/ready", supervisor->instance->home);
}

static void stop(struct supervisor *supervisor, int status)
{
    ARENA(scratch);
    if (supervisor->phase == PHASE_STOP)
        return;
    supervisor->phase = PHASE_STOP;
    supervisor->status = status;
    supervisor->rank = -1;
    supervisor->children.stopping = true;
    notify_say("STOPPING=1");
    (void)unlink(ready_file(supervisor, scratch));
}

/* Ask those of a rank to end, or kill who takes too long.  Returns whether any of them is alive. */
static bool end_rank(const struct supervisor *supervisor, bool ask)
{
    bool alive = false;
    int64_t waited = clock_ms() - supervisor->rank_since;
    for (size_t i = 0; i < supervisor->children.count; i++) {
        const struct child *child = &supervisor->children.list[i];
        if (!child->pid || child->program->stop_rank != supervisor->rank)
            continue;
        alive = true;
        if (ask)
            (void)kill(child->pid, child->program->stop_signal);
        else if (waited > child->program->patience)
            (void)kill(child->pid, is_postgres(child) ? SIGQUIT : SIGKILL);
    }
    return alive;
}

/* Each rank is asked as soon as nobody of those before is left.  False when all are gone. */
static bool stop_step(struct supervisor *supervisor)
{
    bool ask = false;
    while (!end_rank(supervisor, ask)) {
        if (supervisor->rank++ == STOP_RANK_LAST)
            return false;
        supervisor->rank_since = clock_ms();
        ask = true;
    }
    return true;
}

/* An earlier server on the same data must be gone before the next may start. */
static bool postgres_may_start(struct supervisor *supervisor)
{
    int64_t now = clock_ms();
    int64_t *since = &supervisor->leftovers_since;
    bool patient = *since == 0 || now - *since < LEFTOVER_PATIENCE;
    int ask = *since == 0 ? SIGQUIT : 0;
    if (postgres_leftovers(&supervisor->postgres, patient ? ask : SIGKILL) == 0) {
        *since = 0;
        return true;
    }
    if (*since == 0)
        *since = now;
    return false;
}

static void start_due(struct supervisor *supervisor)
{
    bool any = false;
    int64_t now = clock_ms();
    for (size_t i = 0; i < supervisor->children.count; i++) {
        struct child *child = &supervisor->children.list[i];
        enum phase phase = child->program->phase;
        if (child->pid || child->unwanted || child->due > now || phase > supervisor->phase ||
            (phase == PHASE_INIT && supervisor->phase != PHASE_INIT))
            continue;
        if (is_postgres(child) && !postgres_may_start(supervisor))
            continue;
        child_start(child);
        any = true;
    }
    if (any)
        children_record(&supervisor->children);
}

static void serve(struct supervisor *supervisor)
{
    ARENA(scratch);
    struct error err;
    supervisor->phase = PHASE_SERVE;
    start_due(supervisor);
    if (!file_write(ready_file(supervisor, scratch), 0644, "ready\n", &err))
        log_line(LOG_ERROR, "%s", err.text);
    log_line(LOG_NOTICE, "serving on %s", supervisor->instance->url);
    notify_ready();
    notify_status(arena_printf(scratch, "serving on %s", supervisor->instance->url));
}

static bool store_ready(const struct supervisor *supervisor)
{
    const struct child *server = children_find(&supervisor->children, "postgres");
    return !server || (server->pid && postgres_ready(&supervisor->postgres, server->pid));
}

/* What the end of `axle init` means. */
static void init_ended(struct supervisor *supervisor, const struct child *init)
{
    if (WIFEXITED(init->last_status) && WEXITSTATUS(init->last_status) == 0) {
        serve(supervisor);
    } else if (WIFSIGNALED(init->last_status) || !store_ready(supervisor)) {
        supervisor->phase = PHASE_STORE;
    } else {
        log_line(LOG_ERROR, "the schema could not be brought up to date; stopping");
        stop(supervisor, 2);
    }
}

static void step(struct supervisor *supervisor, bool somebody_died)
{
    struct child *init = children_find(&supervisor->children, "axle");
    if (supervisor->phase == PHASE_INIT && somebody_died && !init->pid)
        init_ended(supervisor, init);
    if (supervisor->phase == PHASE_STORE && store_ready(supervisor)) {
        supervisor->phase = PHASE_INIT;
        if (init)
            init->due = 0;
        else
            serve(supervisor);
    }
    if (supervisor->phase != PHASE_STOP)
        start_due(supervisor);
}

/* Until the next program is due; often while something is about to happen. */
static int patience(const struct supervisor *supervisor)
{
    if (supervisor->phase != PHASE_SERVE)
        return POLL_BUSY;
    int64_t now = clock_ms(), wait = POLL_CALM;
    for (size_t i = 0; i < supervisor->children.count; i++) {
        const struct child *child = &supervisor->children.list[i];
        if (child->pid || child->unwanted || child->program->phase == PHASE_INIT)
            continue;
        int64_t left = child->due > now ? child->due - now : POLL_BUSY;
        wait = left < wait ? left : wait;
    }
    return (int)wait;
}

static void read_signals(struct supervisor *supervisor)
{
    struct signalfd_siginfo info;
    while (read(supervisor->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
        if (info.ssi_signo != SIGCHLD && supervisor->phase != PHASE_STOP) {
            log_line(LOG_NOTICE, "stopping");
            stop(supervisor, 0);
        }
}

/* The watcher that started us is gone: the next one is ours. */
static void lose_watcher(struct supervisor *supervisor)
{
    (void)close(supervisor->watcher);
    supervisor->watcher = -1;
    child_lost(children_find(&supervisor->children, "axle-watch"));
}

static void adopt_watcher(struct supervisor *supervisor, pid_t pid)
{
    struct child *child = children_find(&supervisor->children, "axle-watch");
    supervisor->watcher = pid && child ? process_watch(pid) : -1;
    if (supervisor->watcher < 0)
        return;
    child->pid = pid;
    child->since = time(NULL);
}

/* A source that was added gets its process; a mapping that was added to the site its drop folder. */
static void keep_house(struct supervisor *supervisor)
{
    ARENA(scratch);
    struct error err;
    int64_t now = clock_ms();
    if (supervisor->phase != PHASE_SERVE || now - supervisor->house_kept < HOUSE_PAUSE)
        return;
    supervisor->house_kept = now;
    roster_follow(&supervisor->children);
    notices_end_stuck(&supervisor->children);
    rotate_logs(supervisor->instance);
    if (!prepare_directories(scratch, supervisor->instance, &err))
        log_line(LOG_WARNING, "%s", err.text);
}

static int loop(struct supervisor *supervisor)
{
    while (supervisor->phase != PHASE_STOP || stop_step(supervisor)) {
        struct pollfd watched[] = {
            {.fd = supervisor->signals, .events = POLLIN},
            {.fd = supervisor->front, .events = POLLIN},
            {.fd = supervisor->watcher, .events = POLLIN},
            {.fd = supervisor->notices, .events = POLLIN},
        };
        (void)poll(watched, COUNT_OF(watched), patience(supervisor));
        read_signals(supervisor);
        if (watched[1].revents)
            stop(supervisor, 0);
        if (watched[2].revents)
            lose_watcher(supervisor);
        notices_read(supervisor->notices, &supervisor->children);
        bool somebody_died = children_reap(&supervisor->children);
        step(supervisor, somebody_died);
        keep_house(supervisor);
        notify_alive();
    }
    log_line(LOG_NOTICE, "stopped");
    return supervisor->status;
}

static bool open_signals(struct supervisor *supervisor, pid_t front, struct error *err)
{
    sigset_t set;
    (void)sigemptyset(&set);
    static const int caught[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP};
    for (size_t i = 0; i < COUNT_OF(caught); i++)
        (void)sigaddset(&set, caught[i]);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    supervisor->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    supervisor->front = front ? process_watch(front) : -1;
    if (supervisor->signals < 0)
        return error_set(err, ERROR_FATAL, "cannot open a signal descriptor");
    if (front && supervisor->front < 0)
        return error_set(err, ERROR_FATAL, "process %d, which we serve, is gone", (int)front);
    return true;
}

int supervise(const struct instance *instance, const struct relatives *relatives)
{
    ARENA(process);
    struct error err;
    struct supervisor supervisor = {.arena = process, .instance = instance, .phase = PHASE_STORE};
    if (instance->embedded && !postgres_prepare(process, &supervisor.postgres, instance, &err)) {
        log_line(LOG_ERROR, "%s", err.text);
        return 2;
    }
    supervisor.children = children_of(
        process, instance, instance->embedded ? &supervisor.postgres : NULL, relatives->front);
    adopt_watcher(&supervisor, relatives->watcher);
    supervisor.notices = notices_open(process, &err);
    if (supervisor.notices < 0 || !open_signals(&supervisor, relatives->front, &err)) {
        log_line(LOG_ERROR, "%s", err.text);
        return 2;
    }
    step(&supervisor, false);
    return loop(&supervisor);
}
