/* The mapping file that is suggested. */
#include "hub/profile/read.h"
#include "hub/profile/suggest.h"

struct writing {
    struct buffer out;
    struct arena *arena;
    const struct suggestions *all;
    const char *key;
};

/* A comment; two hyphens cannot stand in it. */
static void comment(struct writing *writing, const char *indent, const char *text)
{
    buffer_printf(&writing->out, "%s<!-- ", indent);
    for (const char *c = text; *c; c++) {
        if (*c == '-' && c[1] == '-')
            buffer_char(&writing->out, '=');
        else if ((unsigned char)*c < ' ')
            buffer_char(&writing->out, ' ');
        else
            buffer_char(&writing->out, *c);
    }
    buffer_text(&writing->out, " -->\n");
}

static void put(struct writing *writing, const char *name, const char *value)
{
    if (value)
        buffer_printf(&writing->out, " %s=\"%s\"", name, xml_attribute_text(writing->arena, value));
}

static int by_element(const void *left, const void *right)
{
    const struct suggestion *const *l = left, *const *r = right;
    const char *l_group = text_or_empty((*l)->group), *r_group = text_or_empty((*r)->group);
    bool both = (*l)->element->composite && (*r)->element->composite;
    if (both && !text_equal(l_group, r_group))
        return strcmp(l_group, r_group);
    if ((*l)->element->id != (*r)->element->id)
        return (*l)->element->id < (*r)->element->id ? -1 : 1;
    return *l < *r ? -1 : *l > *r;
}

/* Of a list in which each item says its type, a value for each type. */
static void write_branches(struct writing *writing, const struct suggestion *suggestion)
{
    for (size_t i = 0; i < suggestion->branch_count; i++) {
        const struct branch *branch = &suggestion->branches[i];
        buffer_text(&writing->out, "    <value");
        put(writing, "of", branch->element->name);
        put(writing, "each", suggestion->column->each);
        put(writing, "from", suggestion->column->name);
        put(writing, "if", suggestion->type->name);
        put(writing, "is", branch->is);
        put(writing, "kind", branch->kind);
        put(writing, "confidence", confidence_names[suggestion->confidence]);
        buffer_text(&writing->out, "/>\n");
    }
}

static void write_one(struct writing *writing, const struct suggestion *suggestion,
                      const char *take, bool employer)
{
    const struct column *column = suggestion->column;
    bool own = writing->all->records[suggestion->record].each;
    if (suggestion->note && !take && !employer)
        comment(writing, "    ",
                arena_printf(writing->arena, "%s: %s", column->label, suggestion->note));
    if (suggestion->branch_count) {
        write_branches(writing, suggestion);
        return;
    }
    buffer_text(&writing->out, "    <value");
    put(writing, "of", employer ? "customer.employer" : suggestion->element->name);
    put(writing, "each", own ? NULL : column->each);
    if (suggestion->template)
        put(writing, "template", suggestion->template);
    else
        put(writing, "from", column->name);
    put(writing, employer ? "if" : "unless", suggestion->person);
    put(writing, "date", suggestion->date);
    put(writing, "scheme", suggestion->scheme);
    put(writing, "kind", suggestion->kind);
    put(writing, "group", suggestion->group);
    put(writing, "country", suggestion->country);
    put(writing, "confidence", confidence_names[suggestion->confidence]);
    if (take)
        buffer_printf(&writing->out, "><couple take=\"%s\"/></value>\n", take);
    else if (suggestion->steps)
        buffer_printf(&writing->out, ">%s</value>\n", suggestion->steps);
    else
        buffer_text(&writing->out, "/>\n");
}

static void write_value(struct writing *writing, const struct suggestion *suggestion,
                        const char *take)
{
    write_one(writing, suggestion, take, false);
    if (suggestion->person)
        write_one(writing, suggestion, take, true);
}

static const struct suggestion **values_of(struct writing *writing, size_t record, size_t *count)
{
    const struct suggestions *all = writing->all;
    const struct suggestion **values =
        NEW_ARRAY(writing->arena, const struct suggestion *, all->count + 1);
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].use == USE_VALUE && all->list[i].record == record)
            values[(*count)++] = &all->list[i];
    if (*count)
        qsort(values, *count, sizeof(void *), by_element);
    return values;
}

/* What two who are named together also have in common. */
static bool is_shared(const struct suggestion *suggestion)
{
    return suggestion->element->composite || text_equal(suggestion->element->path, "phone");
}

static void write_spouse(struct writing *writing, const struct suggestion *const *values,
                         size_t count, const struct suggestion *couple)
{
    comment(writing, "  ",
            arena_printf(writing->arena, "%s: some of its texts name two people",
                         couple->column->label));
    buffer_printf(&writing->out,
                  "  <record class=\"customer\" key=\"%s\" part=\"spouse\" "
                  "needs=\"customer.name.full\">\n    <relation to=\"\" role=\"spouse\"/>\n",
                  xml_attribute_text(writing->arena, writing->key));
    write_value(writing, couple, "second");
    for (size_t i = 0; i < count; i++)
        if (is_shared(values[i]))
            write_value(writing, values[i], NULL);
    buffer_text(&writing->out, "  </record>\n");
}

static void open_record(struct writing *writing, const struct planned *record)
{
    buffer_text(&writing->out, "  <record");
    put(writing, "class", record->class->name);
    put(writing, "key", record->key ? record->key : writing->key);
    put(writing, "each", record->each);
    put(writing, "part", record->part);
    buffer_text(&writing->out, ">\n");
}

static bool has_part(const struct suggestions *all, const char *part)
{
    for (size_t i = 0; i < all->record_count; i++)
        if (all->records[i].part && text_equal(all->records[i].part, part))
            return true;
    return false;
}

/* What a record has to do with the others of its delivery. */
static void write_relations(struct writing *writing, const struct planned *record)
{
    static const char *const buyers[] = {"registration", "transaction", "case", "interaction"};
    if (record->role)
        buffer_printf(&writing->out, "    <relation to=\"\" role=\"%s\"/>\n", record->role);
    for (size_t i = 0; i < COUNT_OF(buyers) && !record->each; i++)
        if (text_equal(record->class->name, buyers[i]) && has_part(writing->all, "product"))
            buffer_text(&writing->out, "    <relation to=\"product\" role=\"product\"/>\n");
}

static void write_record(struct writing *writing, size_t place)
{
    const struct planned *record = &writing->all->records[place];
    const struct suggestion *couple = NULL;
    size_t count = 0;
    const struct suggestion **values = values_of(writing, place, &count);
    if (!count && place > 0)
        return;
    open_record(writing, record);
    write_relations(writing, record);
    for (size_t i = 0; i < count; i++) {
        if (values[i]->couple && !couple)
            couple = values[i];
        write_value(writing, values[i], values[i] == couple ? "first" : NULL);
    }
    if (!count)
        buffer_text(&writing->out,
                    "    <!-- nothing could be placed: this only makes it a mapping -->\n"
                    "    <value of=\"customer.kind\" const=\"person\" "
                    "confidence=\"low\"/>\n");
    buffer_text(&writing->out, "  </record>\n");
    if (couple)
        write_spouse(writing, values, count, couple);
}

static void write_records(struct writing *writing)
{
    if (writing->all->key_note)
        comment(writing, "  ", writing->all->key_note);
    for (size_t i = 0; i < writing->all->record_count; i++)
        write_record(writing, i);
}

static void write_rest(struct writing *writing)
{
    const struct suggestions *all = writing->all;
    if (all->placed == all->count)
        return;
    comment(writing, "  ", "Not placed:");
    for (size_t i = 0; i < all->count; i++) {
        const struct suggestion *suggestion = &all->list[i];
        if (suggestion->use != USE_NONE)
            continue;
        const char *guess = suggestion->guess ? suggestion->guess->name : NULL;
        comment(writing, "  ",
                arena_printf(writing->arena, "%s: %s%s%s", suggestion->column->label,
                             suggestion->reason, guess ? "; nearest: " : "", text_or_empty(guess)));
    }
}

const char *suggest_mapping(struct arena *arena, const struct suggestions *all, const char *name,
                            const char *file, const char *format, size_t records)
{
    struct writing writing = {.out = {.arena = arena}, .arena = arena, .all = all, .key = all->key};
    if (!all->count && text_starts(format, "<json"))
        writing.key = "/id"; /* the file has no field at all */
    buffer_text(&writing.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    comment(
        &writing, "",
        arena_printf(arena,
                     "Suggested from %s: %zu records, %zu of %zu fields placed. Check each value, "
                     "those of low confidence first.",
                     file, records, all->placed, all->count));
    if (all->region_found)
        comment(&writing, "", "The region is that of most states; it tells how phones are read.");
    buffer_printf(&writing.out,
                  "<source xmlns=\"urn:axle:source:1\" name=\"%s\" connector=\"web\"%s%s%s>\n",
                  xml_attribute_text(arena, name), *all->region ? " region=\"" : "", all->region,
                  *all->region ? "\"" : "");
    buffer_printf(&writing.out, "  <description>Suggested from %s</description>\n",
                  xml_attribute_text(arena, file));
    /* A pattern takes what is packed as well. */
    const char *plain =
        text_ends(file, ".gz") ? arena_strndup(arena, file, strlen(file) - strlen(".gz")) : file;
    const char *dot = strrchr(plain, '.');
    buffer_printf(&writing.out, "  <from><directory pattern=\"*%s\"/></from>\n",
                  dot ? xml_attribute_text(arena, dot) : "");
    buffer_printf(&writing.out, "  <format>%s</format>\n", format);
    write_records(&writing);
    write_rest(&writing);
    buffer_text(&writing.out, "</source>\n");
    return buffer_string(&writing.out);
}
