#include "hub/mapping/read.h"

/* Where the text comes from: exactly one of three. */
static void read_origin(const struct checking *checking, const struct xml_node *node,
                        struct value_rule *rule)
{
    static const char *const origins[] = {"from", "const", "template"};
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(origins); i++)
        count += xml_attribute(node, origins[i]) != NULL;
    if (count != 1) {
        finding_add(checking->findings, checking->xml->file, node->line, node->column,
                    "<value> needs one of from, const and template, and only one");
        return;
    }
    const struct xml_attribute *from = xml_attribute(node, "from");
    rule->constant = xml_text(node, "const", NULL);
    if (from && check_field(checking, from, from->value))
        rule->template = template_field(checking->arena, from->value);
    else if (!from && !rule->constant)
        rule->template = read_template(checking, node, "template");
}

/* What is added to must be a date, which is ISO 8601 where the mapping does not say how it is written. */
static void read_plus(const struct checking *checking, const struct xml_node *node,
                      struct value_rule *rule)
{
    const struct xml_attribute *plus = xml_attribute(node, "plus");
    struct moment moment = {.year = 2000, .month = 1, .day = 1};
    rule->plus = read_template(checking, node, "plus");
    if (!plus || !rule->plus)
        return;
    bool is_date = rule->element && (rule->element->domain->kind == DOMAIN_DATE ||
                                     rule->element->domain->kind == DOMAIN_TIME);
    if (rule->element && !is_date)
        CHECK_SAY(checking, plus, "%s is no date, to which plus could add", rule->element->name);
    if (!strchr(plus->value, '{') && !moment_add(&moment, plus->value))
        CHECK_SAY(checking, plus,
                  "plus cannot be '%s'; it is made of numbers and days, weeks, months or years, "
                  "such as 24 months",
                  plus->value);
    if (!rule->date) {
        rule->date = date_form_iso(checking->arena);
        rule->date_text = "ISO 8601";
    }
}

/* Where somebody called from says little about who he is, and nothing about where to call him. */
static bool read_evidence(const struct checking *checking, const struct xml_node *node,
                          const struct element *element)
{
    const struct xml_attribute *at = xml_attribute(node, "evidence");
    if (at && element && !text_equal(element->name, "customer.phone"))
        CHECK_SAY(checking, at, "evidence is for customer.phone, not for %s", element->name);
    return xml_yes(node, "evidence");
}

struct value_rule *read_value(const struct checking *checking, const struct xml_node *node,
                              const char *class_name)
{
    struct value_rule *rule = NEW(checking->arena, struct value_rule);
    rule->element = check_element(checking, xml_attribute(node, "of"), class_name);
    if (rule->element)
        check_codes(checking, node, rule->element);
    read_origin(checking, node, rule);
    rule->each = read_each(checking, node);
    rule->when = read_conditions(checking, node);
    rule->date = read_date_form(checking, node);
    rule->date_text = xml_text(node, "date", NULL);
    read_plus(checking, node, rule);
    rule->transforms = transforms_read(checking, node);
    rule->scheme = read_template(checking, node, "scheme");
    rule->kind = read_template(checking, node, "kind");
    rule->group = read_template(checking, node, "group");
    rule->country = read_template(checking, node, "country");
    rule->verified = xml_yes(node, "verified");
    rule->verified_if = read_verified(checking, node);
    rule->evidence = read_evidence(checking, node, rule->element);
    rule->trusted = xml_attribute(node, "trust") != NULL;
    rule->trust = read_trust(checking, node, 0);
    return rule;
}
