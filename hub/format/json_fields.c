#include "hub/format/decode.h"

const struct fields *json_decode(const struct decoding *decoding)
{
    struct json_fault fault;
    const struct json *root =
        json_parse(decoding->arena, decoding->text.bytes, decoding->text.size, &fault);
    if (!root)
        return decode_refuse(decoding, "json", fault.offset, fault.message);
    if (root->type == JSON_OBJECT && root->count > FORMAT_FIELDS_MOST)
        return decode_refuse(decoding, "fields", 0,
                             arena_printf(decoding->arena, "%zu members; the most is %d",
                                          root->count, FORMAT_FIELDS_MOST));
    struct fields *fields = NEW(decoding->arena, struct fields);
    *fields = (struct fields){.arena = decoding->arena, .root = root};
    return fields;
}

static const char *value_text(struct arena *arena, const struct json *value)
{
    struct json_writer writer = {.out = {.arena = arena}};
    switch (value->type) {
    case JSON_NULL:
        return NULL;
    case JSON_FALSE:
        return "false";
    case JSON_TRUE:
        return "true";
    case JSON_NUMBER:
    case JSON_STRING:
        return value->text;
    case JSON_ARRAY:
    case JSON_OBJECT:
        json_value(&writer, value);
        return buffer_string(&writer.out);
    }
    return NULL;
}

/* A message's members bear the fields' names; otherwise a pointer says where the field is. */
static const struct json *find(const struct fields *fields, const char *name, bool *repeated)
{
    if (!fields->is_message)
        return json_find(fields->root, name, repeated);
    const struct json *member = mime_field(fields->root, name);
    *repeated = member && member->repeated;
    return member;
}

const char *json_field_text(const struct fields *fields, const char *pointer, const char **flag)
{
    bool repeated;
    const struct json *value = find(fields, pointer, &repeated);
    if (!value)
        return NULL;
    if (value->unreadable)
        *flag = "unreadable";
    else if (repeated)
        *flag = "repeated";
    return value_text(fields->arena, value);
}

size_t json_field_each(struct arena *arena, const struct fields *fields, const char *pointer,
                       const struct fields *const **items)
{
    bool repeated;
    const struct json *list = find(fields, pointer, &repeated);
    if (!list || list->type != JSON_ARRAY || !list->count)
        return 0;
    const struct fields **each = NEW_ARRAY(arena, const struct fields *, list->count);
    struct fields *all = NEW_ARRAY(arena, struct fields, list->count);
    size_t count = 0;
    for (const struct json *item = list->first; item; item = item->next) {
        all[count] =
            (struct fields){.arena = arena, .root = item, .is_message = fields->is_message};
        each[count] = &all[count];
        count++;
    }
    *items = each;
    return count;
}

static const char *pointer_to(struct arena *arena, const char *parent, const char *name)
{
    struct buffer pointer = {.arena = arena};
    buffer_printf(&pointer, "%s/", parent);
    for (; *name; name++) {
        if (*name == '~' || *name == '/')
            buffer_text(&pointer, *name == '~' ? "~0" : "~1");
        else
            buffer_char(&pointer, *name);
    }
    return buffer_string(&pointer);
}

struct naming {
    struct arena *arena;
    const char **names;
    size_t count;
};

/* Depth is bounded by the reader. */
// NOLINTNEXTLINE(misc-no-recursion)
static void add_names(struct naming *naming, const struct json *object, const char *pointer)
{
    for (const struct json *member = object->first; member; member = member->next) {
        if (member->repeated || naming->count == FORMAT_FIELDS_MOST)
            continue;
        const char *name = pointer_to(naming->arena, pointer, member->name);
        if (member->type == JSON_OBJECT && member->count)
            add_names(naming, member, name);
        else
            naming->names[naming->count++] = name;
    }
}

/* At most that many. */
// NOLINTNEXTLINE(misc-no-recursion)
static size_t count_values(const struct json *object)
{
    size_t count = 0;
    const struct json *value = object->type == JSON_OBJECT ? object->first : NULL;
    for (; value && count < FORMAT_FIELDS_MOST; value = value->next)
        count += 1 + count_values(value);
    return count < FORMAT_FIELDS_MOST ? count : FORMAT_FIELDS_MOST;
}

const char *const *json_field_names(struct arena *arena, const struct fields *fields)
{
    struct naming naming = {
        .arena = arena, .names = NEW_ARRAY(arena, const char *, count_values(fields->root) + 1)};
    if (fields->root->type == JSON_OBJECT)
        add_names(&naming, fields->root, "");
    return naming.names;
}

bool json_is_pointer(const char *from)
{
    if (*from && *from != '/')
        return false;
    for (; *from; from++)
        if (*from == '~' && from[1] != '0' && from[1] != '1')
            return false;
    return true;
}
