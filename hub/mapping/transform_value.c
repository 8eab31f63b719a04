#include <ctype.h>

#include "hub/base/nearest.h"
#include "hub/base/url.h"
#include "hub/mapping/amount.h"
#include "hub/mapping/table.h"
#include "hub/mapping/transforming.h"
#include "hub/standard/check_digit.h"
#include "hub/standard/couple.h"

static bool drops_others(const struct xml_node *node)
{
    return text_equal(xml_text(node, "otherwise", "keep"), "drop");
}

static void compile_map(const struct checking *checking, const struct xml_node *node,
                        struct transform *transform)
{
    transform->number = drops_others(node);
    transform->entries = table_entries(checking, node);
}

static const char *apply_map(struct arena *arena, const struct transform *transform,
                             const char *text, const char **flag)
{
    (void)flag;
    const char *to = map_get_text(transform->entries, transform_lower(arena, text));
    if (to)
        return to;
    return transform->number ? NULL : text;
}

static void compile_number(const struct checking *checking, const struct xml_node *node,
                           struct transform *transform)
{
    const char *decimal = xml_text(node, "decimal", ".");
    bool is_money = text_equal(node->name, "money");
    const char *usual = !is_money ? "none" : text_equal(decimal, ",") ? "." : ",";
    const char *group = xml_text(node, "group", usual);
    struct amount_form *form = NEW(checking->arena, struct amount_form);
    form->decimal = *decimal;
    form->group = *(text_equal(group, "none") ? "" : text_equal(group, "space") ? " " : group);
    transform->form = form;
    transform->first = xml_text(node, "currency", NULL);
    if (form->group == form->decimal)
        CHECK_SAY(checking, node, "the decimal sign cannot group the digits, too");
}

static const char *apply_number(struct arena *arena, const struct transform *transform,
                                const char *text, const char **flag)
{
    const char *number = amount_number(arena, transform->form, text);
    if (!number)
        *flag = "number";
    return number;
}

static const char *apply_money(struct arena *arena, const struct transform *transform,
                               const char *text, const char **flag)
{
    bool other;
    const char *amount = amount_money(arena, transform->form, text, transform->first, &other);
    if (!amount)
        *flag = other ? "currency" : "number";
    return amount;
}

static void compile_lookup(const struct checking *checking, const struct xml_node *node,
                           struct transform *transform)
{
    const struct xml_attribute *name = xml_attribute(node, "table");
    struct nearest near = {.word = name->value};
    const struct table *table = checking->tables;
    for (; table && !text_equal(table->name, name->value); table = table->next)
        nearest_offer(&near, table->name);
    transform->number = drops_others(node);
    transform->entries = table ? table->entries : NEW(checking->arena, struct map);
    if (table)
        return;
    CHECK_SAY(checking, name, "there is no <table> '%s' in this mapping%s", name->value,
              nearest_hint(checking->arena, near.best));
}

static void compile_couple(const struct checking *checking, const struct xml_node *node,
                           struct transform *transform)
{
    (void)checking;
    transform->number = text_equal(xml_text(node, "take", ""), "second");
}

static const char *apply_couple(struct arena *arena, const struct transform *transform,
                                const char *text, const char **flag)
{
    (void)flag;
    struct couple couple = couple_read(arena, text);
    return transform->number ? couple.second : couple.first;
}

static void compile_parameter(const struct checking *checking, const struct xml_node *node,
                              struct transform *transform)
{
    (void)checking;
    transform->first = xml_text(node, "name", "");
}

static const char *parameter_of(struct arena *arena, struct slice query, const char *name)
{
    struct url_pair pair;
    const char *value = NULL;
    while (url_next(arena, &query, &pair))
        if (text_equal(pair.name, name) && !text_is_blank(pair.value))
            value = pair.value;
    return value;
}

/* Of an address, or of a query alone; the first of the names that has a value. */
static const char *apply_parameter(struct arena *arena, const struct transform *transform,
                                   const char *text, const char **flag)
{
    (void)flag;
    size_t count;
    const char *value = NULL, **names = text_split(arena, transform->first, '|', &count);
    struct slice query = url_query(text);
    if (!query.bytes && !strpbrk(text, "?#/"))
        query = (struct slice){text, strlen(text)};
    for (size_t i = 0; i < count && !value; i++)
        value = parameter_of(arena, query, text_trim(arena, names[i]));
    return value;
}

static void compile_check(const struct checking *checking, const struct xml_node *node,
                          struct transform *transform)
{
    (void)checking;
    transform->first = xml_text(node, "digit", "");
}

/* Its letters and digits, whatever divides them. */
static const char *apply_check(struct arena *arena, const struct transform *transform,
                               const char *text, const char **flag)
{
    struct buffer out = {.arena = arena};
    for (const char *at = text; *at; at++)
        if (isalnum((unsigned char)*at))
            buffer_char(&out, (char)toupper((unsigned char)*at));
    if (check_digit_agrees(transform->first, buffer_string(&out)))
        return text;
    *flag = text_equal(transform->first, "vin") ? "vin" : "check-digit";
    return NULL;
}

const struct transform_row transform_value_rows[] = {
    {"map", apply_map, compile_map, false},
    {"lookup", apply_map, compile_lookup, false},
    {"number", apply_number, compile_number, false},
    {"money", apply_money, compile_number, false},
    {"couple", apply_couple, compile_couple, false},
    {"parameter", apply_parameter, compile_parameter, false},
    {"check", apply_check, compile_check, false},
    {NULL, NULL, NULL, false},
};
