#include "hub/mapping/template.h"

#include "hub/mapping/rules.h"

#define FILL_MOST \
    ((size_t)4 * MAPPING_VALUE_MOST) /* bytes; what is longer is too long for anything */

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

/* Bytes of the bracket at the start of the text, 0 with *fault when it is none. */
static size_t bracket(const char *text, const char **fault)
{
    const char *end = *text == '{' ? strpbrk(text + 1, "{}") : NULL;
    if (!end || *end != '}') {
        *fault = "a bracket does not close";
        return 0;
    }
    if (end == text + 1)
        *fault = "a bracket names no field";
    return end == text + 1 ? 0 : (size_t)(end - text) + 1;
}

const struct template *template_read(struct arena *arena, const char *text, const char **fault)
{
    struct template *first = NULL, *last = NULL;
    *fault = "it is empty";
    while (*text) {
        struct template piece = {.next = NULL};
        size_t length = strcspn(text, "{}");
        if (length) {
            piece.text = arena_strndup(arena, text, length);
        } else {
            length = bracket(text, fault);
            if (!length)
                return NULL;
            piece.text = arena_strndup(arena, text + 1, length - 2);
            piece.is_field = true;
        }
        append(arena, &last, piece);
        first = first ? first : last;
        text += length;
    }
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
        if (out.length <= FILL_MOST)
            buffer_text(&out, text_trim(arena, text));
    }
    return buffer_string(&out);
}
