#include "hub/mapping/hints.h"

#include "hub/base/nearest.h"
#include "hub/mapping/table.h"

static bool is(const struct xml_node *node, const char *name)
{
    return text_equal(node->name, name);
}

/* Only ISO 8601 is read where no form is declared, and files for people seldom have it. */
static void hint_date(const struct checking *checking, const struct xml_node *value,
                      const struct element *element)
{
    enum domain_kind kind = element->domain->kind;
    enum format_kind format = checking->format->kind;
    bool from_text = format == FORMAT_CSV || format == FORMAT_FIXED;
    if ((kind != DOMAIN_DATE && kind != DOMAIN_TIME) || !from_text || value->first ||
        xml_attribute(value, "date") || !xml_attribute(value, "from"))
        return;
    CHECK_WARN(checking, value,
               "%s is read only where it is written YYYY-MM-DD%s; say how it is written with "
               "date=\"...\"",
               element->name, kind == DOMAIN_TIME ? "Thh:mm:ssZ" : "");
}

/* The first, by its text, that is none; NULL if all are. */
static const char *no_code(const struct domain *domain, const struct map *entries)
{
    const char *first = NULL;
    for (size_t i = 0; i < entries->room; i++) {
        const char *to = entries->slots[i].value;
        if (to && !text_is_blank(to) && !domain_code(domain, to) &&
            (!first || strcmp(to, first) < 0))
            first = to;
    }
    return first;
}

/* What a final <lookup> gives to an element with a code list; <map> is checked by check_codes(). */
static void hint_lookup(const struct checking *checking, const struct xml_node *value,
                        const struct element *element)
{
    const struct xml_node *last = value->first;
    while (last && last->next)
        last = last->next;
    if (!last || !is(last, "lookup") || !element->domain->permitted)
        return;
    const char *name = xml_text(last, "table", ""), *to = NULL;
    for (const struct table *table = checking->tables; table; table = table->next)
        if (text_equal(table->name, name))
            to = no_code(element->domain, table->entries);
    if (to)
        CHECK_WARN(checking, last, "the table '%s' gives '%s', which is not in the code list of %s",
                   name, to, element->name);
}

static void hint_value(const struct checking *checking, const struct xml_node *value)
{
    const struct xml_attribute *of = xml_attribute(value, "of");
    const struct element *element = dictionary_element(checking->dictionary, of->value);
    if (!element)
        return;
    if (text_equal(text_or_empty(element->status), "retired"))
        CHECK_WARN(checking, of, "%s is retired; the dictionary says what is used instead: %s",
                   element->name, element->definition);
    hint_date(checking, value, element);
    hint_lookup(checking, value, element);
}

/* By these a customer can be found, and matched. */
static bool tells_who(const struct checking *checking, const struct xml_node *value)
{
    static const char *const starts[] = {"customer.name.", "customer.email", "customer.phone",
                                         "customer.identifier", "customer.social"};
    for (size_t i = 0; i < COUNT_OF(starts); i++)
        if (text_starts(xml_text(value, "of", ""), starts[i]))
            return true;
    return !dictionary_element(checking->dictionary, xml_text(value, "of", "")); /* said already */
}

static void hint_record(const struct checking *checking, const struct xml_node *record)
{
    bool tells = !text_equal(xml_text(record, "class", ""), "customer");
    for (const struct xml_node *value = record->first; value; value = value->next) {
        if (!is(value, "value"))
            continue;
        tells = tells || tells_who(checking, value);
        hint_value(checking, value);
    }
    if (!tells)
        CHECK_WARN(checking, record,
                   "this customer has no name, contact or identifier; it will match with no other");
}

/* A part tells records of one key apart; keys of different fields can be equal as well. */
static void hint_part(const struct checking *checking, const struct xml_node *source,
                      const struct xml_node *record)
{
    const struct xml_attribute *part = xml_attribute(record, "part");
    if (!part || strchr(part->value, '{') || xml_attribute(record, "each"))
        return;
    for (const struct xml_node *other = source->first; other; other = other->next)
        if (other != record && is(other, "record"))
            return;
    CHECK_WARN(checking, part, "the part '%s' never differs: no other record has this key",
               part->value);
}

struct parts {
    struct nearest near;
    bool found, open; /* open: some part is not known before the records come */
};

static void offer_part(struct parts *parts, const struct xml_node *record)
{
    const char *part = xml_text(record, "part", ""), *to = parts->near.word;
    bool each = xml_attribute(record, "each");
    parts->open = parts->open || strchr(part, '{') || (each && !*part);
    parts->found = parts->found || text_equal(part, to) ||
                   (each && text_starts(to, part) && to[strlen(part)] == '-');
    nearest_offer(&parts->near, part);
}

static void check_relation(const struct checking *checking, const struct xml_node *source,
                           const struct xml_node *record, const struct xml_node *relation)
{
    const char *to = xml_text(relation, "to", "");
    struct parts parts = {.near = {.word = to}};
    if (xml_attribute(relation, "key") || xml_attribute(relation, "source") || strchr(to, '{'))
        return;
    if (text_equal(to, xml_text(record, "part", "")) && !xml_attribute(record, "each")) {
        CHECK_SAY(
            checking, relation,
            "this relation is to the record that it stands in; say another part (to=\"...\"), "
            "or the key of a record of another delivery");
        return;
    }
    for (const struct xml_node *other = source->first; other; other = other->next)
        if (is(other, "record"))
            offer_part(&parts, other);
    if (!parts.found && !parts.open)
        CHECK_SAY(checking, relation, "no record here has the part '%s'%s", to,
                  nearest_hint(checking->arena, text_or_null(parts.near.best)));
}

static void hint_field(const struct checking *checking, const struct xml_node *node,
                       const char *const *fields)
{
    const struct xml_attribute *field = xml_attribute(node, "field");
    while (*fields && !text_equal(*fields, field->value))
        fields++;
    if (*fields && is(node, "drop"))
        CHECK_WARN(checking, field,
                   "the field '%s' is dropped before it can be read, and this mapping reads it",
                   field->value);
    else if (*fields)
        CHECK_WARN(checking, field, "the field '%s' is to be ignored, and this mapping reads it",
                   field->value);
}

static bool looks_into(const struct xml_node *node, const char *table)
{
    if (is(node, "lookup") && text_equal(xml_text(node, "table", ""), table))
        return true;
    for (const struct xml_node *child = node->first; child; child = child->next)
        if (looks_into(child, table))
            return true;
    return false;
}

void check_relations(const struct checking *checking, const struct xml_node *source)
{
    for (const struct xml_node *record = source->first; record; record = record->next)
        for (const struct xml_node *child = is(record, "record") ? record->first : NULL; child;
             child = child->next)
            if (is(child, "relation"))
                check_relation(checking, source, record, child);
}

void hint_source(const struct checking *checking, const struct xml_node *source,
                 const char *const *fields)
{
    for (const struct xml_node *node = source->first; node; node = node->next) {
        if (is(node, "drop") || is(node, "ignore"))
            hint_field(checking, node, fields);
        if (is(node, "table") && !looks_into(source, xml_text(node, "name", "")))
            CHECK_WARN(checking, node, "nothing looks into the table '%s'",
                       xml_text(node, "name", ""));
        if (!is(node, "record"))
            continue;
        hint_record(checking, node);
        hint_part(checking, source, node);
    }
}
