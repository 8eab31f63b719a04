#include "hub/api/handlers.h"

static void write_value(struct json_writer *json, const struct json *value);

static void write_children(struct json_writer *json, const struct json *value, char open, char end)
{
    json_open(json, open);
    for (const struct json *child = value->first; child; child = child->next) {
        if (open == '{')
            json_name(json, child->name);
        write_value(json, child);
    }
    json_close(json, end);
}

static void write_value(struct json_writer *json, const struct json *value)
{
    switch (value->type) {
    case JSON_STRING:
        json_text(json, value->text);
        return;
    case JSON_NUMBER:
        json_raw(json, value->text);
        return;
    case JSON_TRUE:
    case JSON_FALSE:
        json_bool(json, value->type == JSON_TRUE);
        return;
    case JSON_NULL:
        json_raw(json, "null");
        return;
    case JSON_ARRAY:
        write_children(json, value, '[', ']');
        return;
    case JSON_OBJECT:
        write_children(json, value, '{', '}');
        return;
    }
}

struct view {
    const struct call *call;
    const struct object_class *class;
    const struct element *elements; /* of the class */
    const struct json *doc;
    struct json_writer *json;
};

static const char *plural(struct arena *arena, const char *name)
{
    return arena_printf(arena, "%s%s", name, text_ends(name, "s") ? "es" : "s");
}

/* Of an item of a composite, may this member be seen? */
static bool may_see_member(const struct view *view, const char *composite, const char *member)
{
    const struct element *element =
        dictionary_path(view->call->dictionary, view->class->name,
                        arena_printf(view->call->work, "%s.%s", composite, member));
    return !element || call_may_see(view->call, element);
}

/* The best stands first, and is called primary. */
static void write_items(const struct view *view, const char *name, const struct json *items)
{
    json_name(view->json, plural(view->call->work, name));
    json_open(view->json, '[');
    for (const struct json *item = items->first; item; item = item->next) {
        json_open(view->json, '{');
        for (const struct json *member = item->first; member; member = member->next) {
            if (!may_see_member(view, name, member->name))
                continue;
            json_name(view->json, member->name);
            write_value(view->json, member);
        }
        json_name(view->json, "primary");
        json_bool(view->json, item == items->first);
        json_close(view->json, '}');
    }
    json_close(view->json, ']');
}

/* How long the first part of a path is: "name" of name.family; 0 when it has no parts. */
static size_t nest_of(const struct element *element)
{
    const char *dot = strchr(element->path, '.');
    return dot ? (size_t)(dot - element->path) : 0;
}

static bool same_nest(const struct element *left, const struct element *right)
{
    size_t size = nest_of(left);
    return size && size == nest_of(right) && strncmp(left->path, right->path, size) == 0;
}

/* Elements with the first part of their path in common make one object, wherever they stand. */
static void write_nest(const struct view *view, unsigned first)
{
    const struct element *of = &view->elements[first];
    size_t size = nest_of(of);
    bool open = false;
    for (unsigned i = 0; i < view->class->count; i++) {
        const struct element *element = &view->elements[i];
        const struct json *value = json_get(view->doc, element->path);
        if (!same_nest(of, element))
            continue;
        if (i < first)
            return; /* written already */
        if (!value || !call_may_see(view->call, element))
            continue;
        if (!open) {
            json_name(view->json, arena_strndup(view->call->work, of->path, size));
            json_open(view->json, '{');
            open = true;
        }
        json_name(view->json, element->path + size + 1);
        write_value(view->json, value);
    }
    if (open)
        json_close(view->json, '}');
}

static void write_element(const struct view *view, unsigned index)
{
    const struct element *element = &view->elements[index];
    const char *name = element->composite ? element->composite : element->path;
    const struct json *value = json_get(view->doc, name);
    if (text_equal(element->path, "kind"))
        return; /* it has a place of its own */
    if (element->composite && value && value->type == JSON_ARRAY) {
        if (!index || !view->elements[index - 1].composite ||
            !text_equal(view->elements[index - 1].composite, name))
            write_items(view, name, value);
    } else if (value && value->type == JSON_ARRAY && call_may_see(view->call, element)) {
        write_items(view, name, value);
    } else if (nest_of(element)) {
        write_nest(view, index);
    } else if (value && call_may_see(view->call, element)) {
        json_name(view->json, element->path);
        write_value(view->json, value);
    }
}

bool represent_customer(const struct call *call, const struct rows *rows, size_t row,
                        struct json_writer *json, struct error *err)
{
    struct json_fault fault;
    const char *doc = rows_text(rows, row, 4);
    struct view view = {
        .call = call,
        .class = dictionary_class(call->dictionary, "customer"),
        .doc = json_parse(call->work, doc, strlen(doc), &fault),
        .json = json,
    };
    if (!view.doc || !view.class)
        return error_set(err, ERROR_FATAL, "a golden record cannot be read");
    view.elements = call->dictionary->elements + view.class->first;

    char id[UUID_TEXT];
    uuid_text(rows_uuid(rows, row, 0), id);
    json_open(json, '{');
    json_member(json, "id", id);
    json_member_int(json, "version", rows_int(rows, row, 1));
    json_member(json, "kind", rows_text(rows, row, 2));
    json_member(json, "display_name", rows_text(rows, row, 3));
    for (unsigned i = 0; i < view.class->count; i++)
        write_element(&view, i);
    json_name(json, "records");
    json_raw(json, rows_text(rows, row, 6));
    json_member(json, "updated_at", rows_text(rows, row, 5));
    json_close(json, '}');
    return true;
}
