#include "hub/programs/axled/children.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hub/base/clock.h"
#include "hub/base/file.h"
#include "hub/base/list.h"
#include "hub/base/log.h"
#include "hub/base/text.h"

#define RESTART_DELAY 100
#define RESTART_DELAY_MOST 800
#define QUICK_DEATH 1000
#define QUICK_DEATHS_FREE 5 /* that many in a row do not raise the delay */

/* A worker may wait for a bulk load, which holds others up as long as it takes; nobody else waits long. */
#define STUCK 60000
#define STUCK_WORKER 900000

static const struct program programs[] = {
    {"axle-watch", PHASE_STORE, 0, SIGKILL, 1000, 0, COPIES_ONE, 0},
    {"postgres", PHASE_STORE, 5, SIGINT, 60000, SIGQUIT, COPIES_ONE, 0},
    {"axle", PHASE_INIT, 1, SIGTERM, 5000, SIGKILL, COPIES_ONE, 0},
    {"axle-api", PHASE_SERVE, 4, SIGTERM, 10000, SIGKILL, COPIES_ONE, STUCK},
    {"axle-worker", PHASE_SERVE, 3, SIGTERM, 10000, SIGKILL, COPIES_WORKERS, STUCK_WORKER},
    {"axle-notify", PHASE_SERVE, 3, SIGTERM, 10000, SIGKILL, COPIES_ONE, 0},
    {"axle-mail", PHASE_SERVE, 2, SIGTERM, 10000, SIGKILL, COPIES_SOURCES, STUCK},
    {"axle-callcenter", PHASE_SERVE, 2, SIGTERM, 10000, SIGKILL, COPIES_SOURCES, STUCK},
    {"axle-web", PHASE_SERVE, 2, SIGTERM, 10000, SIGKILL, COPIES_SOURCES, STUCK},
    {"axle-warranty", PHASE_SERVE, 2, SIGTERM, 10000, SIGKILL, COPIES_SOURCES, STUCK},
};

const struct program *program_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(programs); i++)
        if (text_equal(programs[i].name, name))
            return &programs[i];
    return NULL;
}

/* Whom to watch, and how to start it again. */
static const char **watch_args(struct arena *arena, const struct instance *instance, pid_t front)
{
    const char **args = NEW_ARRAY(arena, const char *, 5);
    args[0] = arena_printf(arena, "%d", (int)getpid());
    args[1] = arena_printf(arena, "%s/axled", instance->bin);
    if (front) {
        args[2] = "--while";
        args[3] = arena_printf(arena, "%d", (int)front);
    }
    return args;
}

/* Those two speak through our own log; each other program has one of its own. */
static struct process_plan plan_of(struct arena *arena, const struct instance *instance,
                                   const struct program *program, pid_t front)
{
    static const char *const init[] = {"init", NULL};
    struct process_plan plan = {
        .program = arena_printf(arena, "%s/%s", instance->bin, program->name),
        .death_signal = program->death_signal,
    };
    if (program->phase == PHASE_INIT)
        plan.args = init;
    else if (text_equal(program->name, "axle-watch"))
        plan.args = watch_args(arena, instance, front);
    else
        plan.log = arena_printf(arena, "%s/log/%s.log", instance->home, program->name);
    return plan;
}

static int copies_of(const struct instance *instance, const struct program *program)
{
    switch (program->copies) {
    case COPIES_ONE:
        return 1;
    case COPIES_WORKERS:
        return instance->workers;
    case COPIES_SOURCES:
        return 0; /* they come and go */
    }
    return 0;
}

struct children children_of(struct arena *arena, const struct instance *instance,
                            const struct postgres *postgres, pid_t front)
{
    struct children children = {.arena = arena, .instance = instance, .since = time(NULL)};
    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        const struct program *program = &programs[i];
        struct process_plan plan = plan_of(arena, instance, program, front);
        if (text_equal(program->name, "postgres")) {
            if (!postgres)
                continue;
            const char *log = plan.log;
            plan = postgres_plan(arena, postgres);
            plan.log = log;
            plan.death_signal = program->death_signal;
        } else if (access(plan.program, X_OK)) {
            continue;
        }
        for (int copy = 1; copy <= copies_of(instance, program); copy++)
            LIST_ADD(arena, &children,
                     ((struct child){
                         .program = program, .name = program->name, .number = copy, .plan = plan}));
    }
    return children;
}

void children_add_source(struct children *children, const struct program *program,
                         const char *source)
{
    struct arena *arena = children->arena;
    const char **args = NEW_ARRAY(arena, const char *, 2);
    struct process_plan plan = plan_of(arena, children->instance, program, 0);
    args[0] = arena_strdup(arena, source);
    plan.args = args;
    LIST_ADD(arena, children,
             ((struct child){.program = program,
                             .name = arena_printf(arena, "%s %s", program->name, source),
                             .source = args[0],
                             .number = 1,
                             .plan = plan}));
}

struct child *children_find(const struct children *children, const char *name)
{
    for (size_t i = 0; i < children->count; i++)
        if (text_equal(children->list[i].program->name, name))
            return &children->list[i];
    return NULL;
}

void child_lost(struct child *child)
{
    child->pid = 0;
    child->due = clock_ms();
}

void child_start(struct child *child)
{
    struct error err;
    pid_t pid = process_start(&child->plan, &err);
    child->started = child->heard = clock_ms();
    child->status[0] = '\0';
    if (pid < 0) {
        log_line(LOG_ERROR, "%s", err.text);
        child->due = child->started + RESTART_DELAY_MOST;
        return;
    }
    child->restarts += child->since ? 1 : 0;
    child->pid = pid;
    child->since = time(NULL);
}

static void log_death(const struct child *child, int status)
{
    if (WIFSIGNALED(status))
        log_line(LOG_WARNING, "%s (process %d) was killed by signal %d", child->name,
                 (int)child->pid, WTERMSIG(status));
    else if (child->program->phase != PHASE_INIT || WEXITSTATUS(status) != 0)
        log_line(LOG_WARNING, "%s (process %d) ended with status %d", child->name, (int)child->pid,
                 WEXITSTATUS(status));
}

static void note_death(struct child *child, int status)
{
    int64_t now = clock_ms();
    child->quick = now - child->started < QUICK_DEATH ? child->quick + 1 : 0;
    int delay = RESTART_DELAY;
    for (int i = QUICK_DEATHS_FREE; i < child->quick && delay < RESTART_DELAY_MOST; i++)
        delay *= 2;
    child->due = now + delay;
    child->last_status = status;
    child->pid = 0;
}

bool children_reap(struct children *children)
{
    bool any = false;
    int status;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG))
        for (size_t i = 0; i < children->count; i++)
            if (children->list[i].pid == pid) {
                if (!children->stopping && !children->list[i].unwanted)
                    log_death(&children->list[i], status);
                note_death(&children->list[i], status);
                any = true;
            }
    if (any)
        children_record(children);
    return any;
}

void children_record(const struct children *children)
{
    ARENA(scratch);
    struct error err;
    struct buffer out = {.arena = scratch};
    buffer_printf(&out, "axled 1 %d %lld 0 -\n", (int)getpid(), (long long)children->since);
    for (size_t i = 0; i < children->count; i++) {
        const struct child *child = &children->list[i];
        if (child->program->phase == PHASE_INIT || (child->unwanted && !child->pid))
            continue;
        buffer_printf(&out, "%s %d %d %lld %d %s %s\n", child->program->name, child->number,
                      (int)child->pid, (long long)child->since, child->restarts,
                      child->source ? child->source : "-", child->status);
    }
    if (!file_write(arena_printf(scratch, "%s/run/processes", children->instance->home), 0644,
                    buffer_string(&out), &err))
        log_line(LOG_ERROR, "%s", err.text);
}
