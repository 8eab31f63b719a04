/* axle suggest: a first mapping for an unknown file, without a database. */
#include <ctype.h>

#include "hub/profile/suggest.h"
#include "hub/programs/axle/look.h"

/* The name of a source: of the file, up to its first dot, as the schema permits it. */
static const char *name_of(struct arena *arena, const char *path)
{
    struct buffer name = {.arena = arena};
    const char *slash = strrchr(path, '/');
    for (const char *c = slash ? slash + 1 : path; *c && *c != '.' && name.length < 60; c++) {
        bool fits = isalnum((unsigned char)*c) || *c == '_' || *c == '-';
        if (!name.length && !isalpha((unsigned char)*c))
            buffer_text(&name, "source");
        if (fits)
            buffer_char(&name, *c);
        else
            buffer_char(&name, '_');
    }
    return name.length ? buffer_string(&name) : "source";
}

static enum exit_status suggest_file(const struct call *call, struct error *err)
{
    struct look look;
    const char *given = call_text(call, "name", NULL);
    if (given && !text_equal(given, name_of(call->arena, given))) {
        (void)error_set(err, ERROR_FATAL,
                        "a source cannot be named '%s'; a name is a letter, then letters, digits, "
                        "'_' and '-'",
                        given);
        return EXIT_WRONG;
    }
    if (!look_open(call, NULL, call_text(call, "region", ""), &look, err))
        return EXIT_WRONG;
    const char *slash = strrchr(look.path, '/'), *file = slash ? slash + 1 : look.path;
    const char *name = given ? given : name_of(call->arena, look.path);
    const struct suggestions *all =
        suggest(call->arena, look.site.dictionary, look.profile, look.region);
    (void)fputs(suggest_mapping(call->arena, all, name, file,
                                format_element(call->arena, &look.format), look.profile->records),
                stdout);
    look_warn(&look);
    (void)fprintf(
        stderr,
        "axle: %zu of %zu fields placed; save it as mappings/%s.xml, check it ('axle check'),\n"
        "axle: try it ('axle map %s --mapping %s --trace --limit 3')\n",
        all->placed, all->count, name, look.path, name);
    return EXIT_DONE;
}

const struct command command_suggest = {
    .name = "suggest",
    .usage = "FILE [--name N] [--region R]",
    .summary = "propose a mapping for a file",
    .help =
        "Prints a mapping file: the format, the key, and for each column that can be placed a "
        "value\n"
        "with its confidence, found from the column's name and from what it holds; at the end, as\n"
        "comments, what could not be placed and why. Needs no database.",
    .options = (const struct option[]){{"name", "N", "the source; otherwise the file's name"},
                                       {"region", "R", "the country that it is from, such as AU"},
                                       {0}},
    .least = 1,
    .most = 1,
    .run = suggest_file,
};
