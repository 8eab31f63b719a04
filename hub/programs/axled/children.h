/*
 * Children: the processes of an instance, each started again when it dies.
 *
 * Every program is a row of the table in children.c.  Times are milliseconds of the steady clock.
 */
#pragma once

#include <stdint.h>
#include <time.h>

#include "hub/programs/axled/postgres.h"

/* The programs of a phase start with it and run from then on; `axle init` runs once. */
enum phase { PHASE_STORE, PHASE_INIT, PHASE_SERVE, PHASE_STOP };

struct program {
    const char *name;
    enum phase phase;
    int stop_rank;    /* the lowest rank ends first */
    int stop_signal;  /* asks it to end */
    int patience;     /* milliseconds until it is killed instead */
    int death_signal; /* what it gets when the supervisor dies; 0: it lives on */
    bool workers;     /* as many as AXLE_WORKERS says */
};

#define STOP_RANK_LAST 5

struct child {
    const struct program *program;
    int number; /* among those of its program, from 1 */
    struct process_plan plan;
    pid_t pid; /* 0: not running */
    int64_t started, due;
    time_t since; /* started, by the wall clock */
    int quick;    /* deaths soon after a start, in a row */
    int restarts;
    int last_status; /* as of waitpid() */
};

struct children {
    struct arena *arena;
    const struct instance *instance;
    struct child *list;
    size_t count;
    time_t since;  /* the supervisor runs */
    bool stopping; /* deaths are what we asked for */
};

/* The children of this installation; `postgres` is NULL without an embedded server, `front` the process
 * that the instance serves, or 0. */
struct children children_of(struct arena *arena, const struct instance *instance,
                            const struct postgres *postgres, pid_t front);
/* The one of that name, or NULL. */
struct child *children_find(const struct children *children, const char *name);
/* It is gone, and was no child of ours by birth: due again at once. */
void child_lost(struct child *child);
/* Start it now.  A failure is logged and tried again later. */
void child_start(struct child *child);
/* Note who has died, log it and say when it is due again.  Returns whether anybody had. */
bool children_reap(struct children *children);
/* Write run/processes, for `axle status` and `axle down`: a line a process, the supervisor first. */
void children_record(const struct children *children);
