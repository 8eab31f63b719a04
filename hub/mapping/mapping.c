#include "hub/mapping/mapping.h"

#include "hub/base/nearest.h"
#include "hub/mapping/check.h"
#include "hub/mapping/rules.h"

#define TRUST_DEFAULT 50

static void read_transport(const struct xml_node *from, struct transport *transport)
{
    const struct xml_node *node = from->first;
    bool push = text_equal(node->name, "push");
    transport->kind = push ? TRANSPORT_PUSH : TRANSPORT_DIRECTORY;
    transport->pattern = push ? NULL : xml_text(node, "pattern", "*");
    transport->snapshot = xml_yes(node, "snapshot");
}

static void read_csv(const struct checking *checking, const struct xml_node *node,
                     struct format *format)
{
    const char *delimiter = xml_text(node, "delimiter", ",");
    const char *quote = xml_text(node, "quote", "\"");
    const struct xml_attribute *encoding = xml_attribute(node, "encoding");
    format->kind = FORMAT_CSV;
    format->delimiter = *(text_equal(delimiter, "tab") ? "\t" : delimiter);
    format->quote = *(text_equal(quote, "none") ? "" : quote);
    format->header = text_equal(xml_text(node, "header", "yes"), "yes");
    format->encoding = encoding ? encoding->value : "UTF-8";
    if (encoding && !format_encoding_known(format->encoding))
        finding_add(checking->findings, checking->xml->file, encoding->line, encoding->column,
                    "the encoding '%s' is not known or not read here; such as UTF-8, ISO-8859-1, "
                    "windows-1252",
                    encoding->value);
    if (format->quote && format->quote == format->delimiter)
        finding_add(checking->findings, checking->xml->file, node->line, node->column,
                    "delimiter and quote cannot both be '%s'", quote);
}

static void read_format(const struct checking *checking, const struct xml_node *node,
                        struct format *format)
{
    if (text_equal(node->first->name, "csv"))
        read_csv(checking, node->first, format);
    else
        *format = (struct format){.kind = FORMAT_JSONL, .encoding = "UTF-8"};
}

/* A template whose fields the format knows; NULL when the attribute is absent or wrong. */
static const struct template *read_template(const struct checking *checking,
                                            const struct xml_node *node, const char *name)
{
    const struct xml_attribute *at = xml_attribute(node, name);
    if (!at)
        return NULL;
    const char *fault;
    const struct template *template = template_read(checking->arena, at->value, &fault);
    if (!template)
        finding_add(checking->findings, checking->xml->file, at->line, at->column,
                    "%s cannot be '%s': %s", name, at->value, fault);
    for (const struct template *piece = template; piece; piece = piece->next)
        if (piece->is_field)
            (void)check_field(checking, at, piece->text);
    return template;
}

/* A field's name, or a template when there is a bracket in it. */
static const struct template *read_field(const struct checking *checking,
                                         const struct xml_node *node, const char *name)
{
    const struct xml_attribute *at = xml_attribute(node, name);
    if (!at || strchr(at->value, '{'))
        return read_template(checking, node, name);
    (void)check_field(checking, at, at->value);
    return template_field(checking->arena, at->value);
}

static const char *read_each(const struct checking *checking, const struct xml_node *node)
{
    const struct xml_attribute *at = xml_attribute(node, "each");
    if (at && checking->format->kind != FORMAT_JSONL)
        finding_add(checking->findings, checking->xml->file, at->line, at->column,
                    "each needs a list, and CSV has none");
    else if (at)
        (void)check_field(checking, at, at->value);
    return at ? at->value : NULL;
}

/* A field that must be there, or must not. */
static const char *read_condition(const struct checking *checking, const struct xml_node *node,
                                  const char *name)
{
    const struct xml_attribute *at = xml_attribute(node, name);
    if (at)
        (void)check_field(checking, at, at->value);
    return at ? at->value : NULL;
}

static const struct date_form *read_date(const struct checking *checking,
                                         const struct xml_node *node)
{
    const struct xml_attribute *at = xml_attribute(node, "date");
    if (!at)
        return NULL;
    const char *fault;
    const struct date_form *form = date_form_read(checking->arena, at->value, &fault);
    if (!form)
        finding_add(checking->findings, checking->xml->file, at->line, at->column,
                    "the date form '%s' cannot be read: %s", at->value, fault);
    return form;
}

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

static struct value_rule *read_value(const struct checking *checking, const struct xml_node *node,
                                     const char *class_name)
{
    struct value_rule *rule = NEW(checking->arena, struct value_rule);
    rule->element = check_element(checking, node, class_name);
    if (rule->element)
        check_codes(checking, node, rule->element);
    read_origin(checking, node, rule);
    rule->each = read_each(checking, node);
    rule->only_if = read_condition(checking, node, "if");
    rule->unless = read_condition(checking, node, "unless");
    rule->date = read_date(checking, node);
    rule->transforms = transforms_read(checking->arena, checking->xml, node, checking->findings);
    rule->scheme = read_template(checking, node, "scheme");
    rule->kind = read_template(checking, node, "kind");
    rule->group = read_template(checking, node, "group");
    rule->country = read_template(checking, node, "country");
    rule->verified = xml_yes(node, "verified");
    return rule;
}

static void read_values(const struct checking *checking, const struct xml_node *node,
                        struct record_rule *rule)
{
    struct value_rule *last = NULL;
    for (const struct xml_node *child = node->first; child; child = child->next) {
        struct value_rule *value = read_value(checking, child, rule->class_name);
        if (last)
            last->next = value;
        else
            rule->values = value;
        last = value;
    }
    check_repeats(checking, node);
}

static void say_no_class(const struct checking *checking, const struct xml_attribute *class)
{
    struct nearest nearest = {.word = class->value};
    for (size_t i = 0; i < checking->dictionary->class_count; i++)
        nearest_offer(&nearest, checking->dictionary->classes[i].name);
    finding_add(checking->findings, checking->xml->file, class->line, class->column,
                "the dictionary has no class '%s'%s", class->value,
                nearest_hint(checking->arena, nearest.best));
}

static struct record_rule *read_record(const struct checking *checking, const struct xml_node *node)
{
    struct record_rule *rule = NEW(checking->arena, struct record_rule);
    const struct xml_attribute *class = xml_attribute(node, "class");
    rule->class_name = class->value;
    rule->key = read_field(checking, node, "key");
    rule->part = read_template(checking, node, "part");
    rule->each = read_each(checking, node);
    if (dictionary_class(checking->dictionary, class->value))
        read_values(checking, node, rule);
    else
        say_no_class(checking, class);
    return rule;
}

static const char *const *read_drops(const struct checking *checking, const struct xml_node *source)
{
    size_t count = 0;
    for (const struct xml_node *node = source->first; node; node = node->next)
        count += text_equal(node->name, "drop");
    const char **drops = NEW_ARRAY(checking->arena, const char *, count + 1);
    count = 0;
    for (const struct xml_node *node = source->first; node; node = node->next) {
        const struct xml_attribute *at = xml_attribute(node, "field");
        if (text_equal(node->name, "drop") && check_field(checking, at, at->value))
            drops[count++] = at->value;
    }
    return drops;
}

static const struct record_rule *read_records(const struct checking *checking,
                                              const struct xml_node *source)
{
    struct record_rule *first = NULL, *last = NULL;
    for (const struct xml_node *node = source->first; node; node = node->next) {
        if (!text_equal(node->name, "record"))
            continue;
        struct record_rule *rule = read_record(checking, node);
        if (last)
            last->next = rule;
        else
            first = rule;
        last = rule;
    }
    if (!first)
        finding_add(checking->findings, checking->xml->file, source->line, source->column,
                    "<source> needs a <record>");
    check_parts(checking, source);
    return first;
}

static unsigned read_trust(const struct checking *checking, const struct xml_node *source)
{
    int64_t trust = TRUST_DEFAULT;
    const struct xml_attribute *at = xml_attribute(source, "trust");
    if (at && !text_to_int(at->value, 0, 100, &trust))
        finding_add(checking->findings, checking->xml->file, at->line, at->column,
                    "trust cannot be '%s'; it is a number from 0 to 100", at->value);
    return (unsigned)trust;
}

static const struct mapping *read_source(struct arena *arena, const struct dictionary *dictionary,
                                         const struct xml_file *xml, struct findings *findings)
{
    size_t errors = findings->errors;
    const struct xml_node *source = xml->root;
    struct mapping *mapping = NEW(arena, struct mapping);
    const struct checking checking = {.arena = arena,
                                      .dictionary = dictionary,
                                      .xml = xml,
                                      .findings = findings,
                                      .format = &mapping->format};
    const struct xml_node *description = xml_child(source, "description");
    check_name(&checking, source);
    mapping->source = xml_text(source, "name", "");
    mapping->connector = xml_text(source, "connector", "");
    mapping->description = description ? description->text : "";
    mapping->file = xml->file;
    mapping->hash = xml->hash;
    mapping->body = xml->body;
    mapping->trust = read_trust(&checking, source);
    mapping->region = check_region(&checking, source);
    read_transport(xml_child(source, "from"), &mapping->from);
    read_format(&checking, xml_child(source, "format"), &mapping->format);
    mapping->drops = read_drops(&checking, source);
    mapping->records = read_records(&checking, source);
    return findings->errors == errors ? mapping : NULL;
}

const struct mapping *mapping_load(struct arena *arena, const struct dictionary *dictionary,
                                   const char *schema, const char *file, struct findings *findings)
{
    const struct xml_file *xml = xml_load(arena, file, schema, findings);
    return xml ? read_source(arena, dictionary, xml, findings) : NULL;
}

const struct mapping *mapping_read(struct arena *arena, const struct dictionary *dictionary,
                                   const char *schema, const char *file, struct slice text,
                                   struct findings *findings)
{
    const struct xml_file *xml = xml_read(arena, file, text, schema, findings);
    return xml ? read_source(arena, dictionary, xml, findings) : NULL;
}

bool mapping_has_parts(const struct mapping *mapping)
{
    const struct record_rule *first = mapping->records;
    return first && (first->next || first->part);
}
