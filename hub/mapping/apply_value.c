#include "hub/mapping/applying.h"
#include "hub/mapping/condition.h"

static bool add_value(struct building *building, const struct value *value)
{
    if (building->count == MAPPING_VALUES_MOST)
        return apply_refuse_too_many(building->applying, "too-many-values", "values",
                                     MAPPING_VALUES_MOST);
    if (building->count == building->room) {
        building->room = building->room ? building->room * 2 : 24;
        struct value *values = NEW_ARRAY(building->applying->arena, struct value, building->room);
        if (building->count)
            memcpy(values, building->values, building->count * sizeof(*values));
        building->values = values;
    }
    building->values[building->count++] = *value;
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

/* In small letters, so that sources agree on it. */
static const char *small_word(struct arena *arena, const struct template *template,
                              const struct fields *fields)
{
    return template ? text_lower_ascii(arena, word(arena, template, fields)) : "";
}

static bool is_longer(const char *text, size_t most)
{
    return strlen(text) > most && text_length(text) > most;
}

/* A date has no time, whatever the form; a time has one. */
static const char *read_date(struct arena *arena, const struct value_rule *rule, const char *text,
                             const char *plus)
{
    struct moment moment;
    if (!moment_read(arena, rule->date, text, date_this_year(), &moment) ||
        (plus && !moment_add(&moment, plus)))
        return NULL;
    return rule->element->domain->kind == DOMAIN_TIME ? moment_time(arena, &moment)
                                                      : moment_date(arena, &moment);
}

/* What a value is made of, beside its rule. */
struct origin {
    const char *raw;
    const char *plus; /* what to add to its date; "": the rule says so, and its fields do not */
};

/* From the source's text to what is standardised; NULL where nothing is left. */
static const char *refine(const struct applying *applying, const struct value_rule *rule,
                          struct traced *traced, struct origin origin, const char **flag)
{
    struct arena *arena = applying->arena;
    const char *raw = origin.raw;
    struct transforming transforming = {rule->transforms, applying->trace, traced};
    if (raw && is_longer(raw, MAPPING_VALUE_MOST)) {
        *flag = "too-long";
        return NULL;
    }
    const char *text = rule->transforms ? transforms_apply(arena, &transforming, raw, flag) : raw;
    if (*flag || !text)
        return NULL;
    if (is_longer(text, MAPPING_VALUE_MOST)) {
        *flag = "too-long";
        return NULL;
    }
    if (!rule->date)
        return text;
    if (rule->plus && !*text_or_empty(origin.plus))
        return NULL;
    const char *date = read_date(arena, rule, text, origin.plus);
    if (traced)
        trace_step(applying->trace, traced,
                   arena_printf(arena, "date %s%s%s", rule->date_text, origin.plus ? " plus " : "",
                                text_or_empty(origin.plus)),
                   text, date);
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
    struct applying *applying = building->applying;
    struct traced *traced = trace_value(applying->trace, rule, applying->count, building->count);
    struct origin origin = {raw, rule->plus ? word(arena, rule->plus, fields) : NULL};
    const char *text = flag ? NULL : refine(applying, rule, traced, origin, &flag);
    if (traced) {
        traced->raw = raw;
        traced->flag = flag;
        traced->stands = text || flag;
    }
    if (!text && !flag)
        return true;
    building->stated |= raw && !rule->constant;
    struct value value = {
        .element = rule->element,
        .raw = raw    ? raw
               : text ? text
                      : "",
        .text = text,
        .flag = flag,
        .group = group,
        .kind = small_word(arena, rule->kind, fields),
        .scheme = small_word(arena, rule->scheme, fields),
        .country = word(arena, rule->country, fields),
        .verified =
            rule->verified_if ? condition_met(arena, rule->verified_if, fields) : rule->verified,
        .evidence = rule->evidence,
        .trusted = rule->trusted,
        .trust = rule->trust,
    };
    return add_value(building, &value);
}

/* Each item of a list of composites is one of its own. */
static bool map_each(struct building *building, const struct value_rule *rule,
                     const struct fields *fields)
{
    struct arena *arena = building->applying->arena;
    const struct fields *const *items;
    size_t count = fields_each(arena, fields, rule->each, &items);
    for (size_t i = 0; i < count; i++) {
        if (!conditions_met(arena, &rule->when, items[i]))
            continue;
        const char *group = word(arena, rule->group, items[i]);
        if (rule->element->composite)
            group = arena_printf(arena, "%s%zu", group, i + 1);
        if (!map_value(building, rule, items[i], group))
            return false;
    }
    return true;
}

bool apply_value(struct building *building, const struct value_rule *rule,
                 const struct fields *fields)
{
    struct arena *arena = building->applying->arena;
    if (rule->each)
        return map_each(building, rule, fields);
    return !conditions_met(arena, &rule->when, fields) ||
           map_value(building, rule, fields, word(arena, rule->group, fields));
}
