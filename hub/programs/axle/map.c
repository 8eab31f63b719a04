/* axle map: what a mapping makes of a file, without a database. */
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/nearest.h"
#include "hub/format/unpack.h"
#include "hub/programs/axle/look.h"
#include "hub/trial/try.h"

#define FILE_MOST ((size_t)4 * 1024 * 1024 * 1024)

static void print_line(void *to, const char *json)
{
    (void)to;
    (void)puts(json);
}

static void print_reject(void *to, const char *json)
{
    size_t *rejects = to;
    (*rejects)++;
    (void)fprintf(stderr, "%s\n", json);
}

/* The fields of a CSV's header, each named and holding its name; NULL where there is none to read. */
static const struct fields *header_of(struct arena *arena, const struct mapping *mapping,
                                      struct slice content)
{
    struct cut cut;
    struct reject ignored;
    if (mapping->format.kind != FORMAT_CSV)
        return NULL;
    struct splitter *splitter = splitter_new(arena, &mapping->format, content);
    if (!splitter_next(splitter, &cut) || !cut.is_header || cut.reject)
        return NULL;
    return format_decode(arena, &mapping->format, cut.raw, cut.raw, cut.line, &ignored);
}

/* A column that is misspelt is as good as always empty, and nothing else would say so. */
static void show_missing_columns(struct arena *arena, const struct mapping *mapping,
                                 struct slice content)
{
    const struct fields *header = header_of(arena, mapping, content);
    if (!header)
        return;
    const char *const *columns = fields_names(arena, header);
    for (const char *const *field = mapping_fields(arena, mapping); *field; field++) {
        struct nearest nearest = {.word = *field};
        if (fields_text(header, *field, NULL))
            continue;
        for (size_t i = 0; columns[i]; i++)
            nearest_offer(&nearest, columns[i]);
        (void)fprintf(stderr, "axle: the file has no column '%s', which the mapping reads%s\n",
                      *field, nearest_hint(arena, nearest.best));
    }
}

/* Unpacked, where it is packed; a file that cannot be is a reject, and then there is nothing in it. */
static bool open_content(const struct call *call, const struct mapping *mapping,
                         struct slice *content, const struct try_output *output, struct error *err)
{
    struct reject reject;
    if (unpack(call->arena, &mapping->format, &(struct unpack_room){0}, content, &reject, err))
        return true;
    if (err->kind != ERROR_REJECT)
        return false;
    mapping_try_refuse(&reject, output);
    *content = (struct slice){"", 0};
    return true;
}

static enum exit_status map(const struct call *call, struct error *err)
{
    struct site site = {0};
    struct slice content;
    size_t rejects = 0;
    int64_t most = 0;
    bool trace = call_has(call, "trace"), json = call_has(call, "json");
    if (!call_int(call, "limit", 1, INT64_MAX, &most, err))
        return EXIT_WRONG;
    if (!call_has(call, "mapping")) {
        (void)error_set(err, ERROR_FATAL, "say how to read it: axle map %s --mapping M",
                        call->arguments[0]);
        return EXIT_WRONG;
    }
    if (!file_read(call->arena, call->arguments[0], FILE_MOST, &content, err))
        return EXIT_WRONG;
    const struct mapping *mapping = look_mapping(call, call_text(call, "mapping", ""), &site, err);
    if (!mapping)
        return EXIT_WRONG;
    const struct try_output output = {
        .line = print_line,
        .reject = print_reject,
        .to = &rejects,
        .form = !trace ? TRY_LINES
                : json ? TRY_TRACED
                       : TRY_TEXT,
        .most = (size_t)most,
    };
    if (!open_content(call, mapping, &content, &output, err))
        return EXIT_WRONG;
    mapping_try(site.dictionary, mapping, content, &output);
    /* Programs read rejects there, and nothing else. */
    if (output.form == TRY_TEXT || isatty(STDERR_FILENO))
        show_missing_columns(call->arena, mapping, content);
    return rejects && call_has(call, "strict") ? EXIT_FOUND : EXIT_DONE;
}

const struct command command_map = {
    .name = "map",
    .usage = "FILE --mapping M [--trace] [--limit N] [--strict]",
    .summary = "try a mapping on a file; nothing is stored",
    .help =
        "Prints a JSON line for every record of the file on standard output, and one for every\n"
        "record that is set aside on standard error. With --trace, text that shows each value: "
        "its\n"
        "field, what stood in it, what each transform made of it, and its standard form (= ...) "
        "or\n"
        "why it has none (! ...); with --json too, the same as a member \"trace\" of each line. On "
        "a\n"
        "terminal, and with --trace, standard error also names the columns that the mapping reads\n"
        "and the file lacks. Needs no database.",
    .options = (const struct option[]){{"mapping", "M", "a mapping file, or the name of a source"},
                                       {"trace", NULL, "show each step of each value"},
                                       {"json", NULL, "with --trace: as JSON lines"},
                                       {"limit", "N", "only the first N records"},
                                       {"strict", NULL, "exit status 1 when a record is set aside"},
                                       {0}},
    .least = 1,
    .most = 1,
    .run = map,
};
