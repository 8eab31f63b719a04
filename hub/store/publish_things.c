#include "hub/store/publish_sql.h"

/* Columns of every class's relation that come from no element. */
static const char *const own_columns[] = {"customer_id", "source",       "source_key",
                                          "part",        "record_count", "created_at",
                                          "updated_at",  "display_name", "is_stitched"};

/* Is it the id of a class's things: "product_id"? */
static bool is_id(const struct publication *to, const char *column)
{
    for (size_t i = 0; i < to->dictionary->class_count; i++)
        if (text_equal(column,
                       arena_printf(to->sql.arena, "%s_id", to->dictionary->classes[i].name)))
            return true;
    return false;
}

/* Where its name is taken, the class's stands before it: "offer_source". */
static const char *column_of(const struct publication *to, const struct element *element)
{
    bool taken = is_id(to, element->column);
    for (size_t i = 0; i < COUNT_OF(own_columns); i++)
        taken = taken || text_equal(element->column, own_columns[i]);
    return taken ? arena_printf(to->sql.arena, "%s_%s", to->class_name, element->column)
                 : element->column;
}

static const char *id_of(const struct publication *to, const char *class_name)
{
    return publish_name(to, arena_printf(to->sql.arena, "%s_id", class_name));
}

/* How a value of each kind is published; NULL: as text, which holds what has no type of its own, such as
 * a date of which only the year is known. */
static const char *cast_of(enum domain_kind kind)
{
    switch (kind) {
    case DOMAIN_TEXT:
    case DOMAIN_CODE:
    case DOMAIN_DATE:
        return NULL;
    case DOMAIN_TIME:
        return "hub.moment";
    case DOMAIN_INTEGER:
    case DOMAIN_NUMBER:
    case DOMAIN_MONEY:
    case DOMAIN_DURATION:
        return "hub.number";
    case DOMAIN_BOOLEAN:
        return "hub.truth";
    }
    return NULL;
}

static const char *typed(const struct publication *to, const struct element *element,
                         const char *text)
{
    const char *cast = cast_of(element->domain->kind);
    return cast ? arena_printf(to->sql.arena, "%s(%s)", cast, text) : text;
}

static bool is_column(const struct element *element)
{
    return !element->composite && !element->many;
}

static void add_elements(struct publication *to)
{
    const struct element *element;
    for (size_t at = 0; (element = publish_next(to, &at));)
        if (is_column(element))
            buffer_printf(
                &to->sql, ",\n       %s as %s",
                typed(to, element,
                      arena_printf(to->sql.arena, "t.doc->>%s", publish_text(to, element->path))),
                publish_name(to, column_of(to, element)));
}

/* Does the class have an element of that name, "product" or "line.product"?  Then its things are
 * something to a thing of that class. */
static bool names_class(const struct publication *to, const char *role)
{
    const struct element *element;
    if (text_equal(role, "customer") || text_equal(role, to->class_name))
        return false;
    for (size_t at = 0; (element = publish_next(to, &at));) {
        const char *dot = strrchr(element->path, '.');
        if (text_equal(dot ? dot + 1 : element->path, role))
            return true;
    }
    return false;
}

/* What it is to things of other classes.  Joined by unique keys: what nobody asks for costs nothing. */
static void add_roles(struct publication *to, bool columns)
{
    for (size_t i = 0; i < to->dictionary->class_count; i++) {
        const char *role = to->dictionary->classes[i].name;
        if (!names_class(to, role))
            continue;
        if (columns)
            buffer_printf(&to->sql, ",\n       r%zu.thing_id as %s", i, id_of(to, role));
        else
            buffer_printf(&to->sql,
                          "\nleft join hub.thing_relation n%zu on n%zu.thing_id = t.thing_id"
                          " and n%zu.role = %s\n"
                          "left join hub.thing_link r%zu on r%zu.record_id = n%zu.to_id",
                          i, i, i, publish_text(to, role), i, i, i);
    }
}

/* What many customers have to do with is nobody's. */
static bool is_owned(const struct publication *to)
{
    static const char *const shared[] = {"household", "campaign", "employee"};
    for (size_t i = 0; i < COUNT_OF(shared); i++)
        if (text_equal(to->class_name, shared[i]))
            return false;
    return true;
}

/* A household is called by its name on a screen. */
static bool is_displayed(const struct publication *to)
{
    return text_equal(to->class_name, "household");
}

static void comment_ids(struct publication *to, const char *view)
{
    buffer_printf(&to->sql,
                  "comment on column axle.%s.%s is 'The %s; the id stays while records come and"
                  " go';\n",
                  publish_name(to, view), id_of(to, to->class_name), to->class_name);
}

static void comment_roles(struct publication *to)
{
    for (size_t i = 0; i < to->dictionary->class_count; i++) {
        const char *role = to->dictionary->classes[i].name;
        if (names_class(to, role))
            buffer_printf(&to->sql,
                          "comment on column axle.%s.%s is 'The %s that a record of it names';\n",
                          publish_name(to, to->class_name), id_of(to, role), role);
    }
}

static void add_class(struct publication *to, const struct object_class *class)
{
    const struct element *element;
    buffer_printf(&to->sql, "create view axle.%s as\nselect t.thing_id as %s",
                  publish_name(to, class->name), id_of(to, class->name));
    if (is_displayed(to))
        buffer_text(&to->sql,
                    ",\n       coalesce(t.doc->>'name', lead.source_key) as display_name");
    add_elements(to);
    if (is_owned(to))
        buffer_text(&to->sql, ",\n       l.customer_id");
    if (class->visitor)
        buffer_text(
            &to->sql,
            ",\n       l.customer_id is not null and t.customer_record_id is null as is_stitched");
    add_roles(to, true);
    buffer_printf(
        &to->sql,
        ",\n       s.name as source, lead.source_key, lead.part,"
        "\n       (select count(*) from hub.thing_link c where c.thing_id = t.thing_id)::integer"
        " as record_count,"
        " t.created_at, t.updated_at\n"
        "from hub.thing t\n"
        "left join hub.link l on l.record_id = %s\n"
        "left join hub.record lead on lead.record_id = t.lead_id\n"
        "left join hub.source s on s.source_id = lead.source_id",
        class->visitor ? "coalesce(t.customer_record_id, t.stitched_record_id)"
                       : "t.customer_record_id");
    add_roles(to, false);
    buffer_printf(&to->sql, "\nwhere t.class = %s;\n", publish_text(to, class->name));
    publish_comment_view(to, class->name, class->definition);
    comment_ids(to, class->name);
    comment_roles(to);
    for (size_t at = 0; (element = publish_next(to, &at));)
        if (is_column(element))
            publish_comment_column(to, class->name, column_of(to, element), element);
}

/* One row an item of an array of the document. */
static void open_items(struct publication *to, const char *view)
{
    buffer_printf(&to->sql, "create view axle.%s as\nselect t.thing_id as %s",
                  publish_name(to, view), id_of(to, to->class_name));
}

static void close_items(struct publication *to, const char *path, bool kind)
{
    buffer_printf(&to->sql,
                  "%s,\n       i.n = 1 as is_primary\n"
                  "from hub.thing t, jsonb_array_elements(t.doc->%s) with ordinality i(item, n)\n"
                  "where t.class = %s;\n",
                  kind ? ",\n       i.item->>'kind' as kind" : "", publish_text(to, path),
                  publish_text(to, to->class_name));
}

static void add_many(struct publication *to, const struct element *element)
{
    const char *view = arena_printf(to->sql.arena, "%s_%s", to->class_name, element->column);
    open_items(to, view);
    buffer_printf(&to->sql, ", %s as value, i.item->>'scheme' as scheme",
                  typed(to, element, "i.item->>'value'"));
    close_items(to, element->path, true);
    publish_comment_view(to, view, element->label);
    publish_comment_column(to, view, "value", element);
    comment_ids(to, view);
}

/* "kind" is what every item may have, unless it is an element. */
static bool has_kind(const struct publication *to, const char *composite)
{
    const struct element *part;
    for (size_t at = 0; (part = publish_next_part(to, composite, &at));)
        if (text_equal(publish_part(part), "kind"))
            return true;
    return false;
}

static void add_composite(struct publication *to, const char *composite)
{
    const struct element *part;
    const char *view = arena_printf(to->sql.arena, "%s_%s", to->class_name, composite);
    open_items(to, view);
    for (size_t at = 0; (part = publish_next_part(to, composite, &at));)
        buffer_printf(
            &to->sql, ",\n       %s as %s",
            typed(to, part,
                  arena_printf(to->sql.arena, "i.item->>%s", publish_text(to, publish_part(part)))),
            publish_name(to, publish_part(part)));
    close_items(to, composite, !has_kind(to, composite));
    publish_comment_view(to, view, "Each as a whole from one record");
    comment_ids(to, view);
    for (size_t at = 0; (part = publish_next_part(to, composite, &at));)
        publish_comment_column(to, view, publish_part(part), part);
}

void publish_things(struct publication *to)
{
    const char *before = to->class_name;
    for (size_t i = 0; i < to->dictionary->class_count; i++) {
        const struct object_class *class = &to->dictionary->classes[i];
        const struct element *element;
        if (text_equal(class->name, "customer"))
            continue;
        to->class_name = class->name;
        add_class(to, class);
        for (size_t at = 0; (element = publish_next(to, &at));) {
            if (publish_leads(to, element))
                add_composite(to, element->composite);
            else if (element->many && !element->composite)
                add_many(to, element);
        }
    }
    to->class_name = before;
}
