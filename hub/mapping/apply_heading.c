#include "hub/mapping/applying.h"

static const char *fill(struct arena *arena, const struct template *template,
                        const struct fields *fields)
{
    const char *flag = NULL;
    const char *text = template_fill(arena, template, fields, &flag, NULL);
    return text && !flag ? text_trim(arena, text) : NULL;
}

/* Without leading zeros and plus; NULL when it is no whole number. */
static const char *read_whole(struct arena *arena, const char *text)
{
    bool negative = *text == '-';
    text += negative || *text == '+';
    size_t size = strspn(text, "0123456789");
    if (!size || text[size])
        return NULL;
    text += strspn(text, "0");
    if (!*text)
        return "0";
    return negative ? arena_printf(arena, "-%s", text) : text;
}

static const char *read_instant(struct arena *arena, const struct moment_rule *rule,
                                const char *text)
{
    struct moment moment;
    return moment_read(arena, rule->date, text, date_this_year(), &moment)
               ? moment_instant(arena, &moment)
               : NULL;
}

static void add_flag(struct arena *arena, struct record *record, const char *flag)
{
    record->flag = record->flag ? arena_printf(arena, "%s %s", record->flag, flag) : flag;
}

static void read_version(struct arena *arena, const struct made *made)
{
    const struct moment_rule *rule = &made->rule->version;
    const char *text = fill(arena, rule->from, made->fields);
    if (!text)
        return;
    if (strlen(text) <= MAPPING_KEY_MOST) {
        const char *number = rule->is_declared ? NULL : read_whole(arena, text);
        made->record->order = number ? number : read_instant(arena, rule, text);
    }
    if (!made->record->order)
        add_flag(arena, made->record, "version");
}

static void read_effective(struct arena *arena, const struct made *made)
{
    const char *text = fill(arena, made->rule->effective.from, made->fields);
    if (!text)
        return;
    made->record->effective = read_instant(arena, &made->rule->effective, text);
    if (!made->record->effective)
        add_flag(arena, made->record, "effective");
}

/* What is no country leaves the source's. */
static void read_region(struct applying *applying, const struct made *made)
{
    const struct record_rule *rule = made->rule;
    const char *text = rule->region;
    if (rule->region_from) {
        text = fill(applying->arena, rule->region_from, made->fields);
        text = text ? domain_code(applying->mapping->countries, text) : NULL;
    }
    if (text)
        made->record->region = text;
}

void apply_heading(struct applying *applying, const struct made *made)
{
    const struct record_rule *rule = made->rule;
    if (rule->version.from)
        read_version(applying->arena, made);
    if (rule->effective.from)
        read_effective(applying->arena, made);
    if (rule->region || rule->region_from)
        read_region(applying, made);
}
