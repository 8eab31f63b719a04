/* axle complete: the words that may come next, for shells (deploy/completion). */
#include "hub/base/text.h"
#include "hub/programs/axle/dictionary.h"

/* A terminal waits for these words: nothing is said of what cannot be asked. */
static const struct dictionary *quiet_dictionary(const struct call *call)
{
    struct error err = {.kind = ERROR_NONE};
    struct findings findings = {.arena = call->arena};
    struct site site;
    struct db *db = desk_connect(call, &err);
    if (db)
        return applied_load(call->arena, db, call->instance->schemas, &err);
    site_read(call->arena, call->instance, &site, &findings);
    return site.dictionary;
}

static void say_sources(const struct call *call)
{
    for (const char *const *file = site_mappings(call->arena, call->instance); *file; file++) {
        const char *name = strrchr(*file, '/') + 1;
        (void)printf("%.*s\n", (int)(strlen(name) - strlen(".xml")), name);
    }
}

static void say_classes(const struct call *call)
{
    const struct dictionary *dictionary = quiet_dictionary(call);
    for (size_t i = 0; dictionary && i < dictionary->class_count; i++)
        (void)puts(dictionary->classes[i].name);
}

static void say_names(const struct call *call)
{
    const struct dictionary *dictionary = quiet_dictionary(call);
    for (size_t i = 0; dictionary && i < dictionary->class_count; i++)
        (void)puts(dictionary->classes[i].name);
    for (size_t i = 0; dictionary && i < dictionary->element_count; i++)
        (void)puts(dictionary->elements[i].name);
    for (size_t i = 0; dictionary && i < dictionary->domain_count; i++)
        (void)puts(dictionary->domains[i]->name);
}

static void say_elements(const struct call *call)
{
    const struct dictionary *dictionary = quiet_dictionary(call);
    for (size_t i = 0; dictionary && i < dictionary->element_count; i++)
        (void)puts(dictionary->elements[i].name);
}

/* By what an option is followed by, in its own words. */
static const struct {
    const char *argument;
    void (*say)(const struct call *call);
} arguments[] = {{"S", say_sources}, {"M", say_sources}, {"ELEMENT", say_elements}};

/* What comes behind the words of a command, by the words before. */
static const struct {
    const char *command, *before;
    const char *words; /* with blanks between them, or: */
    void (*say)(const struct call *call);
} following[] = {
    {"dictionary", "dictionary", "list show diff apply schema", NULL},
    {"dictionary", "list", NULL, say_classes},
    {"dictionary", "show", NULL, say_names},
};

static void say_words(const char *words)
{
    for (const char *c = words; *c; c++)
        (void)putchar(*c == ' ' ? '\n' : *c);
    (void)putchar('\n');
}

static const struct option *option_of(const struct command *command, const char *word)
{
    for (const struct option *option = command->options; option && option->name; option++)
        if (text_starts(word, "--") && text_equal(option->name, word + 2))
            return option;
    return NULL;
}

static void say_following(const struct call *call, const struct command *command,
                          const char *before)
{
    for (size_t i = 0; i < COUNT_OF(following); i++)
        if (text_equal(following[i].command, command->name) &&
            text_equal(following[i].before, before)) {
            if (following[i].say)
                following[i].say(call);
            else
                say_words(following[i].words);
        }
}

static enum exit_status complete(const struct call *call, struct error *err)
{
    (void)err;
    const struct command *command = call->count ? command_find(call->arguments[0]) : NULL;
    if (!call->count || text_equal(call->arguments[0], "help"))
        command_names(stdout);
    if (!command)
        return EXIT_DONE;
    const char *before = call->arguments[call->count - 1];
    const struct option *behind = option_of(command, before);
    if (behind && behind->argument) {
        for (size_t i = 0; i < COUNT_OF(arguments); i++)
            if (text_equal(arguments[i].argument, behind->argument))
                arguments[i].say(call);
        return EXIT_DONE;
    }
    for (const struct option *option = command->options; option && option->name; option++)
        (void)printf("--%s\n", option->name);
    say_following(call, command, before);
    return EXIT_DONE;
}

const struct command command_complete = {
    .name = "complete",
    .usage = "-- [WORD...]",
    .summary = "the words that may follow, for the completion of shells",
    .hidden = true,
    .most = ARGUMENTS_ANY,
    .run = complete,
};
