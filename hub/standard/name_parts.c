#include "hub/standard/name.h"
#include "hub/standard/parts.h"

static bool is_path(const struct value *value, const char *path)
{
    return text_equal(value->element->path, path);
}

static void split_full(const struct parts *parts, const struct value *full)
{
    struct name name;
    if (!name_parse(parts->arena, full->standard, &name))
        return;
    parts_add(parts, "name.prefix", name.prefix, full);
    parts_add(parts, "name.given", name.given, full);
    parts_add(parts, "name.middle", name.middle, full);
    parts_add(parts, "name.family", name.family, full);
    parts_add(parts, "name.former", name.former, full);
    parts_add(parts, "name.suffix", name.suffix, full);
    parts_add(parts, "name.nickname", name.nickname, full);
}

/* A full name is taken apart only where the source did not do it itself. */
static void read_full(const struct parts *parts, const struct value *full, const char *kind)
{
    const struct record *record = parts->record;
    bool is_person = kind && text_equal(kind, "person");
    if (kind ? text_equal(kind, "organization") : name_is_organization(full->standard))
        parts_add(parts, "name.organization", full->standard, full);
    else if (is_person || !parts_has(record, "name.organization", full->group))
        if (!parts_has(record, "name.given", full->group) &&
            !parts_has(record, "name.family", full->group))
            split_full(parts, full);
}

/* "Dobbins Jr" in a family name, or "Morris II" in a given one: the suffix has a place of its own. */
static void trim_end(const struct parts *parts, size_t at)
{
    const struct value *value = &parts->record->values[at];
    const char *text = value->standard, *cut = strrchr(text, ' ');
    const char *suffix = cut ? name_suffix(parts->arena, cut + 1) : NULL;
    if (!suffix || parts_has(parts->record, "name.suffix", value->group))
        return;
    size_t size = (size_t)(cut - text);
    while (size && (text[size - 1] == ',' || text[size - 1] == ' '))
        size--;
    if (!size)
        return;
    parts->record->values[at].standard = arena_strndup(parts->arena, text, size);
    parts_add(parts, "name.suffix", suffix, value);
}

static bool is_initial(const char *word)
{
    if (!*word)
        return false;
    (void)text_next(&word);
    return !*word || text_equal(word, ".");
}

/* "Dr. Robert E" in a given name: title and initial have places of their own. */
static void trim_given(const struct parts *parts, size_t at)
{
    trim_end(parts, at);
    const struct value *value = &parts->record->values[at];
    const char *text = value->standard, *gap = strchr(text, ' ');
    if (!gap)
        return;
    const char *first = arena_strndup(parts->arena, text, (size_t)(gap - text));
    if (name_is_prefix(first)) {
        parts->record->values[at].standard = text = gap + 1;
        parts_add(parts, "name.prefix", first, value);
        gap = strchr(text, ' ');
    }
    value = &parts->record->values[at];
    if (!gap || gap - text < 3 || !is_initial(gap + 1) ||
        parts_has(parts->record, "name.middle", value->group))
        return;
    parts->record->values[at].standard = arena_strndup(parts->arena, text, (size_t)(gap - text));
    parts_add(parts, "name.middle", gap + 1, value);
}

static void trim_suffix(const struct parts *parts, size_t at)
{
    struct value *value = &parts->record->values[at];
    const char *suffix = name_suffix(parts->arena, value->standard);
    if (suffix)
        value->standard = suffix;
}

static const struct {
    const char *path;
    void (*trim)(const struct parts *parts, size_t at);
} trims[] = {{"name.family", trim_end}, {"name.given", trim_given}, {"name.suffix", trim_suffix}};

static void trim(const struct parts *parts, size_t at)
{
    for (size_t i = 0; i < COUNT_OF(trims); i++)
        if (is_path(&parts->record->values[at], trims[i].path))
            trims[i].trim(parts, at);
}

void parts_of_kind(const struct parts *parts)
{
    struct record *record = parts->record;
    static const char *const personal[] = {"name.given", "name.family", "name.full"};
    const struct value *organization = record_value(record, "name.organization"), *person = NULL;
    if (parts_has(record, "kind", NULL))
        return;
    for (size_t i = 0; i < COUNT_OF(personal) && !person; i++)
        if (!organization || i < 2)
            person = record_value(record, personal[i]);
    if (person || organization) {
        struct value from = {.group = "", .kind = ""};
        parts_add(parts, "kind", person ? "person" : "organization", &from);
    }
}

void parts_of_names(const struct parts *parts)
{
    const struct record *record = parts->record;
    const char *kind = record_text(record, "kind");
    size_t given = record->count;
    for (size_t i = 0; i < given; i++)
        if (record->values[i].standard)
            trim(parts, i);
    for (size_t i = 0; i < given; i++) {
        /* A copy: adding parts moves the values. */
        const struct value value = record->values[i];
        if (value.standard && is_path(&value, "name.full"))
            read_full(parts, &value, kind);
    }
}
