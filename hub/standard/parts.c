#include "hub/standard/parts.h"

bool parts_has(const struct record *record, const char *path, const char *group)
{
    for (size_t i = 0; i < record->count; i++)
        if (text_equal(record->values[i].element->path, path) &&
            (!group || text_equal(record->values[i].group, group)))
            return true;
    return false;
}

void parts_add(const struct parts *parts, const char *path, const char *text,
               const struct value *from)
{
    struct record *record = parts->record;
    const struct element *element = dictionary_path(parts->dictionary, record->class_name, path);
    if (!element || !text || !*text || parts_has(record, path, from->group))
        return;
    struct value added = {
        .element = element,
        .raw = text,
        .text = text,
        .group = from->group,
        .kind = element->composite ? from->kind : "",
        .scheme = "",
        .country = "",
        .derived = true,
        .verified = from->verified,
        .trusted = from->trusted,
        .trust = from->trust,
    };
    struct value *values = NEW_ARRAY(parts->arena, struct value, record->count + 1);
    for (size_t i = 0; i < record->count; i++)
        values[i] = record->values[i];
    values[record->count] = added;
    record->values = values;
    record->count++;
}
