#include "hub/mapping/template.h"

static struct template *append(struct arena *arena, struct template **last, struct template piece)
{
    struct template *new = NEW(arena, struct template);
    *new = piece;
    if (*last)
        (*last)->next = new;
    return *last = new;
}

const struct template *template_field(struct arena *arena, const char *name)
{
    struct template *last = NULL;
    return append(arena, &last, (struct template){.text = name, .is_field = true});
}

const struct template *template_read(struct arena *arena, const char *text, const char **fault)
{
    struct template *first = NULL, *last = NULL;
    while (*text) {
        size_t length = strcspn(text, "{}");
        if (length) {
            append(arena, &last, (struct template){.text = arena_strndup(arena, text, length)});
        } else {
            const char *end = *text == '{' ? strpbrk(text + 1, "{}") : NULL;
            *fault = !end || *end != '}' ? "a bracket does not close" : "a bracket names no field";
            if (!end || *end != '}' || end == text + 1)
                return NULL;
            length = (size_t)(end - text) + 1;
            append(arena, &last,
                   (struct template){.text = arena_strndup(arena, text + 1, length - 2),
                                     .is_field = true});
        }
        first = first ? first : last;
        text += length;
    }
    *fault = first ? NULL : "it is empty";
    return first;
}

static const char *fill_field(const struct template *piece, const struct fields *fields,
                              const char **flag, const char **missing)
{
    const char *wrong = NULL;
    const char *text = fields_text(fields, piece->text, &wrong);
    if (wrong && !*flag)
        *flag = wrong;
    if (text && !text_is_blank(text))
        return text;
    if (missing)
        *missing = piece->text;
    return NULL;
}

const char *template_fill(struct arena *arena, const struct template *template,
                          const struct fields *fields, const char **flag, const char **missing)
{
    *flag = NULL;
    if (!template->next)
        return template->is_field ? fill_field(template, fields, flag, missing) : template->text;
    struct buffer out = {.arena = arena};
    for (; template; template = template->next) {
        if (!template->is_field) {
            buffer_text(&out, template->text);
            continue;
        }
        const char *text = fill_field(template, fields, flag, missing);
        if (!text)
            return NULL;
        buffer_text(&out, text_trim(arena, text));
    }
    return buffer_string(&out);
}
