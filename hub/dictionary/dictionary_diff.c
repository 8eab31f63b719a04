#include "hub/dictionary/dictionary_diff.h"

#include "hub/base/list.h"
#include "hub/dictionary/domain.h"

struct changes {
    struct arena *arena;
    struct dictionary_change *list;
    size_t count, room;
};

static const struct {
    const char *word;
    bool risky;
} kinds[] = {
    [CHANGE_CLASS_ADDED] = {"class added", false},
    [CHANGE_CLASS_REMOVED] = {"class removed", true},
    [CHANGE_IDENTITY] = {"identity changed", false},
    [CHANGE_ELEMENT_ADDED] = {"element added", false},
    [CHANGE_ELEMENT_REMOVED] = {"element removed", true},
    [CHANGE_ELEMENT_RETYPED] = {"element retyped", true},
    [CHANGE_DOMAIN_NARROWED] = {"domain narrowed", true},
    [CHANGE_DOMAIN_WIDENED] = {"domain widened", false},
    [CHANGE_CODE_REMOVED] = {"code removed", true},
    [CHANGE_CODE_ADDED] = {"code added", false},
    [CHANGE_TREATMENT] = {"treatment changed", false},
    [CHANGE_REGISTER] = {"register changed", false},
    [CHANGE_TEXT] = {"text changed", false},
};

const char *dictionary_change_word(enum dictionary_change_kind kind)
{
    return kinds[kind].word;
}

/* An element in both dictionaries; NULL: not there. */
struct pair {
    const struct element *before, *after;
};

static void add(struct changes *changes, enum dictionary_change_kind kind, struct pair of,
                const char *what, const char *before, const char *after)
{
    LIST_ADD(changes->arena, changes,
             ((struct dictionary_change){
                 .kind = kind,
                 .name = of.before ? of.before->name : of.after->name,
                 .what = what,
                 .before = before,
                 .after = after,
                 .element_before = of.before,
                 .element_after = of.after,
                 .risky = kinds[kind].risky,
             }));
}

static void add_class(struct changes *changes, enum dictionary_change_kind kind, const char *name,
                      const char *what, const char *before, const char *after)
{
    LIST_ADD(changes->arena, changes,
             ((struct dictionary_change){.kind = kind,
                                         .name = name,
                                         .what = what,
                                         .before = before,
                                         .after = after,
                                         .risky = kinds[kind].risky}));
}

static const char *type_of(struct arena *arena, const struct element *element)
{
    return arena_printf(arena, "%s%s%s", element->many ? "many " : "",
                        domain_kind_name(element->domain->kind),
                        element->composite ? " of a composite" : "");
}

static bool is_code(const struct domain *domain)
{
    return domain->permitted;
}

static bool permits(const struct domain *domain, const char *code)
{
    for (size_t i = 0; i < domain->permitted_count; i++)
        if (text_equal(domain->permitted[i].code, code))
            return true;
    return false;
}

static void compare_codes(struct changes *changes, struct pair of)
{
    const struct domain *before = of.before->domain, *after = of.after->domain;
    for (size_t i = 0; i < before->permitted_count; i++)
        if (!permits(after, before->permitted[i].code))
            add(changes, CHANGE_CODE_REMOVED, of, "domain", before->permitted[i].code, NULL);
    for (size_t i = 0; i < after->permitted_count; i++)
        if (!permits(before, after->permitted[i].code))
            add(changes, CHANGE_CODE_ADDED, of, "domain", NULL, after->permitted[i].code);
}

/* What values a domain holds, in words. */
static const char *extent_of(struct arena *arena, const struct domain *domain)
{
    struct buffer out = {.arena = arena};
    buffer_printf(&out, "%s of at most %zu characters", domain_kind_name(domain->kind),
                  domain->length_most);
    if (domain->minimum)
        buffer_printf(&out, ", from %s", domain->minimum);
    if (domain->maximum)
        buffer_printf(&out, ", to %s", domain->maximum);
    if (domain->unit)
        buffer_printf(&out, ", in %s", domain->unit);
    if (domain->check)
        buffer_printf(&out, ", with a check digit (%s)", domain->check);
    return buffer_string(&out);
}

static void compare_extents(struct changes *changes, struct pair of)
{
    const struct domain *before = of.before->domain, *after = of.after->domain;
    struct arena *arena = changes->arena;
    const char *was = extent_of(arena, before), *is = extent_of(arena, after);
    if (text_equal(was, is))
        return;
    add(changes,
        domain_excess(arena, before, after) ? CHANGE_DOMAIN_NARROWED : CHANGE_DOMAIN_WIDENED, of,
        "domain", was, is);
}

static bool is_retyped(struct arena *arena, struct pair of)
{
    return !text_equal(type_of(arena, of.before), type_of(arena, of.after)) ||
           !text_equal(text_or_empty(of.before->composite), text_or_empty(of.after->composite));
}

static void compare_values(struct changes *changes, struct pair of)
{
    struct arena *arena = changes->arena;
    if (is_retyped(arena, of))
        add(changes, CHANGE_ELEMENT_RETYPED, of, "domain", type_of(arena, of.before),
            type_of(arena, of.after));
    else if (is_code(of.before->domain))
        compare_codes(changes, of);
    else
        compare_extents(changes, of);
}

static const char *synonyms_of(struct arena *arena, const struct element *element)
{
    struct buffer out = {.arena = arena};
    for (const char *const *synonym = element->synonyms; *synonym; synonym++)
        buffer_printf(&out, "%s%s", out.length ? "|" : "", *synonym);
    return buffer_string(&out);
}

static const char *sensitivity_of(struct arena *arena, const struct element *element)
{
    (void)arena;
    return sensitivity_name(element->sensitivity);
}

/* What else an element says: a text that stands in it, or one that is made of it. */
static const struct {
    const char *what;
    enum dictionary_change_kind kind;
    size_t offset; /* of a const char * in struct element */
    const char *(*text)(struct arena *arena, const struct element *element);
} texts[] = {
    {"label", CHANGE_TEXT, offsetof(struct element, label), NULL},
    {"definition", CHANGE_TEXT, offsetof(struct element, definition), NULL},
    {"synonyms", CHANGE_TEXT, 0, synonyms_of},
    {"standardiser", CHANGE_TREATMENT, offsetof(struct element, standardiser), NULL},
    {"comparator", CHANGE_TREATMENT, offsetof(struct element, comparator), NULL},
    {"survivorship", CHANGE_TREATMENT, offsetof(struct element, survivorship), NULL},
    {"group", CHANGE_TREATMENT, offsetof(struct element, group), NULL},
    {"about", CHANGE_TREATMENT, offsetof(struct element, about), NULL},
    {"sensitivity", CHANGE_REGISTER, 0, sensitivity_of},
    {"steward", CHANGE_REGISTER, offsetof(struct element, steward), NULL},
    {"status", CHANGE_REGISTER, offsetof(struct element, status), NULL},
    {"version", CHANGE_REGISTER, offsetof(struct element, version), NULL},
    {"retention", CHANGE_REGISTER, offsetof(struct element, retention), NULL},
    {"purpose", CHANGE_REGISTER, offsetof(struct element, purpose), NULL},
};

static const char *text_of(struct arena *arena, size_t at, const struct element *element)
{
    if (texts[at].text)
        return texts[at].text(arena, element);
    const char *text;
    memcpy(&text, (const char *)element + texts[at].offset, sizeof(text));
    return text_or_empty(text);
}

static void compare_texts(struct changes *changes, struct pair of)
{
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const char *before = text_of(changes->arena, i, of.before);
        const char *after = text_of(changes->arena, i, of.after);
        if (!text_equal(before, after))
            add(changes, texts[i].kind, of, texts[i].what, text_or_null(before),
                text_or_null(after));
    }
}

static const char *paths_of(struct arena *arena, const struct element *const *elements,
                            size_t count)
{
    struct buffer out = {.arena = arena};
    for (size_t i = 0; i < count; i++)
        buffer_printf(&out, "%s%s", i ? " " : "", elements[i]->path);
    return buffer_string(&out);
}

static const char *identities_of(struct arena *arena, const struct object_class *class)
{
    struct buffer out = {.arena = arena};
    for (size_t i = 0; i < class->identity_count; i++) {
        const struct identity *identity = &class->identities[i];
        buffer_printf(&out, "%s%s", i ? "; " : "", paths_of(arena, identity->of, identity->count));
        if (identity->agree_count)
            buffer_printf(&out, ", agreeing in %s",
                          paths_of(arena, identity->agree, identity->agree_count));
    }
    if (class->visitor)
        buffer_printf(&out, "%sstitched by %s at %s", out.length ? "; " : "", class->visitor->path,
                      paths_of(arena, class->moments, class->moment_count));
    return buffer_string(&out);
}

static void compare_classes(struct changes *changes, const struct object_class *before,
                            const struct object_class *after)
{
    const struct {
        const char *what, *before, *after;
        enum dictionary_change_kind kind;
    } sides[] = {
        {"label", before->label, after->label, CHANGE_TEXT},
        {"definition", before->definition, after->definition, CHANGE_TEXT},
        {"steward", before->steward, after->steward, CHANGE_REGISTER},
        {"identity", identities_of(changes->arena, before), identities_of(changes->arena, after),
         CHANGE_IDENTITY},
    };
    for (size_t i = 0; i < COUNT_OF(sides); i++)
        if (!text_equal(sides[i].before, sides[i].after))
            add_class(changes, sides[i].kind, after->name, sides[i].what,
                      text_or_null(sides[i].before), text_or_null(sides[i].after));
}

static void add_element(struct changes *changes, const struct element *element)
{
    add(changes, CHANGE_ELEMENT_ADDED, (struct pair){NULL, element}, "", NULL,
        type_of(changes->arena, element));
}

static void remove_element(struct changes *changes, const struct element *element)
{
    add(changes, CHANGE_ELEMENT_REMOVED, (struct pair){element, NULL}, "",
        type_of(changes->arena, element), NULL);
}

/* Those of a class that the other dictionary lacks; all of them where it lacks the class. */
static void remove_elements(struct changes *changes, const struct dictionary *before,
                            const struct object_class *class, const struct dictionary *after)
{
    for (size_t i = 0; i < class->count; i++) {
        const struct element *element = &before->elements[class->first + i];
        if (!dictionary_element(after, element->name))
            remove_element(changes, element);
    }
}

static void compare_class(struct changes *changes, const struct dictionary *before,
                          const struct dictionary *after, const struct object_class *class)
{
    const struct object_class *old = dictionary_class(before, class->name);
    if (old)
        compare_classes(changes, old, class);
    else
        add_class(changes, CHANGE_CLASS_ADDED, class->name, "", NULL, class->label);
    for (size_t i = 0; i < class->count; i++) {
        const struct element *element = &after->elements[class->first + i];
        struct pair of = {dictionary_element(before, element->name), element};
        if (!of.before) {
            add_element(changes, element);
            continue;
        }
        compare_values(changes, of);
        compare_texts(changes, of);
    }
    if (old)
        remove_elements(changes, before, old, after);
}

const struct dictionary_change *dictionary_diff(struct arena *arena,
                                                const struct dictionary *before,
                                                const struct dictionary *after, size_t *count)
{
    struct changes changes = {.arena = arena};
    for (size_t i = 0; i < after->class_count; i++)
        compare_class(&changes, before, after, &after->classes[i]);
    for (size_t i = 0; i < before->class_count; i++) {
        const struct object_class *class = &before->classes[i];
        if (dictionary_class(after, class->name))
            continue;
        add_class(&changes, CHANGE_CLASS_REMOVED, class->name, "", class->label, NULL);
        remove_elements(&changes, before, class, after);
    }
    *count = changes.count;
    return changes.list;
}
