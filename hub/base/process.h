/*
 * Process: start another program, and recognise those that run.
 *
 * The started program has the parent's environment, a clean signal mask, /dev/null (or a file) as its
 * input and no other open file than the three standard ones.
 */
#pragma once

#include <sys/types.h>

#include "hub/base/error.h"

struct process_plan {
    const char *program;     /* path */
    const char *const *args; /* behind the program's name, up to a NULL; may be NULL */
    const char *input;       /* a file for its standard input */
    const char *log;         /* a file to which its output and errors are appended; NULL: ours */
    const char *user;        /* switch to this user first (needs root); NULL: stay */
    int death_signal;        /* what it gets when this process dies; 0: it lives on */
    bool detached;           /* in a session of its own, away from any terminal */
};

/* -1 with err when it could not be started.  A program that cannot be executed ends with status 127. */
pid_t process_start(const struct process_plan *plan, struct error *err) MUST_CHECK;
/* Start it, wait for its end, and fail unless that was with status 0. */
bool process_run(const struct process_plan *plan, struct error *err) MUST_CHECK;

/* May that user go through this directory? */
bool process_may_enter(const char *user, const char *directory);
/* Call visit for each running process with its command line, the arguments divided by '\n'. */
void process_each(void (*visit)(void *context, pid_t pid, const char *command), void *context);
/* Is a process of that program (the last part of its path) running under this id? */
bool process_is(pid_t pid, const char *program);
/* A file descriptor that becomes readable when the process is gone; -1 when it is gone already. */
int process_watch(pid_t pid);
