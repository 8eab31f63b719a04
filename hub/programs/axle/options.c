#include <assert.h>

#include "hub/base/nearest.h"
#include "hub/base/text.h"
#include "hub/programs/axle/command.h"

static const struct option *find(const struct command *command, const char *name, size_t length)
{
    for (const struct option *option = command->options; option && option->name; option++)
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
            return option;
    return NULL;
}

static bool unknown(const struct command *command, const char *name, struct error *err)
{
    struct nearest nearest = {.word = name};
    for (const struct option *option = command->options; option && option->name; option++)
        nearest_offer(&nearest, option->name);
    if (nearest.best)
        return error_set(err, ERROR_FATAL, "no option --%s; did you mean --%s?", name,
                         nearest.best);
    return error_set(err, ERROR_FATAL, "no option --%s; see 'axle help %s'", name, command->name);
}

/* One option, written --name, --name=value or --name value; *at moves over what was used. */
static bool read_option(const struct command *command, int count, char **words, int *at,
                        struct given *given, struct error *err)
{
    const char *name = words[*at] + 2;
    size_t length = strcspn(name, "=");
    given->option = find(command, name, length);
    if (!given->option)
        return unknown(command, name, err);
    given->value = "";
    if (name[length] == '=' && given->option->argument)
        given->value = name + length + 1;
    else if (name[length] == '=')
        return error_set(err, ERROR_FATAL, "--%s takes no value", given->option->name);
    else if (given->option->argument && *at + 1 < count)
        given->value = words[++*at];
    else if (given->option->argument)
        return error_set(err, ERROR_FATAL, "--%s needs a value: --%s %s", given->option->name,
                         given->option->name, given->option->argument);
    return true;
}

bool call_read(struct call *call, int count, char **words, struct error *err)
{
    const struct command *command = call->command;
    struct given *given = NEW_ARRAY(call->arena, struct given, (size_t)count + 1);
    const char **arguments = NEW_ARRAY(call->arena, const char *, (size_t)count + 1);
    bool options = true;
    call->given = given;
    call->arguments = arguments;
    call->count = call->given_count = 0;
    for (int at = 0; at < count; at++) {
        if (options && text_equal(words[at], "--"))
            options = false;
        else if (options && text_starts(words[at], "--")) {
            if (!read_option(command, count, words, &at, &given[call->given_count++], err))
                return false;
        } else
            arguments[call->count++] = words[at];
    }
    if (call->count >= command->least && call->count <= command->most)
        return true;
    return error_set(err, ERROR_FATAL, "usage: %s", command_usage(call->arena, command));
}

static const struct given *last_given(const struct call *call, const char *option)
{
    assert(find(call->command, option, strlen(option)));
    for (size_t i = call->given_count; i > 0; i--)
        if (text_equal(call->given[i - 1].option->name, option))
            return &call->given[i - 1];
    return NULL;
}

bool call_has(const struct call *call, const char *option)
{
    return last_given(call, option) != NULL;
}

const char *call_text(const struct call *call, const char *option, const char *otherwise)
{
    const struct given *given = last_given(call, option);
    return given ? given->value : otherwise;
}

bool call_int(const struct call *call, const char *option, int64_t least, int64_t most,
              int64_t *number, struct error *err)
{
    const struct given *given = last_given(call, option);
    if (!given || text_to_int(given->value, least, most, number))
        return true;
    return error_set(err, ERROR_FATAL, "--%s must be a whole number from %lld to %lld, not '%s'",
                     option, (long long)least, (long long)most, given->value);
}
