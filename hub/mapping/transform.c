#include "hub/mapping/transforming.h"

static const struct transform_row *find_row(const char *name)
{
    static const struct transform_row *const tables[] = {transform_text_rows, transform_value_rows};
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        for (const struct transform_row *row = tables[i]; row->name; row++)
            if (text_equal(row->name, name))
                return row;
    return NULL;
}

const struct transform *transforms_read(const struct checking *checking,
                                        const struct xml_node *value)
{
    const struct transform *first = NULL, **last = &first;
    for (const struct xml_node *node = value->first; node; node = node->next) {
        struct transform *transform = NEW(checking->arena, struct transform);
        transform->row = find_row(node->name);
        if (!transform->row) {
            check_say(checking, node, "there is no transform <%s>", node->name);
            continue;
        }
        if (transform->row->compile)
            transform->row->compile(checking, node, transform);
        *last = transform;
        last = &transform->next;
    }
    return first;
}

const char *transforms_apply(struct arena *arena, const struct transform *transforms,
                             const char *text, const char **flag)
{
    for (; transforms && !*flag; transforms = transforms->next) {
        if (text && text_is_blank(text))
            text = NULL;
        if (text || transforms->row->takes_absent)
            text = transforms->row->apply(arena, transforms, text, flag);
    }
    return text && text_is_blank(text) ? NULL : text;
}
