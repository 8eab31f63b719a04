#include "hub/format/decode.h"

const struct fields *jsonl_decode(const struct decoding *decoding)
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

/* Is the value, or one that it stands in, a member whose name was there before? */
static bool is_repeated(struct arena *arena, const struct fields *fields, const char *pointer)
{
    for (const char *c = pointer; *c; c++) {
        c += strcspn(c + 1, "/");
        const char *prefix = arena_strndup(arena, pointer, (size_t)(c + 1 - pointer));
        const struct json *at = json_pointer(fields->root, prefix);
        if (at && at != fields->root && at->repeated)
            return true;
    }
    return false;
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

const char *jsonl_text(const struct fields *fields, const char *pointer, const char **flag)
{
    const struct json *value = json_pointer(fields->root, pointer);
    if (!value)
        return NULL;
    if (value->unreadable)
        *flag = "unreadable";
    else if (is_repeated(fields->arena, fields, pointer))
        *flag = "repeated";
    return value_text(fields->arena, value);
}

size_t jsonl_each(struct arena *arena, const struct fields *fields, const char *pointer,
                  const struct fields *const **items)
{
    const struct json *list = json_pointer(fields->root, pointer);
    if (!list || list->type != JSON_ARRAY || !list->count)
        return 0;
    const struct fields **each = NEW_ARRAY(arena, const struct fields *, list->count);
    struct fields *all = NEW_ARRAY(arena, struct fields, list->count);
    size_t count = 0;
    for (const struct json *item = list->first; item; item = item->next) {
        all[count] = (struct fields){.arena = arena, .root = item};
        each[count] = &all[count];
        count++;
    }
    *items = each;
    return count;
}

static const char *pointer_to(struct arena *arena, const char *name)
{
    struct buffer pointer = {.arena = arena};
    buffer_char(&pointer, '/');
    for (; *name; name++) {
        if (*name == '~' || *name == '/')
            buffer_text(&pointer, *name == '~' ? "~0" : "~1");
        else
            buffer_char(&pointer, *name);
    }
    return buffer_string(&pointer);
}

const char *const *jsonl_names(struct arena *arena, const struct fields *fields)
{
    const struct json *root = fields->root;
    bool object = root->type == JSON_OBJECT;
    const char **names = NEW_ARRAY(arena, const char *, (object ? root->count : 0) + 1);
    size_t count = 0;
    for (const struct json *member = root->first; object && member; member = member->next)
        if (!member->repeated)
            names[count++] = pointer_to(arena, member->name);
    return names;
}
