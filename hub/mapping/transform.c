#include "hub/mapping/trace.h"
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
            CHECK_SAY(checking, node, "there is no transform <%s>", node->name);
            continue;
        }
        if (transform->row->compile)
            transform->row->compile(checking, node, transform);
        *last = transform;
        last = &transform->next;
    }
    return first;
}

const char *transforms_apply(struct arena *arena, const struct transforming *transforming,
                             const char *text, const char **flag)
{
    const struct transform *transform = transforming->transforms;
    for (; transform && !*flag; transform = transform->next) {
        if (text && text_is_blank(text))
            text = NULL;
        const char *before = text;
        if (text || transform->row->takes_absent)
            text = transform->row->apply(arena, transform, text, flag);
        trace_step(transforming->trace, transforming->traced, transform->row->name, before,
                   *flag ? NULL : text);
    }
    return text && text_is_blank(text) ? NULL : text;
}
