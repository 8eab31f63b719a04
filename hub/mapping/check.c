#include "hub/mapping/check.h"

#include <assert.h>

#include "hub/base/nearest.h"

#define CODES_SAID 8 /* a longer code list is not written out */

static void complain(const struct checking *checking, const struct xml_attribute *at,
                     const char *message)
{
    finding_add(checking->findings, checking->xml->file, at->line, at->column, "%s", message);
}

const struct domain *check_countries(const struct dictionary *dictionary)
{
    for (size_t i = 0; i < dictionary->element_count; i++)
        if (text_equal(dictionary->elements[i].domain->name, "country"))
            return dictionary->elements[i].domain;
    return NULL;
}

bool check_is_country(const struct checking *checking, const char *text)
{
    const struct domain *domain = check_countries(checking->dictionary);
    const char *code = domain ? domain_code(domain, text) : text;
    return code && text_equal(code, text);
}

const char *check_region(const struct checking *checking, const struct xml_node *source)
{
    const struct xml_attribute *at = xml_attribute(source, "region");
    if (!at)
        return "";
    if (!check_is_country(checking, at->value)) {
        const struct domain *domain = check_countries(checking->dictionary);
        complain(checking, at,
                 arena_printf(checking->arena,
                              "the region '%s' is no country code of ISO 3166-1 (such as AU)%s",
                              at->value,
                              nearest_hint(checking->arena, domain_code(domain, at->value))));
    }
    return at->value;
}

void check_name(const struct checking *checking, const struct xml_node *source)
{
    const struct xml_attribute *at = xml_attribute(source, "name");
    const char *slash = strrchr(checking->xml->file, '/');
    const char *file = slash ? slash + 1 : checking->xml->file;
    const char *wanted = arena_printf(checking->arena, "%s.xml", at->value);
    if (!text_equal(file, wanted))
        complain(checking, at,
                 arena_printf(checking->arena,
                              "the source '%s' stands in the file '%s'; it must be '%s'", at->value,
                              file, wanted));
}

static const char *last_word(const char *name)
{
    assert(name);
    const char *point = strrchr(name, '.');
    return point ? point + 1 : name;
}

/* The nearest of the full names: of its last word, too, half at most may be wrong. */
static const char *nearest_full(const struct checking *checking, const char *class_name,
                                const char *name)
{
    struct nearest near = {.word = name};
    for (size_t i = 0; i < checking->dictionary->element_count; i++) {
        const struct element *element = &checking->dictionary->elements[i];
        const char *word = last_word(name);
        if (text_equal(element->class_name, class_name) &&
            edit_distance(word, last_word(element->name)) <= strlen(word) / 2)
            nearest_offer(&near, element->name);
    }
    return near.best;
}

/* The nearest name of the class: as a whole, without the class, or its last word alone. */
static const char *nearest_element(const struct checking *checking, const char *class_name,
                                   const char *name)
{
    const struct dictionary *dictionary = checking->dictionary;
    size_t length = strlen(class_name);
    bool of_class = text_starts(name, class_name) && name[length] == '.';
    struct nearest near = {.word = of_class ? name + length + 1 : name};
    const char *nearest = NULL;
    for (size_t i = 0; i < dictionary->element_count; i++) {
        const struct element *element = &dictionary->elements[i];
        const char *const ways[] = {element->path, last_word(element->path),
                                    of_class ? element->path : element->name};
        for (size_t w = 0; w < COUNT_OF(ways) && text_equal(element->class_name, class_name); w++) {
            nearest_offer(&near, ways[w]);
            nearest = near.best == ways[w] ? element->name : nearest;
        }
    }
    return nearest ? nearest : nearest_full(checking, class_name, name);
}

const struct element *check_element(const struct checking *checking, const struct xml_attribute *at,
                                    const char *class_name)
{
    struct arena *arena = checking->arena;
    const struct element *element = dictionary_element(checking->dictionary, at->value);
    if (!element) {
        complain(
            checking, at,
            arena_printf(arena, "the dictionary has no element '%s'%s", at->value,
                         nearest_hint(arena, nearest_element(checking, class_name, at->value))));
        return NULL;
    }
    if (text_equal(element->class_name, class_name))
        return element;
    complain(checking, at,
             arena_printf(arena, "'%s' is an element of another class; this record is a %s",
                          at->value, class_name));
    return NULL;
}

bool check_field(const struct checking *checking, const struct xml_attribute *at, const char *field)
{
    const char *fault = format_fault(checking->arena, checking->format, field);
    if (fault)
        CHECK_SAY(checking, at, "'%s' cannot be a field here; %s", field, fault);
    return !fault;
}

bool check_drop(const struct checking *checking, const struct xml_attribute *at)
{
    const char *fault = format_drop_fault(checking->arena, checking->format, at->value);
    if (fault)
        CHECK_SAY(checking, at, "the field '%s' cannot be dropped; %s", at->value, fault);
    return !fault;
}

static const char *all_codes(struct arena *arena, const struct domain *domain, const char *text)
{
    struct buffer out = {.arena = arena};
    struct nearest near = {.word = text};
    for (size_t i = 0; i < domain->permitted_count; i++) {
        const struct permitted *permitted = &domain->permitted[i];
        nearest_offer(&near, permitted->code);
        if (domain->permitted_count <= CODES_SAID)
            buffer_printf(&out, "%s%s", i ? ", " : ": ", permitted->code);
    }
    buffer_text(&out, nearest_hint(arena, near.best));
    return buffer_string(&out);
}

static void check_code(const struct checking *checking, const struct xml_attribute *at,
                       const struct element *element)
{
    const struct domain *domain = element->domain;
    if (!at || text_is_blank(at->value) || !domain->permitted || domain_code(domain, at->value))
        return;
    complain(checking, at,
             arena_printf(checking->arena, "'%s' is not in the code list of %s%s", at->value,
                          element->name, all_codes(checking->arena, domain, at->value)));
}

void check_codes(const struct checking *checking, const struct xml_node *value,
                 const struct element *element)
{
    if (!value->first)
        check_code(checking, xml_attribute(value, "const"), element);
    const struct xml_node *last = value->first;
    while (last && last->next)
        last = last->next;
    if (last && text_equal(last->name, "default"))
        check_code(checking, xml_attribute(last, "value"), element);
    if (last && text_equal(last->name, "map"))
        for (const struct xml_node *entry = last->first; entry; entry = entry->next)
            check_code(checking, xml_attribute(entry, "to"), element);
    const struct xml_attribute *country = xml_attribute(value, "country");
    if (country && !strchr(country->value, '{') && !check_is_country(checking, country->value))
        complain(
            checking, country,
            arena_printf(
                checking->arena, "'%s' is no country code of ISO 3166-1 (such as AU)%s",
                country->value,
                nearest_hint(checking->arena,
                             domain_code(check_countries(checking->dictionary), country->value))));
}

static bool same_words(const struct xml_node *left, const struct xml_node *right)
{
    static const char *const words[] = {"of", "kind", "scheme", "group", "if", "unless", "is"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (!text_equal(xml_text(left, words[i], ""), xml_text(right, words[i], "")))
            return false;
    return true;
}

static bool stands_alone(const struct checking *checking, const struct xml_node *value)
{
    const struct element *element =
        dictionary_element(checking->dictionary, xml_text(value, "of", ""));
    return element && (!element->many || element->composite);
}

void check_repeats(const struct checking *checking, const struct xml_node *record)
{
    for (const struct xml_node *value = record->first; value; value = value->next) {
        if (!text_equal(value->name, "value") || !stands_alone(checking, value))
            continue;
        const struct xml_node *before = record->first;
        while (before != value &&
               (!text_equal(before->name, "value") || !same_words(before, value)))
            before = before->next;
        if (before != value)
            finding_warn(checking->findings, checking->xml->file, value->line, value->column,
                         "%s has a value in line %u already; a record has one of them",
                         xml_text(value, "of", ""), before->line);
    }
}

void check_parts(const struct checking *checking, const struct xml_node *source)
{
    for (const struct xml_node *record = source->first; record; record = record->next) {
        if (!text_equal(record->name, "record"))
            continue;
        for (const struct xml_node *other = source->first; other != record; other = other->next) {
            if (!text_equal(other->name, "record") ||
                !text_equal(xml_text(other, "key", ""), xml_text(record, "key", "")) ||
                !text_equal(xml_text(other, "part", ""), xml_text(record, "part", "")))
                continue;
            finding_add(checking->findings, checking->xml->file, record->line, record->column,
                        "the record of line %u has the same key and part; give this one a part of "
                        "its own (part=\"...\")",
                        other->line);
            break;
        }
    }
}
