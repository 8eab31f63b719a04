#include "hub/mapping/read_format.h"

#include "hub/mapping/beside.h"

#define WIDTH_MOST FORMAT_RECORD_MOST

static void read_encoding(const struct checking *checking, const struct xml_node *node,
                          struct format *format)
{
    const struct xml_attribute *encoding = xml_attribute(node, "encoding");
    if (encoding)
        format->encoding = encoding->value;
    if (encoding && !format_encoding_known(format->encoding))
        CHECK_SAY(checking, encoding,
                  "the encoding '%s' is not known or not read here; such as UTF-8, UTF-16, "
                  "ISO-8859-1, windows-1252",
                  encoding->value);
}

static void read_csv(const struct checking *checking, const struct xml_node *node,
                     struct format *format)
{
    const char *delimiter = xml_text(node, "delimiter", ",");
    const char *quote = xml_text(node, "quote", "\"");
    format->delimiter = *(text_equal(delimiter, "tab") ? "\t" : delimiter);
    format->quote = *(text_equal(quote, "none") ? "" : quote);
    format->header = text_equal(xml_text(node, "header", "yes"), "yes");
    if (format->quote && format->quote == format->delimiter)
        finding_add(checking->findings, checking->xml->file, node->line, node->column,
                    "delimiter and quote cannot both be '%s'", quote);
}

/* A number of characters, 0 where the attribute is absent or has been complained about. */
static unsigned read_number(const struct checking *checking, const struct xml_node *node,
                            const char *name)
{
    int64_t number = 0;
    const struct xml_attribute *at = xml_attribute(node, name);
    if (at && !text_to_int(at->value, 1, WIDTH_MOST, &number))
        CHECK_SAY(checking, at, "%s cannot be '%s'; it is a number from 1 to %d", name, at->value,
                  WIDTH_MOST);
    return (unsigned)number;
}

static void check_column(const struct checking *checking, const struct xml_node *node,
                         const struct format *format, const struct format_column *column)
{
    const struct xml_attribute *name = xml_attribute(node, "name");
    bool one = !xml_attribute(node, "to") != !xml_attribute(node, "width");
    for (size_t i = 0; i < format->column_count; i++)
        if (text_equal(format->columns[i].name, name->value))
            CHECK_SAY(checking, name, "there is a field '%s' already", name->value);
    if (!one)
        finding_add(checking->findings, checking->xml->file, node->line, node->column,
                    "<field> needs either to or width: the last of its characters, or how many");
    else if (column->to && column->to < column->from)
        CHECK_SAY(checking, xml_attribute(node, "to"),
                  "the field ends at %u, before it starts at %u", column->to, column->from);
}

static void read_fixed(const struct checking *checking, const struct xml_node *node,
                       struct format *format)
{
    size_t count = 0;
    for (const struct xml_node *child = node->first; child; child = child->next)
        count++;
    struct format_column *columns = NEW_ARRAY(checking->arena, struct format_column, count);
    format->columns = columns;
    format->header = xml_yes(node, "header");
    for (const struct xml_node *child = node->first; child; child = child->next) {
        struct format_column column = {.name = xml_text(child, "name", ""),
                                       .from = read_number(checking, child, "from"),
                                       .to = read_number(checking, child, "to")};
        unsigned width = read_number(checking, child, "width");
        if (width && column.from)
            column.to = column.from + width - 1;
        check_column(checking, child, format, &column);
        columns[format->column_count++] = column;
    }
}

static void read_json(const struct checking *checking, const struct xml_node *node,
                      struct format *format)
{
    (void)checking;
    format->records = xml_text(node, "records", "");
}

static void read_xml(const struct checking *checking, const struct xml_node *node,
                     struct format *format)
{
    size_t count = 0;
    for (const struct xml_node *child = node->first; child; child = child->next)
        count++;
    struct format_namespace *namespaces =
        NEW_ARRAY(checking->arena, struct format_namespace, count + 1);
    const struct xml_attribute *schema = xml_attribute(node, "schema");
    format->records = xml_text(node, "records", "");
    format->schema = schema ? beside_read(checking, schema, "a schema", ".xsd") : NULL;
    format->namespaces = namespaces;
    for (const struct xml_node *child = node->first; child; child = child->next) {
        const struct xml_attribute *prefix = xml_attribute(child, "prefix");
        for (size_t i = 0; i < format->namespace_count; i++)
            if (text_equal(namespaces[i].prefix, prefix->value))
                CHECK_SAY(checking, prefix, "there is a prefix '%s' already", prefix->value);
        namespaces[format->namespace_count++] =
            (struct format_namespace){prefix->value, xml_text(child, "uri", "")};
    }
}

/* What a kind says, or a pattern of its own. */
static void read_log(const struct checking *checking, const struct xml_node *node,
                     struct format *format)
{
    const struct xml_attribute *pattern = xml_attribute(node, "pattern");
    const struct xml_attribute *kind = xml_attribute(node, "kind");
    format->pattern = kind ? format_log_pattern(kind->value) : pattern ? pattern->value : NULL;
    if (!kind == !pattern)
        CHECK_SAY(checking, node, "<log> needs either a kind or a pattern");
}

/* Of which there is nothing to say. */
static void read_bare(const struct checking *checking, const struct xml_node *node,
                      struct format *format)
{
    (void)checking, (void)node, (void)format;
}

static const struct {
    const char *name;
    enum format_kind kind;
    void (*read)(const struct checking *checking, const struct xml_node *node,
                 struct format *format);
} kinds[] = {
    {"csv", FORMAT_CSV, read_csv},      {"fixed", FORMAT_FIXED, read_fixed},
    {"jsonl", FORMAT_JSONL, read_bare}, {"json", FORMAT_JSON, read_json},
    {"xml", FORMAT_XML, read_xml},      {"log", FORMAT_LOG, read_log},
    {"mime", FORMAT_MIME, read_bare},
};

/* First without a schema, so that each mistake is said at its attribute. */
static void open_format(const struct checking *checking, const struct xml_node *kind,
                        struct format *format)
{
    const struct xml_attribute *records = xml_attribute(kind, "records");
    const struct xml_attribute *pattern = xml_attribute(kind, "pattern");
    const struct xml_attribute *schema = xml_attribute(kind, "schema");
    const char *fault, *text = format->schema;
    format->schema = NULL;
    if (!format_open(checking->arena, format, &fault)) {
        if (pattern)
            CHECK_SAY(checking, pattern, "the pattern cannot be read: %s", fault);
        if (records)
            CHECK_SAY(checking, records, "records cannot be '%s': %s", records->value, fault);
        return;
    }
    format->schema = text;
    if (text && !format_open(checking->arena, format, &fault))
        CHECK_SAY(checking, schema, "the schema '%s' cannot be used: %s", schema->value, fault);
}

void read_format(const struct checking *checking, const struct xml_node *node,
                 struct format *format)
{
    const struct xml_node *kind = node->first;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (!text_equal(kinds[i].name, kind->name))
            continue;
        *format = (struct format){.kind = kinds[i].kind};
        if (format->kind != FORMAT_XML)
            format->encoding = "UTF-8";
        kinds[i].read(checking, kind, format);
        read_encoding(checking, kind, format);
    }
    open_format(checking, kind, format);
}

const struct xml_attribute *read_schema_name(const struct xml_node *source)
{
    const struct xml_node *format = xml_child(source, "format");
    return format && format->first ? xml_attribute(format->first, "schema") : NULL;
}
