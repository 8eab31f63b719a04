#include "hub/mapping/transforming.h"

#include <unicode/uchar.h>

static const char *apply_trim(struct arena *arena, const struct transform *transform,
                              const char *text, const char **flag)
{
    (void)transform, (void)flag;
    return text_trim(arena, text);
}

static const char *apply_collapse(struct arena *arena, const struct transform *transform,
                                  const char *text, const char **flag)
{
    (void)transform, (void)flag;
    struct buffer out = {.arena = arena};
    bool blank = false;
    for (const char *at = text_trim(arena, text); *at;) {
        uint32_t c = text_next(&at);
        if (c == 0xa0 || c == ' ' || (c >= '\t' && c <= '\r')) {
            blank = true;
            continue;
        }
        if (blank)
            buffer_char(&out, ' ');
        blank = false;
        buffer_code_point(&out, c);
    }
    return buffer_string(&out);
}

static const char *each_letter(struct arena *arena, const char *text, UChar32 (*change)(UChar32 c))
{
    struct buffer out = {.arena = arena};
    while (*text)
        buffer_code_point(&out, (uint32_t)change((UChar32)text_next(&text)));
    return buffer_string(&out);
}

const char *transform_lower(struct arena *arena, const char *text)
{
    text = text_trim(arena, text);
    return text_is_ascii(text) ? text_lower_ascii(arena, text)
                               : each_letter(arena, text, u_tolower);
}

static const char *apply_upper(struct arena *arena, const struct transform *transform,
                               const char *text, const char **flag)
{
    (void)transform, (void)flag;
    return each_letter(arena, text, u_toupper);
}

static const char *apply_lower(struct arena *arena, const struct transform *transform,
                               const char *text, const char **flag)
{
    (void)transform, (void)flag;
    return each_letter(arena, text, u_tolower);
}

static const char *apply_title(struct arena *arena, const struct transform *transform,
                               const char *text, const char **flag)
{
    (void)transform, (void)flag;
    struct buffer out = {.arena = arena};
    bool inside = false; /* a word */
    while (*text) {
        UChar32 c = (UChar32)text_next(&text);
        buffer_code_point(&out, (uint32_t)(inside ? u_tolower(c) : u_totitle(c)));
        inside = u_isalnum(c);
    }
    return buffer_string(&out);
}

static void compile_pattern(const struct checking *checking, const struct xml_node *node,
                            struct transform *transform)
{
    const struct xml_attribute *pattern = xml_attribute(node, "pattern");
    size_t offset = 0;
    const char *message = "";
    transform->regex = regex_compile(checking->arena, pattern->value, &offset, &message);
    if (!transform->regex)
        CHECK_SAY(checking, pattern, "'%s' is not an expression: %s (at its character %zu)",
                  pattern->value, message,
                  text_length(arena_strndup(checking->arena, pattern->value, offset)) + 1);
}

static void compile_replace(const struct checking *checking, const struct xml_node *node,
                            struct transform *transform)
{
    const struct xml_attribute *with = xml_attribute(node, "with");
    compile_pattern(checking, node, transform);
    transform->first = with->value;
    if (transform->regex && !regex_takes(transform->regex, with->value))
        CHECK_SAY(checking, with,
                  "'%s' names a group that the pattern does not have; a '$' is written $$",
                  with->value);
}

static const char *apply_replace(struct arena *arena, const struct transform *transform,
                                 const char *text, const char **flag)
{
    if (regex_replace(arena, transform->regex, text, transform->first, &text) == REGEX_FAILED)
        *flag = "transform";
    return text;
}

/* Of a pattern with groups the first, unless it says which. */
static void compile_match(const struct checking *checking, const struct xml_node *node,
                          struct transform *transform)
{
    const struct xml_attribute *take = xml_attribute(node, "take");
    compile_pattern(checking, node, transform);
    if (!transform->regex)
        return;
    unsigned groups = regex_groups(transform->regex);
    transform->number = groups > 0;
    if (take && (!text_to_int(take->value, 0, 99, &transform->number) ||
                 transform->number > (int64_t)groups))
        CHECK_SAY(checking, take, "the pattern has no group %s; it has %u", take->value, groups);
}

static const char *apply_match(struct arena *arena, const struct transform *transform,
                               const char *text, const char **flag)
{
    const char *found = NULL;
    if (regex_match(arena, transform->regex, text, (unsigned)transform->number, &found) ==
        REGEX_FAILED)
        *flag = "transform";
    return found;
}

static void compile_split(const struct checking *checking, const struct xml_node *node,
                          struct transform *transform)
{
    (void)checking;
    transform->first = xml_text(node, "on", "");
    if (!text_to_int(xml_text(node, "take", ""), 1, 99, &transform->number))
        transform->number = 0; /* the last */
}

static const char *apply_split(struct arena *arena, const struct transform *transform,
                               const char *text, const char **flag)
{
    (void)flag;
    int64_t piece = 1;
    const char *end = strstr(text, transform->first);
    for (; end && piece != transform->number; piece++) {
        text = end + strlen(transform->first);
        end = strstr(text, transform->first);
    }
    if (transform->number && piece != transform->number)
        return NULL;
    return end ? arena_strndup(arena, text, (size_t)(end - text)) : text;
}

static void compile_join(const struct checking *checking, const struct xml_node *node,
                         struct transform *transform)
{
    (void)checking;
    transform->first = xml_text(node, "on", "");
    transform->second = xml_text(node, "with", "");
}

/* The pieces that are not blank, without the blanks around them. */
static const char *apply_join(struct arena *arena, const struct transform *transform,
                              const char *text, const char **flag)
{
    (void)flag;
    struct buffer out = {.arena = arena};
    for (const char *end = text; end; text = end + strlen(transform->first)) {
        end = strstr(text, transform->first);
        const char *piece =
            text_trim(arena, end ? arena_strndup(arena, text, (size_t)(end - text)) : text);
        if (*piece && out.length)
            buffer_text(&out, transform->second);
        buffer_text(&out, piece);
        if (!end)
            break;
    }
    return buffer_string(&out);
}

static void compile_strip(const struct checking *checking, const struct xml_node *node,
                          struct transform *transform)
{
    transform->first = xml_text(node, "prefix", "");
    transform->second = xml_text(node, "suffix", "");
    if (!*transform->first && !*transform->second)
        CHECK_SAY(checking, node, "<strip> needs a prefix or a suffix");
}

static const char *apply_strip(struct arena *arena, const struct transform *transform,
                               const char *text, const char **flag)
{
    (void)flag;
    if (text_starts(text, transform->first))
        text += strlen(transform->first);
    if (*transform->second && text_ends(text, transform->second))
        return arena_strndup(arena, text, strlen(text) - strlen(transform->second));
    return text;
}

static void compile_keep(const struct checking *checking, const struct xml_node *node,
                         struct transform *transform)
{
    (void)checking;
    transform->number = text_equal(xml_text(node, "only", ""), "digits");
}

static const char *apply_keep(struct arena *arena, const struct transform *transform,
                              const char *text, const char **flag)
{
    (void)flag;
    struct buffer out = {.arena = arena};
    while (*text) {
        uint32_t c = text_next(&text);
        if (transform->number ? c - '0' < 10 : u_isalpha((UChar32)c))
            buffer_code_point(&out, c);
    }
    return buffer_string(&out);
}

static void compile_default(const struct checking *checking, const struct xml_node *node,
                            struct transform *transform)
{
    (void)checking;
    transform->first = xml_text(node, "value", "");
}

static const char *apply_default(struct arena *arena, const struct transform *transform,
                                 const char *text, const char **flag)
{
    (void)arena, (void)flag;
    return text ? text : transform->first;
}

const struct transform_row transform_text_rows[] = {
    {"trim", apply_trim, NULL, false},
    {"collapse", apply_collapse, NULL, false},
    {"upper", apply_upper, NULL, false},
    {"lower", apply_lower, NULL, false},
    {"title", apply_title, NULL, false},
    {"replace", apply_replace, compile_replace, false},
    {"match", apply_match, compile_match, false},
    {"split", apply_split, compile_split, false},
    {"join", apply_join, compile_join, false},
    {"strip", apply_strip, compile_strip, false},
    {"keep", apply_keep, compile_keep, false},
    {"default", apply_default, compile_default, true},
    {NULL, NULL, NULL, false},
};
