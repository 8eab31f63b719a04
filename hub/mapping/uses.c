/* Which fields a mapping reads. */
#include "hub/base/list.h"
#include "hub/mapping/rules.h"

struct names {
    const char **list;
    size_t count, room;
    enum format_kind kind;
    bool joins;         /* `each` and what is read within its items */
    const char *within; /* NULL: the whole record */
};

/* From the whole record on, as the format names fields. */
static const char *joined(struct arena *arena, const struct names *names, const char *name)
{
    if (!names->joins || !names->within)
        return name;
    if (names->kind != FORMAT_XML)
        return arena_printf(arena, names->kind == FORMAT_MIME ? "%s/%s" : "%s%s", names->within,
                            name);
    if (text_equal(name, "."))
        return names->within;
    return *name == '/' ? name : arena_printf(arena, "%s/%s", names->within, name);
}

static void add_name(struct arena *arena, struct names *names, const char *name)
{
    name = joined(arena, names, name);
    for (size_t i = 0; i < names->count; i++)
        if (text_equal(names->list[i], name))
            return;
    LIST_ADD(arena, names, name);
}

static void add_template(struct arena *arena, struct names *names, const struct template *template)
{
    for (; template; template = template->next)
        if (template->is_field)
            add_name(arena, names, template->text);
}

static void add_conditions(struct arena *arena, struct names *names, const struct conditions *when)
{
    if (when->only_if)
        add_name(arena, names, when->only_if->field);
    if (when->unless)
        add_name(arena, names, when->unless->field);
}

/* Enter the items of a list; what was around them. */
static const char *enter(struct arena *arena, struct names *names, const char *each)
{
    const char *around = names->within;
    if (!each)
        return around;
    /* Of XML a list is nothing but its items; elsewhere it is a field itself. */
    if (!names->joins || names->kind != FORMAT_XML)
        add_name(arena, names, each);
    names->within = joined(arena, names, each);
    return around;
}

static void add_value(struct arena *arena, struct names *names, const struct value_rule *value)
{
    const char *around = enter(arena, names, value->each);
    const struct template *const templates[] = {value->template, value->scheme,  value->kind,
                                                value->group,    value->country, value->plus};
    for (size_t i = 0; i < COUNT_OF(templates); i++)
        add_template(arena, names, templates[i]);
    add_conditions(arena, names, &value->when);
    if (value->verified_if)
        add_name(arena, names, value->verified_if->field);
    names->within = around;
}

static void add_record(struct arena *arena, struct names *names, const struct record_rule *record)
{
    const struct template *const templates[] = {record->part, record->version.from,
                                                record->effective.from, record->region_from};
    add_template(arena, names, record->key);
    const char *around = enter(arena, names, record->each);
    for (size_t i = 0; i < COUNT_OF(templates); i++)
        add_template(arena, names, templates[i]);
    add_conditions(arena, names, &record->when);
    for (const struct relation_rule *rule = record->relations; rule; rule = rule->next) {
        add_template(arena, names, rule->part);
        add_template(arena, names, rule->key);
    }
    for (const struct value_rule *value = record->values; value; value = value->next)
        add_value(arena, names, value);
    names->within = around;
}

static const char *const *names_of(struct arena *arena, const struct mapping *mapping, bool joins)
{
    struct names names = {.kind = mapping->format.kind, .joins = joins};
    for (const struct delete_rule *rule = mapping->deletes; rule; rule = rule->next)
        add_conditions(arena, &names, &rule->when);
    for (const struct record_rule *record = mapping->records; record; record = record->next)
        add_record(arena, &names, record);
    LIST_ADD(arena, &names, NULL);
    return names.list;
}

const char *const *mapping_fields(struct arena *arena, const struct mapping *mapping)
{
    return names_of(arena, mapping, false);
}

const char *const *mapping_paths(struct arena *arena, const struct mapping *mapping)
{
    return names_of(arena, mapping, true);
}

bool mapping_fills(const struct mapping *mapping, const struct element *element)
{
    for (const struct record_rule *record = mapping->records; record; record = record->next)
        for (const struct value_rule *value = record->values; value; value = value->next)
            if (text_equal(value->element->name, element->name))
                return true;
    return false;
}
