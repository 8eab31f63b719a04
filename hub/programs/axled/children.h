/*
 * Children: the processes of an instance, each started again when it dies.
 *
 * Every program is a row of the table in children.c.  Of most there is one process; of a connector there is
 * one for each source that it reads (roster.h).  Times are milliseconds of the steady clock.
 */
#pragma once

#include <stdint.h>
#include <time.h>

#include "hub/programs/axled/postgres.h"

/* The programs of a phase start with it and run from then on; `axle init` runs once. */
enum phase { PHASE_STORE, PHASE_INIT, PHASE_SERVE, PHASE_STOP };

enum copies { COPIES_ONE, COPIES_WORKERS, COPIES_SOURCES };

struct program {
    const char *name;
    enum phase phase;
    int stop_rank;    /* the lowest rank ends first */
    int stop_signal;  /* asks it to end */
    int patience;     /* milliseconds until it is killed instead */
    int death_signal; /* what it gets when the supervisor dies; 0: it lives on */
    enum copies copies;
    int silence; /* milliseconds after which one that says nothing is stuck; 0: it never speaks */
};

#define STOP_RANK_LAST 5
#define CHILD_STATUS_MOST 160

struct child {
    const struct program *program;
    int number;         /* among those of its program, from 1 */
    const char *source; /* that it reads; NULL: it reads none */
    const char *name;   /* for people: the program, and its source */
    struct process_plan plan;
    pid_t pid; /* 0: not running */
    int64_t started, due;
    time_t since; /* started, by the wall clock */
    int quick;    /* deaths soon after a start, in a row */
    int restarts;
    int last_status;                /* as of waitpid() */
    int64_t heard;                  /* when it last said that it is alive */
    char status[CHILD_STATUS_MOST]; /* what it does, in its own words */
    bool unwanted;                  /* its source is gone: it is to end, and not started again */
    int64_t asked;                  /* to end, since it is unwanted; 0: not yet */
};

struct children {
    struct arena *arena;
    const struct instance *instance;
    struct child *list;
    size_t count, room;
    time_t since;  /* the supervisor runs */
    bool stopping; /* deaths are what we asked for */
};

/* The children of this installation; `postgres` is NULL without an embedded server, `front` the process
 * that the instance serves, or 0. */
struct children children_of(struct arena *arena, const struct instance *instance,
                            const struct postgres *postgres, pid_t front);
/* One more process: of a connector, for that source. */
void children_add_source(struct children *children, const struct program *program,
                         const char *source);
/* The first of that program, or NULL. */
struct child *children_find(const struct children *children, const char *name);
/* It is gone, and was no child of ours by birth: due again at once. */
void child_lost(struct child *child);
/* Start it now.  A failure is logged and tried again later. */
void child_start(struct child *child);
/* Note who has died, log it and say when it is due again.  Returns whether anybody had. */
bool children_reap(struct children *children);
/* The program of that name, or NULL. */
const struct program *program_find(const char *name);
/* Write run/processes, for `axle status` and `axle down`: a line a process, the supervisor first. */
void children_record(const struct children *children);
