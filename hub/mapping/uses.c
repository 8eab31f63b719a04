/* Which fields a mapping reads. */
#include "hub/mapping/rules.h"

struct names {
    struct arena *arena;
    const char **list;
    size_t count, room;
};

static void add_name(struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (text_equal(names->list[i], name))
            return;
    if (names->count + 1 >= names->room) {
        const char **more = NEW_ARRAY(names->arena, const char *, 2 * names->room + 16);
        for (size_t i = 0; i < names->count; i++)
            more[i] = names->list[i];
        names->list = more;
        names->room = 2 * names->room + 16;
    }
    names->list[names->count++] = name;
    names->list[names->count] = NULL;
}

static void add_template(struct names *names, const struct template *template)
{
    for (; template; template = template->next)
        if (template->is_field)
            add_name(names, template->text);
}

static void add_value(struct names *names, const struct value_rule *value)
{
    const char *const conditions[] = {value->only_if, value->unless};
    const struct template *const templates[] = {value->template, value->scheme, value->kind,
                                                value->group, value->country};
    for (size_t i = 0; i < COUNT_OF(templates); i++)
        add_template(names, templates[i]);
    for (size_t i = 0; i < COUNT_OF(conditions); i++)
        if (conditions[i])
            add_name(names, conditions[i]);
}

const char *const *mapping_fields(struct arena *arena, const struct mapping *mapping)
{
    struct names names = {.arena = arena, .list = NEW_ARRAY(arena, const char *, 1), .room = 1};
    for (const struct record_rule *record = mapping->records; record; record = record->next) {
        add_template(&names, record->key);
        add_template(&names, record->part);
        for (const struct value_rule *value = record->values; value; value = value->next)
            add_value(&names, value);
    }
    return names.list;
}
