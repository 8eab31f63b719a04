#include "hub/store/publish_sql.h"

/* Doubles the quote character within the text, and puts one at either end. */
static const char *quoted(struct arena *arena, const char *text, char quote)
{
    struct buffer out = {.arena = arena};
    buffer_char(&out, quote);
    for (const char *c = text; *c; c++) {
        if (*c == quote)
            buffer_char(&out, quote);
        buffer_char(&out, *c);
    }
    buffer_char(&out, quote);
    return buffer_string(&out);
}

const char *publish_name(const struct publication *to, const char *identifier)
{
    return quoted(to->sql.arena, identifier, '"');
}

const char *publish_text(const struct publication *to, const char *literal)
{
    return quoted(to->sql.arena, literal, '\'');
}

void publish_comment_view(struct publication *to, const char *view, const char *comment)
{
    buffer_printf(&to->sql, "comment on view axle.%s is %s;\n", publish_name(to, view),
                  publish_text(to, comment));
}

void publish_comment_column(struct publication *to, const char *view, const char *column,
                            const struct element *element)
{
    buffer_printf(&to->sql, "comment on column axle.%s.%s is %s;\n", publish_name(to, view),
                  publish_name(to, column), publish_text(to, element->definition));
}

const struct element *publish_next(const struct publication *to, size_t *at)
{
    while (*at < to->dictionary->element_count) {
        const struct element *element = &to->dictionary->elements[(*at)++];
        if (text_equal(element->class_name, to->class_name))
            return element;
    }
    return NULL;
}

const struct element *publish_next_part(const struct publication *to, const char *composite,
                                        size_t *at)
{
    const struct element *element;
    while ((element = publish_next(to, at)))
        if (element->composite && text_equal(element->composite, composite))
            return element;
    return NULL;
}

bool publish_leads(const struct publication *to, const struct element *element)
{
    size_t at = 0;
    return element->composite && publish_next_part(to, element->composite, &at) == element;
}

const char *publish_part(const struct element *element)
{
    return strrchr(element->path, '.') + 1;
}
