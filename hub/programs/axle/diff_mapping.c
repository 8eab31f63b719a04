/* axle diff-mapping: what a change of a mapping would change, seen on a file; without a database. */
#include "hub/base/json.h"
#include "hub/profile/diff.h"
#include "hub/programs/axle/look.h"

static const char *shown(struct arena *arena, const char *text)
{
    return !text   ? "nothing"
           : *text ? arena_printf(arena, "'%s'", text_repair(arena, text, strlen(text)))
                   : "it";
}

static void print_examples(struct arena *arena, const struct diff_count *count, bool texts)
{
    for (size_t i = 0; i < count->example_count; i++) {
        const struct diff_example *example = &count->examples[i];
        (void)printf("      line %u", example->line);
        if (example->key)
            (void)printf(", key '%s'", text_repair(arena, example->key, strlen(example->key)));
        if (text_or_null(example->part))
            (void)printf(", part '%s'", example->part);
        if (texts)
            (void)printf(": %s -> %s", shown(arena, example->left), shown(arena, example->right));
        (void)puts("");
    }
}

static void print_counts(struct arena *arena, const char *title, const struct diff_counts *counts,
                         bool texts)
{
    if (!counts->count)
        return;
    (void)printf("\n%-38s %10s %10s %10s\n", title, "only A", "only B", "changed");
    for (size_t i = 0; i < counts->count; i++) {
        const struct diff_count *count = &counts->list[i];
        (void)printf("  %-36s %10zu %10zu %10zu\n", count->name, count->left, count->right,
                     count->changed);
        print_examples(arena, count, texts);
    }
}

static void print_text(struct arena *arena, const struct diff *diff)
{
    (void)printf("%zu records compared, %zu differ\n", diff->compared, diff->compared - diff->same);
    print_counts(arena, "records, by class", &diff->records, false);
    print_counts(arena, "values, by element", &diff->values, true);
    print_counts(arena, "set aside, by code", &diff->rejects, true);
}

static void json_counts(struct json_writer *json, const char *name,
                        const struct diff_counts *counts, const char *by)
{
    json_name(json, name);
    json_open(json, '[');
    for (size_t i = 0; i < counts->count; i++) {
        const struct diff_count *count = &counts->list[i];
        json_open(json, '{');
        json_member(json, by, count->name);
        json_member_int(json, "only_a", (int64_t)count->left);
        json_member_int(json, "only_b", (int64_t)count->right);
        json_member_int(json, "changed", (int64_t)count->changed);
        json_name(json, "examples");
        json_open(json, '[');
        for (size_t e = 0; e < count->example_count; e++) {
            json_open(json, '{');
            json_member_int(json, "line", count->examples[e].line);
            json_member(json, "key", count->examples[e].key);
            json_member(json, "part", count->examples[e].part);
            json_member(json, "a", text_or_null(count->examples[e].left));
            json_member(json, "b", text_or_null(count->examples[e].right));
            json_close(json, '}');
        }
        json_close(json, ']');
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void print_json(struct arena *arena, const struct diff *diff)
{
    struct json_writer json = {.out = {.arena = arena}};
    json_open(&json, '{');
    json_member_int(&json, "compared", (int64_t)diff->compared);
    json_member_int(&json, "same", (int64_t)diff->same);
    json_counts(&json, "records", &diff->records, "class");
    json_counts(&json, "values", &diff->values, "element");
    json_counts(&json, "rejects", &diff->rejects, "code");
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
}

static enum exit_status diff_mapping(const struct call *call, struct error *err)
{
    struct site site = {0};
    struct looked file;
    const struct mapping *left = look_mapping(call, call->arguments[0], &site, err);
    const struct mapping *right = left ? look_mapping(call, call->arguments[1], &site, err) : NULL;
    if (!right || !look_read(call->arena, call->arguments[2], &file, err))
        return EXIT_WRONG;
    const struct diff *diff =
        diff_mappings(call->arena, site.dictionary, left, right, file.content);
    if (call_has(call, "json"))
        print_json(call->arena, diff);
    else
        print_text(call->arena, diff);
    return diff->same == diff->compared ? EXIT_DONE : EXIT_FOUND;
}

const struct command command_diff_mapping = {
    .name = "diff-mapping",
    .usage = "A B FILE [--json]",
    .summary = "show what two mappings make of a file differently",
    .help =
        "A and B are mapping files or names of sources. Prints, with examples, which records only\n"
        "one of them makes, which values differ, counted by element, and which records are set\n"
        "aside. Exit status 1 when there is a difference. Needs no database.",
    .options = (const struct option[]){{"json", NULL, "the same for programs"}, {0}},
    .least = 3,
    .most = 3,
    .run = diff_mapping,
};
