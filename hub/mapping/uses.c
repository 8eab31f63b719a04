/* Which fields a mapping reads. */
#include "hub/base/list.h"
#include "hub/mapping/rules.h"

struct names {
    const char **list;
    size_t count, room;
};

static void add_name(struct arena *arena, struct names *names, const char *name)
{
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

static void add_value(struct arena *arena, struct names *names, const struct value_rule *value)
{
    const struct template *const templates[] = {value->template, value->scheme, value->kind,
                                                value->group, value->country};
    for (size_t i = 0; i < COUNT_OF(templates); i++)
        add_template(arena, names, templates[i]);
    if (value->each)
        add_name(arena, names, value->each);
    add_conditions(arena, names, &value->when);
}

static void add_record(struct arena *arena, struct names *names, const struct record_rule *record)
{
    const struct template *const templates[] = {record->key, record->part, record->version.from,
                                                record->effective.from, record->region_from};
    for (size_t i = 0; i < COUNT_OF(templates); i++)
        add_template(arena, names, templates[i]);
    if (record->each)
        add_name(arena, names, record->each);
    add_conditions(arena, names, &record->when);
    for (const struct relation_rule *rule = record->relations; rule; rule = rule->next) {
        add_template(arena, names, rule->part);
        add_template(arena, names, rule->key);
    }
    for (const struct value_rule *value = record->values; value; value = value->next)
        add_value(arena, names, value);
}

const char *const *mapping_fields(struct arena *arena, const struct mapping *mapping)
{
    struct names names = {0};
    for (const struct delete_rule *rule = mapping->deletes; rule; rule = rule->next)
        add_conditions(arena, &names, &rule->when);
    for (const struct record_rule *record = mapping->records; record; record = record->next)
        add_record(arena, &names, record);
    LIST_ADD(arena, &names, NULL);
    return names.list;
}

bool mapping_fills(const struct mapping *mapping, const struct element *element)
{
    for (const struct record_rule *record = mapping->records; record; record = record->next)
        for (const struct value_rule *value = record->values; value; value = value->next)
            if (text_equal(value->element->name, element->name))
                return true;
    return false;
}
