/* axle dictionary: the business definitions: what they are, and how a site changes them. */
#include "hub/programs/axle/dictionary.h"

#include "hub/base/json.h"
#include "hub/base/nearest.h"
#include "hub/programs/axle/findings.h"
#include "hub/store/migrate.h"

bool dictionary_at_hand(const struct call *call, struct at_hand *at_hand, struct error *err)
{
    struct error unreachable = {.kind = ERROR_NONE};
    struct findings findings = {.arena = call->arena};
    struct site site;
    *at_hand = (struct at_hand){.db = desk_connect(call, &unreachable)};
    if (at_hand->db) {
        at_hand->dictionary = applied_load(call->arena, at_hand->db, call->instance->schemas, err);
        return at_hand->dictionary != NULL;
    }
    (void)fputs("axle: no hub can be reached; this is what the files say\n", stderr);
    site_read(call->arena, call->instance, &site, &findings);
    at_hand->dictionary = site.dictionary;
    return site.dictionary ||
           error_set(err, ERROR_FATAL, "%s", finding_first(call->arena, &findings));
}

const char *dictionary_column(struct arena *arena, const struct element *element)
{
    if (element->composite)
        return arena_printf(arena, "axle.%s_%s.%s", element->class_name, element->composite,
                            strrchr(element->path, '.') + 1);
    if (element->many)
        return arena_printf(arena, "axle.%s_%s.value", element->class_name, element->column);
    return arena_printf(arena, "axle.%s.%s", element->class_name, element->column);
}

static void list_classes(const struct dictionary *dictionary)
{
    (void)printf("%-16s %8s  %s\n", "CLASS", "ELEMENTS", "DEFINITION");
    for (size_t i = 0; i < dictionary->class_count; i++)
        (void)printf("%-16s %8u  %s\n", dictionary->classes[i].name, dictionary->classes[i].count,
                     dictionary->classes[i].definition);
}

static void list_classes_json(struct arena *arena, const struct dictionary *dictionary)
{
    struct json_writer json = {.out = {.arena = arena}};
    json_open(&json, '[');
    for (size_t i = 0; i < dictionary->class_count; i++) {
        const struct object_class *class = &dictionary->classes[i];
        json_open(&json, '{');
        json_member(&json, "class", class->name);
        json_member(&json, "label", text_or_null(class->label));
        json_member(&json, "definition", class->definition);
        json_member(&json, "steward", text_or_null(class->steward));
        json_member_int(&json, "elements", class->count);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    (void)puts(buffer_string(&json.out));
}

static void list_elements(const struct element *elements, unsigned count)
{
    (void)printf("%-32s %-24s %-16s %-5s %-11s %-10s %s\n", "ELEMENT", "LABEL", "DOMAIN", "MANY",
                 "SENSITIVITY", "STATUS", "STEWARD");
    for (unsigned i = 0; i < count; i++) {
        const struct element *e = &elements[i];
        (void)printf("%-32s %-24s %-16s %-5s %-11s %-10s %s\n", e->name, e->label, e->domain->name,
                     e->many ? "yes" : "no", sensitivity_name(e->sensitivity),
                     text_or_empty(e->status), text_or_empty(e->steward));
    }
}

static void list_elements_json(struct arena *arena, const struct element *elements, unsigned count)
{
    struct json_writer json = {.out = {.arena = arena}};
    json_open(&json, '[');
    for (unsigned i = 0; i < count; i++) {
        const struct element *e = &elements[i];
        json_open(&json, '{');
        json_member(&json, "element", e->name);
        json_member(&json, "label", e->label);
        json_member(&json, "definition", e->definition);
        json_member(&json, "domain", e->domain->name);
        json_name(&json, "many");
        json_bool(&json, e->many);
        json_member(&json, "sensitivity", sensitivity_name(e->sensitivity));
        json_member(&json, "status", text_or_null(e->status));
        json_member(&json, "steward", text_or_null(e->steward));
        json_member(&json, "published", dictionary_column(arena, e));
        json_close(&json, '}');
    }
    json_close(&json, ']');
    (void)puts(buffer_string(&json.out));
}

static bool unknown_class(const struct call *call, const struct dictionary *dictionary,
                          const char *name, struct error *err)
{
    struct nearest nearest = {.word = name};
    for (size_t i = 0; i < dictionary->class_count; i++)
        nearest_offer(&nearest, dictionary->classes[i].name);
    return error_set(err, ERROR_NOT_FOUND, "there is no class '%s'%s", name,
                     nearest_hint(call->arena, nearest.best));
}

static enum exit_status list(const struct call *call, struct error *err)
{
    struct at_hand at_hand;
    bool as_json = call_has(call, "json");
    if (!dictionary_at_hand(call, &at_hand, err))
        return EXIT_WRONG;
    const struct dictionary *dictionary = at_hand.dictionary;
    if (call->count == 1) {
        if (as_json)
            list_classes_json(call->arena, dictionary);
        else
            list_classes(dictionary);
        return EXIT_DONE;
    }
    const struct object_class *class = dictionary_class(dictionary, call->arguments[1]);
    if (!class) {
        (void)unknown_class(call, dictionary, call->arguments[1], err);
        return EXIT_WRONG;
    }
    if (as_json)
        list_elements_json(call->arena, dictionary->elements + class->first, class->count);
    else
        list_elements(dictionary->elements + class->first, class->count);
    return EXIT_DONE;
}

static const struct verb {
    const char *name, *usage;
    size_t least, most; /* arguments, the verb itself included */
    enum exit_status (*run)(const struct call *call, struct error *err);
} verbs[] = {
    {"list", "list [CLASS] [--json]", 1, 2, list},
    {"show", "show NAME", 2, 2, dictionary_show},
    {"diff", "diff [--json]", 1, 1, dictionary_diff_files},
    {"apply", "apply [--dry-run] [--json]", 1, 1, dictionary_apply},
    {"schema", "schema", 1, 1, dictionary_schema},
};

static enum exit_status dictionary(const struct call *call, struct error *err)
{
    struct nearest nearest = {.word = call->arguments[0]};
    for (size_t i = 0; i < COUNT_OF(verbs); i++) {
        const struct verb *verb = &verbs[i];
        nearest_offer(&nearest, verb->name);
        if (!text_equal(verb->name, call->arguments[0]))
            continue;
        if (call->count >= verb->least && call->count <= verb->most)
            return verb->run(call, err);
        (void)error_set(err, ERROR_FATAL, "usage: axle dictionary %s", verb->usage);
        return EXIT_WRONG;
    }
    (void)error_set(err, ERROR_FATAL, "'axle dictionary' does not know '%s'%s", call->arguments[0],
                    nearest.best ? nearest_hint(call->arena, nearest.best)
                                 : "; 'axle help dictionary' says what it knows");
    return EXIT_WRONG;
}

const struct command command_dictionary = {
    .name = "dictionary",
    .usage = "list [CLASS] | show NAME | diff | apply [--dry-run] | schema",
    .summary = "the business definitions, and how a site changes them",
    .help =
        "  list          the classes; with a CLASS, its elements\n"
        "  show NAME     a class, an element or a domain in words: what it means, which values it\n"
        "                has, where it is published, which sources fill it\n"
        "  diff          what the site's dictionary.xml would change; exit status 1 if anything\n"
        "  apply         change over to it, while everything runs: views, REST, mappings and this\n"
        "                program know it at once. Prints the plan first; with --dry-run nothing "
        "else.\n"
        "                Exit status 1 when it is refused: what records carry is neither removed\n"
        "                nor made another kind of value. status=\"retired\" ends the use of an "
        "element\n"
        "                that has values.\n"
        "  schema        an XSD for mappings that names every element, for editors that complete\n"
        "\n"
        "list and show tell what the hub works with; without one, what the files say.",
    .options =
        (const struct option[]){{"json", NULL, "as JSON"}, {"dry-run", NULL, "only the plan"}, {0}},
    .least = 1,
    .most = 2,
    .run = dictionary,
};
