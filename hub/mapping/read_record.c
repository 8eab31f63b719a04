#include "hub/base/nearest.h"
#include "hub/mapping/read.h"

static void say_no_class(const struct checking *checking, const struct xml_attribute *class)
{
    struct nearest nearest = {.word = class->value};
    for (size_t i = 0; i < checking->dictionary->class_count; i++)
        nearest_offer(&nearest, checking->dictionary->classes[i].name);
    CHECK_SAY(checking, class, "the dictionary has no class '%s'%s", class->value,
              nearest_hint(checking->arena, nearest.best));
}

static struct relation_rule *read_relation(const struct checking *checking,
                                           const struct xml_node *node)
{
    struct relation_rule *rule = NEW(checking->arena, struct relation_rule);
    rule->role = xml_text(node, "role", "");
    rule->part = *xml_text(node, "to", "") ? read_template(checking, node, "to") : NULL;
    rule->source = xml_text(node, "source", NULL);
    rule->key = read_field(checking, node, "key");
    rule->is_far = rule->source || rule->key;
    return rule;
}

static struct moment_rule read_moment(const struct checking *checking, const struct xml_node *node)
{
    struct moment_rule rule = {.from = read_field(checking, node, "from"),
                               .date = read_date_form(checking, node)};
    rule.is_declared = rule.date != NULL;
    if (!rule.date)
        rule.date = date_form_iso(checking->arena);
    return rule;
}

/* A country's code, or a field that has one. */
static void read_region(const struct checking *checking, const struct xml_node *node,
                        struct record_rule *rule)
{
    const char *region = xml_text(node, "region", NULL);
    if (region && check_is_country(checking, region))
        rule->region = region;
    else
        rule->region_from = read_field(checking, node, "region");
}

static void read_needs(const struct checking *checking, const struct xml_node *node,
                       struct record_rule *rule)
{
    const struct xml_attribute *at = xml_attribute(node, "needs");
    if (at)
        rule->needs = check_element(checking, at, rule->class_name);
}

static bool names_owner(const struct relation_rule *rule)
{
    return text_equal(rule->role, "customer") || text_equal(rule->role, "member");
}

static void once(const struct checking *checking, const struct xml_node *node, bool is_first)
{
    if (!is_first)
        finding_add(checking->findings, checking->xml->file, node->line, node->column,
                    "a record has one <%s>", node->name);
}

static void read_children(const struct checking *checking, const struct xml_node *node,
                          struct record_rule *rule)
{
    const struct value_rule **last_value = &rule->values;
    const struct relation_rule **last_relation = &rule->relations;
    for (const struct xml_node *child = node->first; child; child = child->next) {
        if (text_equal(child->name, "version")) {
            once(checking, child, !rule->version.from);
            rule->version = read_moment(checking, child);
        } else if (text_equal(child->name, "effective")) {
            once(checking, child, !rule->effective.from);
            rule->effective = read_moment(checking, child);
        } else if (text_equal(child->name, "relation")) {
            struct relation_rule *relation = read_relation(checking, child);
            rule->has_owner = rule->has_owner || names_owner(relation);
            *last_relation = relation;
            last_relation = &relation->next;
        } else {
            struct value_rule *value = read_value(checking, child, rule->class_name);
            *last_value = value;
            last_value = &value->next;
        }
    }
}

struct record_rule *read_record(const struct checking *checking, const struct xml_node *node)
{
    struct record_rule *rule = NEW(checking->arena, struct record_rule);
    const struct xml_attribute *class = xml_attribute(node, "class");
    rule->class_name = class->value;
    rule->key = read_field(checking, node, "key");
    rule->part = read_template(checking, node, "part");
    rule->each = read_each(checking, node);
    rule->when = read_conditions(checking, node);
    read_region(checking, node, rule);
    if (!dictionary_class(checking->dictionary, class->value)) {
        say_no_class(checking, class);
        return rule;
    }
    read_needs(checking, node, rule);
    read_children(checking, node, rule);
    check_repeats(checking, node);
    return rule;
}
