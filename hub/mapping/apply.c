#include "hub/mapping/applying.h"
#include "hub/mapping/condition.h"

bool apply_refuse(struct applying *applying, const char *stage, const char *code,
                  const char *message)
{
    *applying->reject = (struct reject){.stage = stage, .code = code, .message = message};
    return false;
}

bool apply_refuse_too_many(struct applying *applying, const char *code, const char *what,
                           size_t most)
{
    return apply_refuse(applying, "size", code,
                        arena_printf(applying->arena, "more than %zu %s", most, what));
}

static bool is_made(const struct applying *applying, const char *key, const char *part)
{
    for (size_t i = 0; i < applying->count; i++)
        if (text_equal(applying->made[i].record->part, part) &&
            text_equal(applying->made[i].record->key, key))
            return true;
    return false;
}

static struct made *add_record(struct applying *applying, const struct record_rule *rule,
                               const char *key, const char *part)
{
    if (applying->count == applying->room) {
        applying->room = applying->room ? applying->room * 2 : 4;
        struct made *larger = NEW_ARRAY(applying->arena, struct made, applying->room);
        for (size_t i = 0; i < applying->count; i++)
            larger[i] = applying->made[i];
        applying->made = larger;
    }
    const struct mapping *mapping = applying->mapping;
    struct record *record = NEW(applying->arena, struct record);
    *record = (struct record){
        .id = record_id(mapping->source, key, part),
        .class_name = rule->class_name,
        .source = mapping->source,
        .key = key,
        .part = part,
        .region = mapping->region,
    };
    struct made *made = &applying->made[applying->count++];
    *made = (struct made){.record = record, .rule = rule, .fields = applying->fields};
    return made;
}

static bool add_built(struct building *building, const struct record_rule *rule,
                      const struct fields *fields, const char *key, const char *part)
{
    struct applying *applying = building->applying;
    if (is_made(applying, key, part))
        return apply_refuse(
            applying, "map", "part-repeated",
            arena_printf(applying->arena, "the part '%s' stands in it twice", part));
    if (applying->count == MAPPING_RECORDS_MOST)
        return apply_refuse_too_many(applying, "too-many-records", "records in one",
                                     MAPPING_RECORDS_MOST);
    struct made *made = add_record(applying, rule, key, part);
    made->fields = fields;
    made->record->values = building->values;
    made->record->count = building->count;
    apply_heading(applying, made);
    return true;
}

/* A key or a part: what names a record must be there. */
static const char *read_name(struct applying *applying, const struct template *template,
                             const struct fields *fields, const char *what)
{
    struct arena *arena = applying->arena;
    const char *flag = NULL, *missing = NULL;
    const char *text = template_fill(arena, template, fields, &flag, &missing);
    if (!text || flag) {
        if (flag)
            apply_refuse(applying, "map", "no-key",
                         arena_printf(arena, "no %s: its field cannot be read (%s)", what, flag));
        else
            apply_refuse(
                applying, "map", "no-key",
                arena_printf(arena, "no %s: the field '%s' is empty or missing", what, missing));
        return NULL;
    }
    text = text_trim(arena, text);
    if (strlen(text) <= MAPPING_KEY_MOST)
        return text;
    apply_refuse(applying, "size", "key-too-long",
                 arena_printf(arena, "the %s has %zu bytes, at most %d are taken", what,
                              strlen(text), MAPPING_KEY_MOST));
    return NULL;
}

static bool has_value(const struct building *building, const struct element *element)
{
    for (size_t i = 0; i < building->count; i++)
        if (building->values[i].element == element)
            return true;
    return false;
}

/* A record that must be there is made even when nothing is known but its key. */
static bool map_record(struct applying *applying, const struct record_rule *rule,
                       const struct fields *fields, const char *part, bool must)
{
    struct building building = {.applying = applying};
    const char *key = read_name(applying, rule->key, applying->fields, "key");
    if (!key)
        return false;
    for (const struct value_rule *value = rule->values; value; value = value->next)
        if (!apply_value(&building, value, fields))
            return false;
    if (rule->needs ? !has_value(&building, rule->needs) : !must && !building.stated) {
        trace_forget(applying->trace, applying->count);
        return true;
    }
    return add_built(&building, rule, fields, key, part);
}

/* A part that no field names is called by its place in the list: "child-1". */
static const char *part_of(struct applying *applying, const struct record_rule *rule,
                           const struct fields *item, size_t ordinal)
{
    if (!rule->part)
        return arena_printf(applying->arena, "%zu", ordinal);
    const char *part = read_name(applying, rule->part, item, "part");
    if (rule->part->next || rule->part->is_field || !part)
        return part;
    return arena_printf(applying->arena, "%s-%zu", part, ordinal);
}

static bool map_items(struct applying *applying, const struct record_rule *rule)
{
    const struct fields *const *items;
    size_t count = fields_each(applying->arena, applying->fields, rule->each, &items);
    for (size_t i = 0; i < count; i++) {
        if (!conditions_met(applying->arena, &rule->when, items[i]))
            continue;
        const char *part = part_of(applying, rule, items[i], i + 1);
        if (!part || !map_record(applying, rule, items[i], part, false))
            return false;
    }
    return true;
}

static bool map_rule(struct applying *applying, const struct record_rule *rule)
{
    if (rule->each)
        return map_items(applying, rule);
    if (!conditions_met(applying->arena, &rule->when, applying->fields))
        return true;
    const char *part = rule->part ? read_name(applying, rule->part, applying->fields, "part") : "";
    return part &&
           map_record(applying, rule, applying->fields, part, !rule->part || rule->when.only_if);
}

static bool is_deletion(const struct applying *applying)
{
    for (const struct delete_rule *rule = applying->mapping->deletes; rule; rule = rule->next)
        if (conditions_met(applying->arena, &rule->when, applying->fields))
            return true;
    return false;
}

/* The part that a rule names without looking into a list; "" where it names none. */
static const char *part_gone(struct applying *applying, const struct record_rule *rule)
{
    const char *flag = NULL;
    const char *part = rule->part && !rule->each ? template_fill(applying->arena, rule->part,
                                                                 applying->fields, &flag, NULL)
                                                 : NULL;
    part = part ? text_trim(applying->arena, part) : "";
    return strlen(part) <= MAPPING_KEY_MOST ? part : "";
}

/* Some rule must know the key; what the deletion lacks of others' keys is nobody's fault. */
static bool map_deletion(struct applying *applying)
{
    for (const struct record_rule *rule = applying->mapping->records; rule; rule = rule->next) {
        const char *key = read_name(applying, rule->key, applying->fields, "key");
        const char *part = key ? part_gone(applying, rule) : NULL;
        if (!key || is_made(applying, key, part))
            continue;
        struct made *made = add_record(applying, rule, key, part);
        made->record->deleted = true;
        apply_heading(applying, made);
    }
    return applying->count > 0;
}

static bool map_all(struct applying *applying)
{
    if (is_deletion(applying))
        return map_deletion(applying);
    for (const struct record_rule *rule = applying->mapping->records; rule; rule = rule->next)
        if (!map_rule(applying, rule))
            return false;
    apply_relations(applying);
    return true;
}

bool mapping_apply_traced(struct arena *arena, const struct mapping *mapping,
                          const struct fields *fields, struct mapped *mapped, struct reject *reject,
                          struct trace *trace)
{
    struct applying applying = {
        .arena = arena, .mapping = mapping, .fields = fields, .reject = reject, .trace = trace};
    if (!map_all(&applying))
        return false;
    struct record **records = NEW_ARRAY(arena, struct record *, applying.count + 1);
    for (size_t i = 0; i < applying.count; i++)
        records[i] = applying.made[i].record;
    *mapped = (struct mapped){.records = records, .count = applying.count};
    return true;
}

bool mapping_apply(struct arena *arena, const struct mapping *mapping, const struct fields *fields,
                   struct mapped *mapped, struct reject *reject)
{
    return mapping_apply_traced(arena, mapping, fields, mapped, reject, NULL);
}
