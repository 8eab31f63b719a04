#include "hub/mapping/mapping.h"

#include "hub/base/hash.h"
#include "hub/mapping/hints.h"
#include "hub/mapping/read.h"
#include "hub/mapping/read_format.h"
#include "hub/mapping/read_transport.h"
#include "hub/mapping/table.h"

#define TRUST_DEFAULT 50

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

static const char *version_of(struct arena *arena, const struct mapping *mapping)
{
    if (!mapping->tables)
        return mapping->hash;
    const char *both = arena_printf(arena, "%s %s", mapping->hash, mapping->tables);
    return sha256_hex(arena, both, strlen(both));
}

static void read_head(const struct checking *checking, const struct xml_node *source,
                      struct mapping *mapping)
{
    const struct xml_node *description = xml_child(source, "description");
    check_name(checking, source);
    mapping->source = xml_text(source, "name", "");
    mapping->connector = xml_text(source, "connector", "");
    mapping->description = description ? description->text : "";
    mapping->file = checking->xml->file;
    mapping->hash = checking->xml->hash;
    mapping->body = checking->xml->body;
    mapping->trust = read_trust(checking, source, TRUST_DEFAULT);
    mapping->region = check_region(checking, source);
    mapping->countries = check_countries(checking->dictionary);
    read_transport(checking, source, &mapping->from);
    read_format(checking, xml_child(source, "format"), &mapping->format);
}

/* What is dropped is taken out before a record is checked. */
static void warn_of_drops(const struct checking *checking, const struct xml_node *source,
                          const struct mapping *mapping)
{
    const struct xml_node *drop = xml_child(source, "drop");
    if (drop && mapping->format.schema)
        CHECK_WARN(checking, drop,
                   "records are checked by their schema without what is dropped: the schema must "
                   "allow that it is not there");
}

static const struct mapping *read_source(struct checking *checking, const struct xml_file *xml)
{
    if (!xml)
        return NULL;
    size_t errors = checking->findings->errors;
    const struct xml_node *source = xml->root;
    struct mapping *mapping = NEW(checking->arena, struct mapping);
    checking->xml = xml;
    checking->format = &mapping->format;
    read_head(checking, source, mapping);
    checking->tables = tables_read(checking, source);
    mapping->tables = tables_json(checking->arena, checking->tables, read_schema_name(source),
                                  mapping->format.schema);
    warn_of_drops(checking, source, mapping);
    mapping->hash = version_of(checking->arena, mapping);
    mapping->drops = read_names(checking, source, "drop");
    mapping->ignores = read_names(checking, source, "ignore");
    mapping->deletes = read_deletes(checking, source);
    mapping->records = read_records(checking, source);
    check_relations(checking, source);
    if (checking->findings->errors > errors)
        return NULL;
    hint_source(checking, source, mapping_fields(checking->arena, mapping));
    return mapping;
}

const struct mapping *mapping_load(struct arena *arena, const struct dictionary *dictionary,
                                   const char *schema, const char *file, struct findings *findings)
{
    struct checking checking = {.arena = arena, .dictionary = dictionary, .findings = findings};
    return read_source(&checking, xml_load(arena, file, schema, findings));
}

const struct mapping *mapping_read(struct arena *arena, const struct dictionary *dictionary,
                                   const char *schema, const char *file, struct slice text,
                                   struct findings *findings)
{
    struct checking checking = {
        .arena = arena, .dictionary = dictionary, .findings = findings, .is_stored = true};
    return read_source(&checking, xml_read(arena, file, text, schema, findings));
}

const struct mapping *mapping_restore(struct arena *arena, const struct dictionary *dictionary,
                                      const char *schema, const struct mapping_copy *copy,
                                      struct findings *findings)
{
    struct checking checking = {
        .arena = arena, .dictionary = dictionary, .findings = findings, .is_stored = true};
    struct json_fault fault;
    if (copy->tables)
        checking.stored = json_parse(arena, copy->tables, strlen(copy->tables), &fault);
    struct slice body = {copy->body, strlen(copy->body)};
    return read_source(&checking, xml_read(arena, copy->file, body, schema, findings));
}

bool mapping_has_parts(const struct mapping *mapping)
{
    const struct record_rule *first = mapping->records;
    return first && (first->next || first->part || first->each);
}
