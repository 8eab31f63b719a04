/* axle dictionary show: one name of the dictionary, in words. */
#include "hub/base/nearest.h"
#include "hub/programs/axle/dictionary.h"
#include "sql.gen.h"

#define CODES_SHOWN 12

static const char *kind_in_words(enum domain_kind kind)
{
    switch (kind) {
    case DOMAIN_TEXT:
        return "text";
    case DOMAIN_CODE:
        return "a code";
    case DOMAIN_DATE:
        return "a date, perhaps only its year or month";
    case DOMAIN_TIME:
        return "a time, in UTC";
    case DOMAIN_INTEGER:
        return "a whole number";
    case DOMAIN_NUMBER:
        return "a number";
    case DOMAIN_MONEY:
        return "an amount of money";
    case DOMAIN_DURATION:
        return "a duration, in seconds";
    case DOMAIN_BOOLEAN:
        return "yes or no";
    }
    return "";
}

/* Which values a domain permits, in words. */
static const char *values_of(struct arena *arena, const struct domain *domain)
{
    struct buffer out = {.arena = arena};
    if (domain->permitted)
        buffer_printf(&out, "one of %zu codes", domain->permitted_count);
    else
        buffer_text(&out, kind_in_words(domain->kind));
    if (domain->kind == DOMAIN_TEXT)
        buffer_printf(&out, " of %zu characters at most", domain->length_most);
    if (domain->minimum)
        buffer_printf(&out, ", %s or more", domain->minimum);
    if (domain->maximum)
        buffer_printf(&out, ", %s or less", domain->maximum);
    if (domain->unit)
        buffer_printf(&out, ", in %s", domain->unit);
    if (domain->check)
        buffer_printf(&out, ", with a check digit (%s)", domain->check);
    return buffer_string(&out);
}

static void say(const char *what, const char *words)
{
    if (words && *words)
        (void)printf("  %-14s %s\n", what, words);
}

static const char *joined(struct arena *arena, const char *const *words)
{
    struct buffer out = {.arena = arena};
    for (; words && *words; words++)
        buffer_printf(&out, "%s%s", out.length ? ", " : "", *words);
    return buffer_string(&out);
}

static void show_codes(struct arena *arena, const struct domain *domain, size_t most)
{
    for (size_t i = 0; i < domain->permitted_count && i < most; i++) {
        const struct permitted *code = &domain->permitted[i];
        const char *also = joined(arena, code->synonyms);
        (void)printf("  %-14s   %-12s %s%s%s%s\n", "", code->code, code->label, *also ? " (" : "",
                     also, *also ? ")" : "");
    }
    if (domain->permitted_count > most)
        (void)printf("  %-14s   ... 'axle dictionary show %s' lists them all\n", "", domain->name);
}

/* The sources whose live mapping gives it values, and how many there are. */
static bool show_fillers(const struct call *call, const struct at_hand *at_hand,
                         const struct element *element, struct error *err)
{
    struct rows rows;
    const struct sources *sources =
        sources_load(call->arena, at_hand->db, call->instance->schemas, err);
    if (!sources ||
        !db_run(call->arena, at_hand->db, &SQL_RECORD_UNREAD,
                PARAMS(db_text(element->class_name), db_text(element->path), db_text("false")),
                &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        (void)printf("  %-14s %s: %lld values\n", i ? "" : "filled by", rows_text(&rows, i, 0),
                     (long long)rows_int(&rows, i, 1));
    if (!rows.count)
        say("filled by", "nothing yet");
    struct buffer out = {.arena = call->arena};
    for (size_t i = 0; i < sources->count; i++)
        if (mapping_fills(sources->list[i].mapping, element))
            buffer_printf(&out, "%s%s", out.length ? ", " : "", sources->list[i].name);
    say("mapped by", out.length ? buffer_string(&out) : "no source");
    return true;
}

static void show_treatment(struct arena *arena, const struct element *element)
{
    say("many", element->many ? "yes: several at once" : "no");
    say("sensitivity", sensitivity_name(element->sensitivity));
    say("standardiser", element->standardiser);
    say("comparator", element->comparator);
    say("survivorship", element->survivorship);
    say("group", element->group);
    say("purpose", element->purpose);
    say("retention", element->retention);
    say("synonyms", joined(arena, element->synonyms));
    say("status", element->status);
    say("version", element->version);
    say("steward", element->steward);
}

static bool show_element(const struct call *call, const struct at_hand *at_hand,
                         const struct element *element, struct error *err)
{
    struct arena *arena = call->arena;
    (void)printf("%s: %s\n  %s\n\n", element->name, element->label, element->definition);
    say("values", arena_printf(arena, "%s (domain %s)", values_of(arena, element->domain),
                               element->domain->name));
    show_codes(arena, element->domain, CODES_SHOWN);
    show_treatment(arena, element);
    say("published as", dictionary_column(arena, element));
    return !at_hand->db || show_fillers(call, at_hand, element, err);
}

static const char *names_of(struct arena *arena, const struct element *const *list, size_t count)
{
    struct buffer out = {.arena = arena};
    for (size_t i = 0; i < count; i++)
        buffer_printf(&out, "%s%s", i ? " + " : "", list[i]->path);
    return buffer_string(&out);
}

static void show_class(struct arena *arena, const struct dictionary *dictionary,
                       const struct object_class *class)
{
    (void)printf("%s%s%s\n  %s\n\n", class->name, class->label && *class->label ? ": " : "",
                 text_or_empty(class->label), class->definition);
    say("steward", class->steward);
    for (size_t i = 0; i < class->identity_count; i++) {
        const struct identity *identity = &class->identities[i];
        const char *agree = names_of(arena, identity->agree, identity->agree_count);
        say(i ? "" : "named by",
            arena_printf(arena, "%s%s%s", names_of(arena, identity->of, identity->count),
                         *agree ? ", unless they differ in " : "", agree));
    }
    if (class->visitor)
        say("stitched by", arena_printf(arena, "%s, in the order of %s", class->visitor->path,
                                        names_of(arena, class->moments, class->moment_count)));
    (void)printf("\n");
    for (unsigned i = class->first; i < class->first + class->count; i++)
        (void)printf("  %-32s %s\n", dictionary->elements[i].name, dictionary->elements[i].label);
}

static void show_domain(struct arena *arena, const struct dictionary *dictionary,
                        const struct domain *domain)
{
    struct buffer out = {.arena = arena};
    (void)printf("%s: %s\n\n", domain->name, values_of(arena, domain));
    show_codes(arena, domain, domain->permitted_count);
    for (size_t i = 0; i < dictionary->element_count; i++)
        if (dictionary->elements[i].domain == domain)
            buffer_printf(&out, "%s%s", out.length ? ", " : "", dictionary->elements[i].name);
    say("of", buffer_string(&out));
}

static const struct domain *find_domain(const struct dictionary *dictionary, const char *name)
{
    for (size_t i = 0; i < dictionary->domain_count; i++)
        if (text_equal(dictionary->domains[i]->name, name))
            return dictionary->domains[i];
    return NULL;
}

static bool unknown(struct arena *arena, const struct dictionary *dictionary, const char *name,
                    struct error *err)
{
    struct nearest nearest = {.word = name};
    for (size_t i = 0; i < dictionary->element_count; i++)
        nearest_offer(&nearest, dictionary->elements[i].name);
    for (size_t i = 0; i < dictionary->class_count; i++)
        nearest_offer(&nearest, dictionary->classes[i].name);
    for (size_t i = 0; i < dictionary->domain_count; i++)
        nearest_offer(&nearest, dictionary->domains[i]->name);
    return error_set(err, ERROR_NOT_FOUND, "there is no class, element or domain '%s'%s", name,
                     nearest.best ? nearest_hint(arena, nearest.best)
                                  : "; 'axle dictionary list' names the classes");
}

/* All that make up a composite: "customer.address". */
static bool show_parts(const struct dictionary *dictionary, const char *name)
{
    bool any = false;
    for (size_t i = 0; i < dictionary->element_count; i++) {
        const struct element *e = &dictionary->elements[i];
        size_t length = strlen(name);
        if (strncmp(e->name, name, length) != 0 || e->name[length] != '.')
            continue;
        if (!any)
            (void)printf("%s consists of\n\n", name);
        (void)printf("  %-32s %s\n", e->name, e->label);
        any = true;
    }
    return any;
}

/* A class and a domain may have the same name: both are shown. */
enum exit_status dictionary_show(const struct call *call, struct error *err)
{
    struct at_hand at_hand;
    const char *name = call->arguments[1];
    if (!dictionary_at_hand(call, &at_hand, err))
        return EXIT_WRONG;
    const struct dictionary *dictionary = at_hand.dictionary;
    const struct element *element = dictionary_element(dictionary, name);
    const struct object_class *class = dictionary_class(dictionary, name);
    const struct domain *domain = find_domain(dictionary, name);
    if (element && !show_element(call, &at_hand, element, err))
        return EXIT_WRONG;
    if (class)
        show_class(call->arena, dictionary, class);
    if (class && domain)
        (void)printf("\n");
    if (domain)
        show_domain(call->arena, dictionary, domain);
    if (element || class || domain || show_parts(dictionary, name))
        return EXIT_DONE;
    (void)unknown(call->arena, dictionary, name, err);
    return EXIT_WRONG;
}
