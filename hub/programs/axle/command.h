/*
 * Command: what a command of the `axle` program is, and what it is called with.
 *
 * A command is one `const struct command` in some file of this folder, and a row of the table in
 * main.c.  Results go to standard output, everything else to standard error.
 *
 *     const struct command command_load = {
 *         .name = "load",
 *         .usage = "FILE... --source S",
 *         .summary = "read files into the hub",
 *         .options = (const struct option[]){{"source", "S", "the mapping to read them with"}, {0}},
 *         .least = 1, .most = ARGUMENTS_ANY,
 *         .run = load,
 *     };
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "hub/store/instance.h"

enum exit_status {
    EXIT_DONE = 0,
    EXIT_FOUND = 1, /* the work found what it looks for: mistakes, a timeout, rejects */
    EXIT_WRONG = 2, /* wrong use, configuration or no database; err says which */
};

#define ARGUMENTS_ANY 1000000

struct option {
    const char *name;     /* without its two hyphens; NULL ends a list */
    const char *argument; /* what follows it, in capitals; NULL: nothing */
    const char *meaning;
};

struct given {
    const struct option *option;
    const char *value; /* "" where none follows */
};

struct call {
    struct arena *arena;
    const struct command *command;
    const struct instance *instance; /* NULL only for a `bare` command */
    const char *const *arguments;    /* without the options */
    size_t count;
    const struct given *given;
    size_t given_count;
};

struct command {
    const char *name, *usage, *summary;
    const char *help;             /* further sentences for `axle help NAME`; may be NULL */
    const struct option *options; /* may be NULL */
    size_t least, most;           /* arguments */
    bool bare;                    /* needs no instance */
    bool hidden;                  /* not for people: no list shows it */
    enum exit_status (*run)(const struct call *call, struct error *err);
};

/* The row of that name, or NULL. */
const struct command *command_find(const char *name);
/* The name of every command that is not hidden, a line each. */
void command_names(FILE *out);
/* "axle NAME ARGUMENTS". */
const char *command_usage(struct arena *arena, const struct command *command);
/* Print how it is used, on standard output. */
void command_help(struct arena *arena, const struct command *command);

/* Take words apart; false with err on wrong use. */
bool call_read(struct call *call, int count, char **words, struct error *err) MUST_CHECK;
bool call_has(const struct call *call, const char *option);
/* The (last) value of an option, or `otherwise`. */
const char *call_text(const struct call *call, const char *option, const char *otherwise);
/* The same as a whole number within limits; *number is left alone when the option is not given. */
bool call_int(const struct call *call, const char *option, int64_t least, int64_t most,
              int64_t *number, struct error *err) MUST_CHECK;

extern const struct command command_init;
extern const struct command command_load, command_replay, command_wait, command_verify;
extern const struct command command_up, command_down, command_run, command_env, command_status;
extern const struct command command_token;
extern const struct command command_check, command_map;
extern const struct command command_export, command_evaluate, command_why, command_how;
extern const struct command command_train, command_rehearse, command_apply;
extern const struct command command_profile, command_suggest, command_diff_mapping;
extern const struct command command_dictionary, command_complete;
extern const struct command command_unused;
