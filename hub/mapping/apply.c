#include "hub/mapping/rules.h"

/* What one source record becomes, while it grows. */
struct applying {
    struct arena *arena;
    const struct mapping *mapping;
    const struct fields *fields; /* of the whole source record */
    struct reject *reject;
    struct record **records;
    size_t count, room;
};

/* One dictionary record of it. */
struct building {
    struct applying *applying;
    struct value *values;
    size_t count, room;
    bool stated; /* something in it comes from the source, not from the mapping */
};

static bool refuse(struct applying *applying, const char *stage, const char *code,
                   const char *message)
{
    *applying->reject = (struct reject){.stage = stage, .code = code, .message = message};
    return false;
}

static bool refuse_too_many(struct applying *applying, const char *code, const char *what,
                            size_t most)
{
    return refuse(applying, "size", code,
                  arena_printf(applying->arena, "more than %zu %s", most, what));
}

static bool add_value(struct building *building, struct value value)
{
    if (building->count == MAPPING_VALUES_MOST)
        return refuse_too_many(building->applying, "too-many-values", "values",
                               MAPPING_VALUES_MOST);
    if (building->count == building->room) {
        building->room = building->room ? building->room * 2 : 24;
        struct value *values = NEW_ARRAY(building->applying->arena, struct value, building->room);
        if (building->count)
            memcpy(values, building->values, building->count * sizeof(*values));
        building->values = values;
    }
    building->values[building->count++] = value;
    return true;
}

/* A word about a value; what is absent or cannot be read is "". */
static const char *word(struct arena *arena, const struct template *template,
                        const struct fields *fields)
{
    const char *flag = NULL;
    const char *text = template ? template_fill(arena, template, fields, &flag, NULL) : NULL;
    return text ? text_trim(arena, text) : "";
}

static bool is_longer(const char *text, size_t most)
{
    return strlen(text) > most && text_length(text) > most;
}

/* From the source's text to what is standardised; NULL where nothing is left. */
static const char *refine(struct arena *arena, const struct value_rule *rule, const char *raw,
                          const char **flag)
{
    if (raw && is_longer(raw, MAPPING_VALUE_MOST)) {
        *flag = "too-long";
        return NULL;
    }
    const char *text =
        rule->transforms ? transforms_apply(arena, rule->transforms, raw, flag) : raw;
    if (*flag || !text)
        return NULL;
    if (is_longer(text, MAPPING_VALUE_MOST)) {
        *flag = "too-long";
        return NULL;
    }
    if (!rule->date)
        return text;
    const char *date = date_read(arena, rule->date, text, date_this_year());
    if (!date)
        *flag = "date";
    return date;
}

static bool map_value(struct building *building, const struct value_rule *rule,
                      const struct fields *fields, const char *group)
{
    struct arena *arena = building->applying->arena;
    const char *flag = NULL;
    const char *raw =
        rule->constant ? rule->constant : template_fill(arena, rule->template, fields, &flag, NULL);
    const char *text = flag ? NULL : refine(arena, rule, raw, &flag);
    if (!text && !flag)
        return true;
    building->stated |= raw && !rule->constant;
    return add_value(building,
                     (struct value){
                         .element = rule->element,
                         .raw = raw    ? raw
                                : text ? text
                                       : "",
                         .text = text,
                         .flag = flag,
                         .group = group,
                         .kind = text_lower_ascii(arena, word(arena, rule->kind, fields)),
                         .scheme = text_lower_ascii(arena, word(arena, rule->scheme, fields)),
                         .country = word(arena, rule->country, fields),
                         .verified = rule->verified,
                     });
}

/* Each item of a list of composites is one of its own. */
static bool map_each(struct building *building, const struct value_rule *rule,
                     const struct fields *fields)
{
    struct arena *arena = building->applying->arena;
    const struct fields *const *items;
    size_t count = fields_each(arena, fields, rule->each, &items);
    for (size_t i = 0; i < count; i++) {
        const char *group = word(arena, rule->group, items[i]);
        if (rule->element->composite)
            group = arena_printf(arena, "%s%zu", group, i + 1);
        if (!map_value(building, rule, items[i], group))
            return false;
    }
    return true;
}

static bool add_record(struct building *building, const struct record_rule *rule, const char *key,
                       const char *part)
{
    struct applying *applying = building->applying;
    for (size_t i = 0; i < applying->count; i++)
        if (text_equal(applying->records[i]->part, part) &&
            text_equal(applying->records[i]->key, key))
            return refuse(applying, "map", "part-repeated",
                          arena_printf(applying->arena, "the part '%s' stands in it twice", part));
    if (applying->count == MAPPING_RECORDS_MOST)
        return refuse_too_many(applying, "too-many-records", "records in one",
                               MAPPING_RECORDS_MOST);
    if (applying->count == applying->room) {
        applying->room = applying->room ? applying->room * 2 : 4;
        struct record **records = NEW_ARRAY(applying->arena, struct record *, applying->room);
        for (size_t i = 0; i < applying->count; i++)
            records[i] = applying->records[i];
        applying->records = records;
    }
    const struct mapping *mapping = applying->mapping;
    struct record *record = NEW(applying->arena, struct record);
    *record = (struct record){
        .id = record_id(mapping->source, key, part),
        .class_name = rule->class_name,
        .source = mapping->source,
        .key = key,
        .part = part,
        .values = building->values,
        .count = building->count,
        .region = mapping->region,
    };
    applying->records[applying->count++] = record;
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
            refuse(applying, "map", "no-key",
                   arena_printf(arena, "no %s: its field cannot be read (%s)", what, flag));
        else
            refuse(applying, "map", "no-key",
                   arena_printf(arena, "no %s: the field '%s' is empty or missing", what, missing));
        return NULL;
    }
    text = text_trim(arena, text);
    if (strlen(text) <= MAPPING_KEY_MOST)
        return text;
    refuse(applying, "size", "key-too-long",
           arena_printf(arena, "the %s has %zu bytes, at most %d are taken", what, strlen(text),
                        MAPPING_KEY_MOST));
    return NULL;
}

static bool is_there(const struct fields *fields, const char *name)
{
    const char *text = fields_text(fields, name, NULL);
    return text && !text_is_blank(text);
}

static bool map_values(struct building *building, const struct value_rule *rule,
                       const struct fields *fields)
{
    if ((rule->only_if && !is_there(fields, rule->only_if)) ||
        (rule->unless && is_there(fields, rule->unless)))
        return true;
    if (rule->each)
        return map_each(building, rule, fields);
    return map_value(building, rule, fields, word(building->applying->arena, rule->group, fields));
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
        if (!map_values(&building, value, fields))
            return false;
    return (!must && !building.stated) || add_record(&building, rule, key, part);
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

static bool map_rule(struct applying *applying, const struct record_rule *rule)
{
    if (!rule->each) {
        const char *part =
            rule->part ? read_name(applying, rule->part, applying->fields, "part") : "";
        return part && map_record(applying, rule, applying->fields, part, !rule->part);
    }
    const struct fields *const *items;
    size_t count = fields_each(applying->arena, applying->fields, rule->each, &items);
    for (size_t i = 0; i < count; i++) {
        const char *part = part_of(applying, rule, items[i], i + 1);
        if (!part || !map_record(applying, rule, items[i], part, false))
            return false;
    }
    return true;
}

bool mapping_apply(struct arena *arena, const struct mapping *mapping, const struct fields *fields,
                   struct mapped *mapped, struct reject *reject)
{
    struct applying applying = {
        .arena = arena, .mapping = mapping, .fields = fields, .reject = reject};
    for (const struct record_rule *rule = mapping->records; rule; rule = rule->next)
        if (!map_rule(&applying, rule))
            return false;
    *mapped = (struct mapped){.records = applying.records, .count = applying.count};
    return true;
}
