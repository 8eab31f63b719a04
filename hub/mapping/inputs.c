/* Which fields of the whole record a mapping reads, and what is lost without one. */
#include "hub/base/list.h"
#include "hub/mapping/rules.h"

struct names {
    struct arena *arena;
    const char **list;
    size_t count, room;
};

struct losses {
    struct arena *arena;
    struct loss *list;
    size_t count, room;
};

static void add_name(struct names *names, const char *name)
{
    for (size_t i = 0; name && i < names->count; i++)
        if (text_equal(names->list[i], name))
            return;
    if (name)
        LIST_ADD(names->arena, names, name);
}

static void add_template(struct names *names, const struct template *template)
{
    for (; template; template = template->next)
        if (template->is_field)
            add_name(names, template->text);
}

static void add_conditions(struct names *names, const struct conditions *when)
{
    add_name(names, when->only_if ? when->only_if->field : NULL);
    add_name(names, when->unless ? when->unless->field : NULL);
}

/* Of what a record says of itself and of others. */
static void add_heading(struct names *names, const struct record_rule *record)
{
    add_conditions(names, &record->when);
    add_template(names, record->version.from);
    add_template(names, record->effective.from);
    add_template(names, record->region_from);
    for (const struct relation_rule *relation = record->relations; relation;
         relation = relation->next) {
        add_template(names, relation->part);
        add_template(names, relation->key);
    }
}

/* Of a value whose record is the whole one. */
static void add_value(struct names *names, const struct value_rule *value)
{
    add_name(names, value->each);
    if (value->each)
        return;
    add_conditions(names, &value->when);
    add_template(names, value->template);
    add_template(names, value->kind);
    add_template(names, value->scheme);
    add_template(names, value->group);
    add_template(names, value->country);
    add_template(names, value->plus);
    add_name(names, value->verified_if ? value->verified_if->field : NULL);
}

const char *const *mapping_inputs(struct arena *arena, const struct mapping *mapping)
{
    struct names names = {.arena = arena};
    for (const struct delete_rule *rule = mapping->deletes; rule; rule = rule->next)
        add_conditions(&names, &rule->when);
    for (const struct record_rule *record = mapping->records; record; record = record->next) {
        add_template(&names, record->key);
        add_name(&names, record->each);
        if (record->each)
            continue;
        add_template(&names, record->part);
        add_heading(&names, record);
        for (const struct value_rule *value = record->values; value; value = value->next)
            add_value(&names, value);
    }
    LIST_ADD(arena, &names, NULL);
    return names.list;
}

static bool has_field(const struct template *template)
{
    while (template && !template->is_field)
        template = template->next;
    return template;
}

static bool reads(const struct template *template, const char *input)
{
    while (template && !(template->is_field && text_equal(template->text, input)))
        template = template->next;
    return template;
}

static bool is_input(const char *name, const char *input)
{
    return name && text_equal(name, input);
}

/* A word that is the same in every record, or NULL. */
static const char *constant(struct arena *arena, const struct template *word)
{
    if (!word)
        return "";
    return has_field(word) || word->next ? NULL
                                         : text_lower_ascii(arena, text_trim(arena, word->text));
}

static void add_loss(struct losses *losses, const struct record_rule *record,
                     const struct value_rule *value)
{
    struct arena *arena = losses->arena;
    bool part = record->part && (record->part->next || record->part->is_field);
    const char *name = record->part ? record->part->text : "";
    LIST_ADD(arena, losses,
             ((struct loss){
                 .element = value->element,
                 .part = record->each || part ? NULL : name,
                 .kind = value->each ? NULL : constant(arena, value->kind),
                 .scheme = value->each ? NULL : constant(arena, value->scheme),
                 .group = value->each || record->each ? NULL : constant(arena, value->group),
                 .with_part = record->each || record->part || record->needs || record->when.only_if,
             }));
}

static bool is_condition(const struct condition *condition, const char *input)
{
    return condition && is_input(condition->field, input);
}

static bool loses(const struct record_rule *record, const struct value_rule *value,
                  const char *input)
{
    if (record->each)
        return is_input(record->each, input);
    if (value->each)
        return is_input(value->each, input);
    return is_condition(record->when.only_if, input) || is_condition(value->when.only_if, input) ||
           reads(value->template, input);
}

size_t mapping_losses(struct arena *arena, const struct mapping *mapping, const char *input,
                      const struct loss **losses)
{
    struct losses found = {.arena = arena};
    for (const struct record_rule *record = mapping->records; record; record = record->next)
        for (const struct value_rule *value = record->values; value; value = value->next)
            if (loses(record, value, input))
                add_loss(&found, record, value);
    *losses = found.list;
    return found.count;
}
