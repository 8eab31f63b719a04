#include "hub/mapping/applying.h"

#include "hub/base/list.h"

struct relations {
    struct relation *list;
    size_t count, room;
};

static void add_relation(struct arena *arena, struct relations *relations,
                         const struct record *record, struct relation relation)
{
    if (record_id(relation.source, relation.key, relation.part) == record->id)
        return;
    for (size_t i = 0; i < relations->count; i++) {
        const struct relation *other = &relations->list[i];
        if (text_equal(other->role, relation.role) && text_equal(other->source, relation.source) &&
            text_equal(other->key, relation.key) && text_equal(other->part, relation.part))
            return;
    }
    LIST_ADD(arena, relations, relation);
}

static void relate_to(struct arena *arena, struct relations *relations, const struct made *made,
                      const char *role, const struct record *to)
{
    add_relation(
        arena, relations, made->record,
        (struct relation){.role = role, .source = to->source, .key = to->key, .part = to->part});
}

/* A part or a key; NULL where a field of it is not there, cannot be read or is too long. */
static const char *read_name(struct arena *arena, const struct template *template,
                             const struct fields *fields)
{
    const char *flag = NULL;
    const char *text = template_fill(arena, template, fields, &flag, NULL);
    text = text && !flag ? text_trim(arena, text) : NULL;
    return text && strlen(text) <= MAPPING_KEY_MOST ? text : NULL;
}

static const struct record *find_part(const struct applying *applying, const struct made *from,
                                      const char *part)
{
    for (size_t i = 0; i < applying->count; i++)
        if (applying->made[i].record != from->record &&
            text_equal(applying->made[i].record->part, part))
            return applying->made[i].record;
    return NULL;
}

static void relate(const struct applying *applying, struct relations *relations,
                   const struct made *made, const struct relation_rule *rule)
{
    struct arena *arena = applying->arena;
    const char *part = rule->part ? read_name(arena, rule->part, made->fields) : "";
    if (!part)
        return;
    if (!rule->is_far) {
        const struct record *to = find_part(applying, made, part);
        if (to)
            relate_to(arena, relations, made, rule->role, to);
        return;
    }
    const char *key = rule->key ? read_name(arena, rule->key, made->fields) : made->record->key;
    if (key)
        add_relation(arena, relations, made->record,
                     (struct relation){
                         .role = rule->role,
                         .source = rule->source ? rule->source : applying->mapping->source,
                         .key = key,
                         .part = part,
                     });
}

static bool is_customer(const struct made *made)
{
    return text_equal(made->rule->class_name, "customer");
}

/* What says nothing of whose it is belongs to the first customer that came with it. */
static void relate_owner(const struct applying *applying, struct relations *relations,
                         const struct made *made)
{
    for (size_t i = 0; i < applying->count; i++)
        if (is_customer(&applying->made[i])) {
            relate_to(applying->arena, relations, made, "customer", applying->made[i].record);
            return;
        }
}

void apply_relations(struct applying *applying)
{
    for (size_t i = 0; i < applying->count; i++) {
        const struct made *made = &applying->made[i];
        struct relations relations = {0};
        for (const struct relation_rule *rule = made->rule->relations; rule; rule = rule->next)
            relate(applying, &relations, made, rule);
        if (!made->rule->has_owner && !is_customer(made))
            relate_owner(applying, &relations, made);
        made->record->relations = relations.list;
        made->record->relation_count = relations.count;
    }
}
