/* What kind of value stands in a field, and which fields a record has: for drift. */
#include "hub/base/hash.h"
#include "hub/format/xml_fields.h"

static enum field_kind json_kind(const struct json *value)
{
    if (!value)
        return FIELD_ABSENT;
    switch (value->type) {
    case JSON_NULL:
        return FIELD_EMPTY;
    case JSON_FALSE:
    case JSON_TRUE:
        return FIELD_BOOLEAN;
    case JSON_NUMBER:
        return FIELD_NUMBER;
    case JSON_STRING:
        return value->text && text_is_blank(value->text) ? FIELD_EMPTY : FIELD_TEXT;
    case JSON_ARRAY:
    case JSON_OBJECT:
        return FIELD_NESTED;
    }
    return FIELD_ABSENT;
}

enum field_kind fields_kind(const struct fields *fields, const char *name)
{
    if (fields->is_message) {
        const struct json *member = mime_field(fields->root, name);
        return member ? json_kind(member) : FIELD_EMPTY; /* a message lacks nothing */
    }
    if (fields->root)
        return json_kind(json_pointer(fields->root, name));
    if (fields->node && xml_field_is_nested(fields, name))
        return FIELD_NESTED;
    const char *text = fields_text(fields, name, NULL);
    if (!text)
        return fields->steady ? FIELD_EMPTY : FIELD_ABSENT;
    return text_is_blank(text) ? FIELD_EMPTY : FIELD_TEXT;
}

/* As deep as names go (json_fields.c). */
static uint64_t json_shape(uint64_t shape, const struct json *value)
{
    bool within = value->type == JSON_OBJECT;
    for (const struct json *member = within ? value->first : NULL; member; member = member->next)
        shape = json_shape(hash64_mix(shape, hash64_text(member->name)), member);
    return hash64_mix(shape, within);
}

uint64_t fields_shape(const struct fields *fields)
{
    uint64_t shape = 1;
    if (fields->is_message) /* whoever writes one makes up its headers */
        return shape;
    if (fields->root)
        return json_shape(shape, fields->root);
    if (fields->node) {
        ARENA(scratch);
        for (const char *const *name = fields_names(scratch, fields); *name; name++)
            shape = hash64_mix(shape, hash64_text(*name));
    }
    for (size_t i = 0; i < fields->count; i++)
        shape = hash64_mix(shape, hash64_text(fields->names[i]));
    return shape;
}
