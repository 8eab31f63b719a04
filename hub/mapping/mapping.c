#include "hub/mapping/mapping.h"

#include "hub/mapping/read.h"
#include "hub/mapping/read_format.h"

#define TRUST_DEFAULT 50

static void read_transport(const struct xml_node *from, struct transport *transport)
{
    const struct xml_node *node = from->first;
    bool push = text_equal(node->name, "push");
    transport->kind = push ? TRANSPORT_PUSH : TRANSPORT_DIRECTORY;
    transport->pattern = push ? NULL : xml_text(node, "pattern", "*");
    transport->snapshot = xml_yes(node, "snapshot");
}

static const struct record_rule *read_records(const struct checking *checking,
                                              const struct xml_node *source)
{
    const struct record_rule *first = NULL, **last = &first;
    for (const struct xml_node *node = source->first; node; node = node->next) {
        if (!text_equal(node->name, "record"))
            continue;
        struct record_rule *rule = read_record(checking, node);
        *last = rule;
        last = &rule->next;
    }
    if (!first)
        finding_add(checking->findings, checking->xml->file, source->line, source->column,
                    "<source> needs a <record>");
    check_parts(checking, source);
    return first;
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
    mapping->trust = read_trust(&checking, source, TRUST_DEFAULT);
    mapping->region = check_region(&checking, source);
    read_transport(xml_child(source, "from"), &mapping->from);
    read_format(&checking, xml_child(source, "format"), &mapping->format);
    mapping->countries = check_countries(dictionary);
    mapping->drops = read_names(&checking, source, "drop");
    mapping->ignores = read_names(&checking, source, "ignore");
    mapping->deletes = read_deletes(&checking, source);
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
    return first && (first->next || first->part || first->each);
}
