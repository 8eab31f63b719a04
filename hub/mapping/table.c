#include "hub/mapping/table.h"

#include "hub/base/nearest.h"
#include "hub/mapping/beside.h"
#include "hub/mapping/transform.h"

/* A row of a file on its way into the entries. */
struct filling {
    const struct checking *checking;
    const struct xml_attribute *at; /* the file's */
    const char *from, *to;          /* columns */
    struct map *entries;
    unsigned repeated; /* the first line whose text has another meaning already; 0: none */
};

static struct map *new_map(struct arena *arena)
{
    struct map *map = NEW(arena, struct map);
    map->arena = arena;
    return map;
}

static bool add_entry(struct map *entries, const char *from, const char *to)
{
    const char *key = transform_lower(entries->arena, from);
    const char *there = map_get_text(entries, key);
    if (!there)
        map_put_text(entries, key, arena_strdup(entries->arena, to));
    return !there || text_equal(there, to);
}

const struct map *table_entries(const struct checking *checking, const struct xml_node *node)
{
    struct map *entries = new_map(checking->arena);
    for (const struct xml_node *entry = node->first; entry; entry = entry->next) {
        const struct xml_attribute *from = xml_attribute(entry, "from");
        if (map_get_text(entries, transform_lower(checking->arena, from->value)))
            CHECK_SAY(checking, from, "'%s' has an entry already", from->value);
        else
            (void)add_entry(entries, from->value, xml_text(entry, "to", ""));
    }
    return entries;
}

static bool has_column(const struct filling *filling, const struct fields *header,
                       const char *column)
{
    struct nearest near = {.word = column};
    const char *const *name = fields_names(filling->checking->arena, header);
    for (; *name && !text_equal(*name, column); name++)
        nearest_offer(&near, *name);
    if (!*name)
        CHECK_SAY(filling->checking, filling->at, "the file '%s' has no column '%s'%s",
                  filling->at->value, column, nearest_hint(filling->checking->arena, near.best));
    return *name;
}

/* A row without either text says nothing. */
static void add_row(struct filling *filling, const struct fields *row, unsigned line)
{
    const char *from = fields_text(row, filling->from, NULL);
    const char *to = fields_text(row, filling->to, NULL);
    if (!from || !to || text_is_blank(from))
        return;
    if (!add_entry(filling->entries, from, text_trim(filling->checking->arena, to)) &&
        !filling->repeated)
        filling->repeated = line;
}

static void read_rows(struct filling *filling, const struct format *format, const char *text)
{
    const struct checking *checking = filling->checking;
    struct splitter *splitter =
        splitter_new(checking->arena, format, (struct slice){text, strlen(text)});
    struct slice header = {.bytes = ""};
    struct cut cut;
    while (splitter_next(splitter, &cut)) {
        struct reject reject;
        if (cut.is_header)
            header = cut.raw;
        const struct fields *row =
            cut.reject ? NULL
                       : format_decode(checking->arena, format, header, cut.raw, cut.line, &reject);
        if (!row) {
            CHECK_SAY(checking, filling->at, "line %u of the file '%s': %s", cut.line,
                      filling->at->value, cut.reject ? cut.reject->message : reject.message);
            return;
        }
        if (!cut.is_header)
            add_row(filling, row, cut.line);
        else if (!has_column(filling, row, filling->from) || !has_column(filling, row, filling->to))
            return;
    }
    if (filling->repeated)
        CHECK_WARN(checking, filling->at,
                   "the text in line %u of the file '%s' stands before with another meaning; the "
                   "first one counts",
                   filling->repeated, filling->at->value);
}

static const struct map *read_file(const struct checking *checking, const struct xml_node *node,
                                   const char *text)
{
    const char *delimiter = xml_text(node, "delimiter", ",");
    struct format format = {.kind = FORMAT_CSV,
                            .delimiter = *(text_equal(delimiter, "tab") ? "\t" : delimiter),
                            .quote = '"',
                            .header = true};
    struct filling filling = {.checking = checking,
                              .at = xml_attribute(node, "file"),
                              .from = xml_text(node, "from", ""),
                              .to = xml_text(node, "to", ""),
                              .entries = new_map(checking->arena)};
    read_rows(&filling, &format, text);
    return filling.entries;
}

static bool check_table(const struct checking *checking, const struct xml_node *node)
{
    bool file = xml_attribute(node, "file");
    bool columns = xml_attribute(node, "from") && xml_attribute(node, "to");
    if (file == !node->first && file == columns)
        return true;
    CHECK_SAY(checking, node,
              "<table> needs a file with the columns from and to, or entries of its own");
    return false;
}

static struct table *read_table(const struct checking *checking, const struct xml_node *node)
{
    struct table *table = NEW(checking->arena, struct table);
    table->name = xml_text(node, "name", "");
    table->entries = new_map(checking->arena);
    if (!check_table(checking, node))
        return table;
    const struct xml_attribute *file = xml_attribute(node, "file");
    table->text = file ? beside_read(checking, file, "a table's file", ".csv") : NULL;
    if (table->text) {
        table->file = file->value;
        table->entries = read_file(checking, node, table->text);
    } else if (!file) {
        table->entries = table_entries(checking, node);
    }
    return table;
}

const struct table *tables_read(const struct checking *checking, const struct xml_node *source)
{
    const struct table *first = NULL, **last = &first;
    for (const struct xml_node *node = source->first; node; node = node->next) {
        if (!text_equal(node->name, "table"))
            continue;
        struct table *table = read_table(checking, node);
        for (const struct table *other = first; other; other = other->next)
            if (text_equal(other->name, table->name))
                CHECK_SAY(checking, node, "there is a <table> '%s' already", table->name);
        *last = table;
        last = &table->next;
    }
    return first;
}

static bool is_written(const struct table *tables, const struct table *table)
{
    while (tables != table && !(tables->file && text_equal(tables->file, table->file)))
        tables = tables->next;
    return tables != table;
}

const char *tables_json(struct arena *arena, const struct table *tables,
                        const struct xml_attribute *schema, const char *text)
{
    struct json_writer writer = {.out = {.arena = arena}};
    json_open(&writer, '{');
    size_t count = 0;
    for (const struct table *table = tables; table; table = table->next)
        if (table->file && !is_written(tables, table)) {
            json_member(&writer, table->file, table->text);
            count++;
        }
    if (schema && text) {
        json_member(&writer, schema->value, text);
        count++;
    }
    json_close(&writer, '}');
    return count ? buffer_string(&writer.out) : NULL;
}
