#include "hub/mapping/condition.h"

bool condition_met(struct arena *arena, const struct condition *condition,
                   const struct fields *fields)
{
    const char *text = fields_text(fields, condition->field, NULL);
    bool is_there = text && !text_is_blank(text);
    if (!condition->is)
        return is_there;
    text = is_there ? transform_lower(arena, text) : "";
    for (const char *const *is = condition->is; *is; is++)
        if (text_equal(*is, text))
            return true;
    return false;
}
