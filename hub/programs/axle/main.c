/* axle COMMAND [ARGUMENT...]: the command line.  Every command is a row of the table below. */
#include <fcntl.h>

#include "hub/base/nearest.h"
#include "hub/base/text.h"
#include "hub/programs/axle/command.h"

#define VERSION "0.1" /* the newest of CHANGES */

static enum exit_status help(const struct call *call, struct error *err);

static const struct command command_helping = {
    .name = "help",
    .usage = "[COMMAND]",
    .summary = "this list, or how a command is used",
    .most = 1,
    .bare = true,
    .run = help,
};

/* clang-format off */
static const struct command *const commands[] = {
    &command_init,
    &command_check,
    &command_dictionary,
    &command_map,
    &command_profile,
    &command_suggest,
    &command_diff_mapping,
    &command_load,
    &command_run,
    &command_up,
    &command_down,
    &command_env,
    &command_status,
    &command_unused,
    &command_replay,
    &command_wait,
    &command_export,
    &command_evaluate,
    &command_train,
    &command_rehearse,
    &command_apply,
    &command_why,
    &command_how,
    &command_verify,
    &command_token,
    &command_helping,
    &command_complete,
    NULL,
};
/* clang-format on */

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (text_equal(commands[i]->name, name))
            return commands[i];
    return NULL;
}

void command_names(FILE *out)
{
    for (size_t i = 0; commands[i]; i++)
        if (!commands[i]->hidden)
            (void)fprintf(out, "%s\n", commands[i]->name);
}

static bool unknown(const char *name, struct error *err)
{
    struct nearest nearest = {.word = name};
    for (size_t i = 0; commands[i]; i++)
        nearest_offer(&nearest, commands[i]->name);
    if (nearest.best)
        return error_set(err, ERROR_FATAL, "no command '%s'; did you mean '%s'?", name,
                         nearest.best);
    return error_set(err, ERROR_FATAL, "no command '%s'; 'axle help' lists them", name);
}

static void list(FILE *out)
{
    (void)fputs("usage: axle COMMAND [ARGUMENT...]\n\n", out);
    for (size_t i = 0; commands[i]; i++)
        if (!commands[i]->hidden)
            (void)fprintf(out, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
    (void)fputs(
        "\n'axle help COMMAND' says how it is used.\n"
        "Places: AXLE_HOME (data), AXLE_SITE (mappings and settings), AXLE_DSN (a PostgreSQL\n"
        "server instead of the embedded one), AXLE_LISTEN (address of the API).\n"
        "Exit status: 0 done, 1 found mistakes or ran out of time, 2 wrong use, configuration\n"
        "or no database.\n",
        out);
}

const char *command_usage(struct arena *arena, const struct command *command)
{
    return arena_printf(arena, "axle %s%s%s", command->name, *command->usage ? " " : "",
                        command->usage);
}

void command_help(struct arena *arena, const struct command *command)
{
    (void)printf("usage: %s\n\n%s\n", command_usage(arena, command), command->summary);
    if (command->help)
        (void)printf("\n%s\n", command->help);
    for (const struct option *option = command->options; option && option->name; option++)
        (void)printf(
            "%s  %-22s %s\n", option == command->options ? "\n" : "",
            arena_printf(arena, "--%s %s", option->name, option->argument ? option->argument : ""),
            option->meaning);
}

static enum exit_status help(const struct call *call, struct error *err)
{
    if (call->count == 0) {
        list(stdout);
        return EXIT_DONE;
    }
    const struct command *command = command_find(call->arguments[0]);
    if (!command) {
        (void)unknown(call->arguments[0], err);
        return EXIT_WRONG;
    }
    command_help(call->arena, command);
    return EXIT_DONE;
}

static enum exit_status run(struct arena *arena, const struct instance *instance, const char *name,
                            int count, char **words, struct error *err)
{
    struct call call = {.arena = arena, .command = command_find(name), .instance = instance};
    if (!call.command) {
        (void)unknown(name, err);
        return EXIT_WRONG;
    }
    return call_read(&call, count, words, err) ? call.command->run(&call, err) : EXIT_WRONG;
}

static enum exit_status dispatch(struct arena *arena, int argc, char **argv, struct error *err)
{
    struct instance instance;
    const char *name = argv[1];
    if (text_equal(name, "--help") || text_equal(name, "-h"))
        name = "help";
    if (text_equal(name, "--version")) {
        (void)puts("axle " VERSION);
        return EXIT_DONE;
    }
    const struct command *command = command_find(name);
    if (command && argc > 2 && (text_equal(argv[2], "--help") || text_equal(argv[2], "-h"))) {
        command_help(arena, command);
        return EXIT_DONE;
    }
    if (command && !command->bare && !instance_open(arena, &instance, err))
        return EXIT_WRONG;
    return run(arena, command && command->bare ? NULL : &instance, name, argc - 2, argv + 2, err);
}

/* A standard file that is closed must not become a socket's number, and so the place where results go: what
 * is written there fails, and nothing is read. */
static void hold_standard_files(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
            abort();
}

int main(int argc, char **argv)
{
    hold_standard_files();
    ARENA(process);
    struct error err = {0};
    (void)setenv("LC_ALL", "C.UTF-8", 1);
    (void)setenv("TZ", "UTC", 1);
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* who follows a log sees each line as it comes */
    if (argc < 2) {
        list(stderr);
        return EXIT_WRONG;
    }
    enum exit_status status = dispatch(process, argc, argv, &err);
    if ((fflush(stdout) || ferror(stdout)) && status != EXIT_WRONG) {
        (void)error_set(&err, ERROR_FATAL, "cannot write the result");
        status = EXIT_WRONG;
    }
    if (err.kind != ERROR_NONE)
        (void)fprintf(stderr, "axle: %s\n", err.text);
    return (int)status;
}
