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

static void add_value(struct arena *arena, struct names *names, const struct value_rule *value)
{
    const char *const conditions[] = {value->only_if, value->unless};
    const struct template *const templates[] = {value->template, value->scheme, value->kind,
                                                value->group, value->country};
    for (size_t i = 0; i < COUNT_OF(templates); i++)
        add_template(arena, names, templates[i]);
    for (size_t i = 0; i < COUNT_OF(conditions); i++)
        if (conditions[i])
            add_name(arena, names, conditions[i]);
}

const char *const *mapping_fields(struct arena *arena, const struct mapping *mapping)
{
    struct names names = {0};
    for (const struct record_rule *record = mapping->records; record; record = record->next) {
        add_template(arena, &names, record->key);
        add_template(arena, &names, record->part);
        for (const struct value_rule *value = record->values; value; value = value->next)
            add_value(arena, &names, value);
    }
    LIST_ADD(arena, &names, NULL);
    return names.list;
}
