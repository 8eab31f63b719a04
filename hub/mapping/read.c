#include "hub/mapping/read.h"

#include "hub/base/list.h"

const struct template *read_template(const struct checking *checking, const struct xml_node *node,
                                     const char *name)
{
    const struct xml_attribute *at = xml_attribute(node, name);
    if (!at)
        return NULL;
    const char *fault;
    const struct template *template = template_read(checking->arena, at->value, &fault);
    if (!template)
        CHECK_SAY(checking, at, "%s cannot be '%s': %s", name, at->value, fault);
    for (const struct template *piece = template; piece; piece = piece->next)
        if (piece->is_field)
            (void)check_field(checking, at, piece->text);
    return template;
}

const struct template *read_field(const struct checking *checking, const struct xml_node *node,
                                  const char *name)
{
    const struct xml_attribute *at = xml_attribute(node, name);
    if (!at || strchr(at->value, '{'))
        return read_template(checking, node, name);
    (void)check_field(checking, at, at->value);
    return template_field(checking->arena, at->value);
}

const char *read_each(const struct checking *checking, const struct xml_node *node)
{
    const struct xml_attribute *at = xml_attribute(node, "each");
    if (at && !format_has_lists(checking->format))
        CHECK_SAY(checking, at, "each needs a list, and %s has none",
                  checking->format->kind == FORMAT_CSV ? "CSV" : "fixed width");
    else if (at)
        (void)check_field(checking, at, at->value);
    return at ? at->value : NULL;
}

static const char *const *read_texts(const struct checking *checking,
                                     const struct xml_attribute *is)
{
    size_t count;
    const char **texts = text_split(checking->arena, is->value, '|', &count);
    const char **list = NEW_ARRAY(checking->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        list[i] = transform_lower(checking->arena, texts[i]);
    return list;
}

static const struct condition *read_condition(const struct checking *checking,
                                              const struct xml_node *node, const char *name,
                                              const struct xml_attribute *is)
{
    const struct xml_attribute *at = xml_attribute(node, name);
    if (!at)
        return NULL;
    (void)check_field(checking, at, at->value);
    struct condition *condition = NEW(checking->arena, struct condition);
    condition->field = at->value;
    condition->is = is ? read_texts(checking, is) : NULL;
    return condition;
}

const struct condition *read_verified(const struct checking *checking, const struct xml_node *node)
{
    const struct xml_attribute *is = xml_attribute(node, "verified-is");
    const struct xml_attribute *verified = xml_attribute(node, "verified");
    const struct condition *condition = read_condition(checking, node, "verified-if", is);
    if (is && !condition)
        CHECK_SAY(checking, is, "verified-is needs a field to look at: verified-if");
    if (verified && condition)
        CHECK_SAY(checking, verified, "there can be one of verified and verified-if, not both");
    return condition;
}

struct conditions read_conditions(const struct checking *checking, const struct xml_node *node)
{
    const struct xml_attribute *is = xml_attribute(node, "is");
    struct conditions when = {.only_if = read_condition(checking, node, "if", is),
                              .unless = read_condition(checking, node, "unless", is)};
    if (is && !when.only_if && !when.unless)
        CHECK_SAY(checking, is, "is needs a field to look at: if or unless");
    if (is && when.only_if && when.unless)
        CHECK_SAY(checking, is, "with is there can be one of if and unless, not both");
    return when;
}

const struct date_form *read_date_form(const struct checking *checking, const struct xml_node *node)
{
    const struct xml_attribute *at = xml_attribute(node, "date");
    if (!at)
        return NULL;
    const char *fault;
    const struct date_form *form = date_form_read(checking->arena, at->value, &fault);
    if (!form)
        CHECK_SAY(checking, at, "the date form '%s' cannot be read: %s", at->value, fault);
    return form;
}

unsigned read_trust(const struct checking *checking, const struct xml_node *node,
                    unsigned otherwise)
{
    int64_t trust = otherwise;
    const struct xml_attribute *at = xml_attribute(node, "trust");
    if (at && !text_to_int(at->value, 0, 100, &trust))
        CHECK_SAY(checking, at, "trust cannot be '%s'; it is a number from 0 to 100", at->value);
    return (unsigned)trust;
}

const struct delete_rule *read_deletes(const struct checking *checking,
                                       const struct xml_node *source)
{
    const struct delete_rule *first = NULL, **last = &first;
    for (const struct xml_node *node = source->first; node; node = node->next) {
        if (!text_equal(node->name, "delete"))
            continue;
        struct delete_rule *rule = NEW(checking->arena, struct delete_rule);
        rule->when = read_conditions(checking, node);
        if (!rule->when.only_if && !rule->when.unless && !xml_attribute(node, "is"))
            finding_add(checking->findings, checking->xml->file, node->line, node->column,
                        "<delete> needs if or unless; otherwise all would be deleted");
        *last = rule;
        last = &rule->next;
    }
    return first;
}

const char *const *read_names(const struct checking *checking, const struct xml_node *source,
                              const char *name)
{
    struct {
        const char **list;
        size_t count, room;
    } names = {0};
    for (const struct xml_node *node = source->first; node; node = node->next) {
        const struct xml_attribute *at =
            text_equal(node->name, name) ? xml_attribute(node, "field") : NULL;
        bool drop = text_equal(name, "drop");
        if (at && (drop ? check_drop(checking, at) : check_field(checking, at, at->value)))
            LIST_ADD(checking->arena, &names, at->value);
    }
    LIST_ADD(checking->arena, &names, NULL);
    return names.list;
}
