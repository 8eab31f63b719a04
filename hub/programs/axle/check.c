/* axle check: every mistake in the configuration files, each with its place. */
#include <errno.h>
#include <unistd.h>

#include "hub/base/secret.h"
#include "hub/golden/golden.h"
#include "hub/match/match.h"
#include "hub/programs/axle/desk.h"
#include "hub/programs/axle/findings.h"
#include "hub/standard/standard.h"
#include "hub/store/site.h"

/* What a schema permits and no code carries out. */
static void check_elements(const struct site *site, struct findings *findings)
{
    const char *file = arena_printf(findings->arena, "%s/dictionary.xml", site->instance->schemas);
    for (size_t i = 0; i < site->dictionary->element_count; i++) {
        const struct element *element = &site->dictionary->elements[i];
        if (element->standardiser && !standard_knows(element->standardiser))
            finding_add(findings, file, 0, 0, "%s: there is no standardiser '%s'", element->name,
                        element->standardiser);
        if (element->comparator && !match_knows(element->comparator))
            finding_add(findings, file, 0, 0, "%s: there is no comparison '%s'", element->name,
                        element->comparator);
        if (element->survivorship && !golden_knows(element->survivorship))
            finding_add(findings, file, 0, 0, "%s: there is no survivorship strategy '%s'",
                        element->name, element->survivorship);
    }
}

/* Dictionary and matching: the shipped files, and those of the site that are there. */
static size_t count_settings(const struct call *call)
{
    static const char *const names[] = {"dictionary.xml", "matching.xml"};
    size_t files = COUNT_OF(names);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        files +=
            access(arena_printf(call->arena, "%s/%s", call->instance->site, names[i]), F_OK) == 0;
    return files;
}

static bool all_there(const char *const *files, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (access(files[i], R_OK))
            return error_set(err, ERROR_FATAL, "cannot read '%s': %m", files[i]);
    return true;
}

static bool site_there(const struct instance *instance, struct error *err)
{
    return instance->usual_site || access(instance->site, R_OK) == 0 ||
           error_set(err, ERROR_FATAL, "AXLE_SITE: cannot read '%s': %m", instance->site);
}

/* Secrets may be kept elsewhere until the mapping goes live, so this is no mistake yet. */
static void check_files(const struct site *site, const struct mapping *mapping, const char *file,
                        struct findings *findings)
{
    const struct transport *from = &mapping->from;
    const char *const names[] = {from->password_file, from->key_file,   from->ca_file,
                                 from->secret_file,   from->token_file, from->dsn_file};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *path =
            names[i] ? secret_file(findings->arena, site->instance->site, names[i]) : NULL;
        if (path && access(path, R_OK) != 0)
            finding_warn(findings, file, 0, 0, "cannot read '%s', which the source needs: %s", path,
                         strerror(errno));
    }
}

static size_t check_mappings(const struct site *site, const char *const *files, size_t count,
                             struct findings *findings)
{
    for (size_t i = 0; i < count; i++) {
        ARENA(work);
        const char *file = arena_strdup(findings->arena, files[i]);
        const struct mapping *mapping =
            mapping_load(work, site->dictionary, site->source_schema, file, findings);
        if (mapping)
            check_files(site, mapping, file, findings);
    }
    return count;
}

/* What the hub works with is another matter than whether files are sound. */
static void compare_with_hub(const struct call *call, const struct dictionary *dictionary)
{
    struct error err;
    struct applied applied;
    struct db *db = desk_connect(call, &err);
    if (db && applied_newest(call->arena, db, &applied, &err) && applied.id &&
        !text_equal(applied.hash, dictionary->hash))
        (void)fprintf(stderr, "axle: the hub works with another dictionary than these files say; "
                              "'axle dictionary diff' says in what they differ, "
                              "'axle dictionary apply' changes over\n");
}

static size_t check_all(const struct call *call, struct findings *findings)
{
    struct site site;
    size_t named = call->count, files = count_settings(call);
    const char *const *mappings =
        named ? call->arguments : site_mappings(call->arena, call->instance);
    for (; !call->count && mappings[named]; named++)
        ;
    site_read(call->arena, call->instance, &site, findings);
    if (!site.dictionary) {
        (void)fputs("axle: mappings are checked once the dictionary has no mistakes\n", stderr);
        return files;
    }
    check_elements(&site, findings);
    compare_with_hub(call, site.dictionary);
    if (!named)
        (void)fprintf(stderr, "axle: no mapping in '%s/mappings'\n", call->instance->site);
    return files + check_mappings(&site, mappings, named, findings);
}

static enum exit_status check(const struct call *call, struct error *err)
{
    struct findings findings = {.arena = call->arena};
    if (!all_there(call->arguments, call->count, err) || !site_there(call->instance, err))
        return EXIT_WRONG;
    size_t files = check_all(call, &findings);
    if (call_has(call, "json"))
        findings_print_json(&findings, stdout);
    else
        findings_print(&findings, true, stdout);
    (void)fprintf(stderr, "%zu files: %zu %s, %zu %s\n", files, findings.errors,
                  findings.errors == 1 ? "error" : "errors", findings.warnings,
                  findings.warnings == 1 ? "warning" : "warnings");
    return findings.errors ? EXIT_FOUND : EXIT_DONE;
}

const struct command command_check = {
    .name = "check",
    .usage = "[MAPPING.xml...] [--json]",
    .summary = "validate every configuration file",
    .help =
        "Prints a line for each mistake: file:line:column: message. Dictionary and matching are\n"
        "always checked; with files given, only those mappings. Exit status 1 when there are\n"
        "mistakes; warnings alone do not count. Needs no database; where a hub can be reached, it "
        "is\n"
        "said when it works with another dictionary than the files.",
    .options = (const struct option[]){{"json", NULL, "an array of findings"}, {0}},
    .most = ARGUMENTS_ANY,
    .run = check,
};
