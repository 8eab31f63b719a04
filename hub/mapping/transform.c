#include "hub/mapping/transform.h"

#include <unicode/uchar.h>

#include "hub/base/map.h"
#include "hub/base/regex.h"
#include "hub/base/text.h"

struct transform {
    const struct transform *next;
    const struct transform_row *row;
    /* What its attributes say; each row knows which it has. */
    const char *first, *second;
    int64_t number;
    const struct regex *regex;
    struct map entries; /* of const char, by lower-case text */
};

struct compiling {
    struct arena *arena;
    const struct xml_file *xml;
    struct findings *findings;
};

struct transform_row {
    const char *name;
    const char *(*apply)(struct arena *arena, const struct transform *transform, const char *text,
                         const char **flag);
    void (*compile)(const struct compiling *compiling, const struct xml_node *node,
                    struct transform *transform); /* NULL: it has no attributes */
    bool takes_absent;
};

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

static void compile_replace(const struct compiling *compiling, const struct xml_node *node,
                            struct transform *transform)
{
    const struct xml_attribute *pattern = xml_attribute(node, "pattern");
    const struct xml_attribute *with = xml_attribute(node, "with");
    size_t offset = 0;
    const char *message = "";
    transform->regex = regex_compile(compiling->arena, pattern->value, &offset, &message);
    transform->first = with->value;
    if (!transform->regex)
        finding_add(compiling->findings, compiling->xml->file, pattern->line, pattern->column,
                    "'%s' is not an expression: %s (at its character %zu)", pattern->value, message,
                    text_length(arena_strndup(compiling->arena, pattern->value, offset)) + 1);
    else if (!regex_takes(transform->regex, with->value))
        finding_add(compiling->findings, compiling->xml->file, with->line, with->column,
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

static void compile_split(const struct compiling *compiling, const struct xml_node *node,
                          struct transform *transform)
{
    (void)compiling;
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

static void compile_strip(const struct compiling *compiling, const struct xml_node *node,
                          struct transform *transform)
{
    transform->first = xml_text(node, "prefix", "");
    transform->second = xml_text(node, "suffix", "");
    if (!*transform->first && !*transform->second)
        finding_add(compiling->findings, compiling->xml->file, node->line, node->column,
                    "<strip> needs a prefix or a suffix");
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

static void compile_keep(const struct compiling *compiling, const struct xml_node *node,
                         struct transform *transform)
{
    (void)compiling;
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

static void compile_default(const struct compiling *compiling, const struct xml_node *node,
                            struct transform *transform)
{
    (void)compiling;
    transform->first = xml_text(node, "value", "");
}

static const char *apply_default(struct arena *arena, const struct transform *transform,
                                 const char *text, const char **flag)
{
    (void)arena, (void)flag;
    return text ? text : transform->first;
}

static void compile_map(const struct compiling *compiling, const struct xml_node *node,
                        struct transform *transform)
{
    transform->number = text_equal(xml_text(node, "otherwise", "keep"), "drop");
    transform->entries.arena = compiling->arena;
    for (const struct xml_node *entry = node->first; entry; entry = entry->next) {
        const struct xml_attribute *from = xml_attribute(entry, "from");
        const char *folded = transform_lower(compiling->arena, from->value);
        if (map_get_text(&transform->entries, folded))
            finding_add(compiling->findings, compiling->xml->file, from->line, from->column,
                        "'%s' has an entry already", from->value);
        else
            map_put_text(&transform->entries, folded,
                         arena_strdup(compiling->arena, xml_text(entry, "to", "")));
    }
}

static const char *apply_map(struct arena *arena, const struct transform *transform,
                             const char *text, const char **flag)
{
    (void)flag;
    const char *folded = transform_lower(arena, text);
    const char *to = map_get_text(&transform->entries, folded);
    if (to)
        return to;
    return transform->number ? NULL : text;
}

static const struct transform_row rows[] = {
    {"trim", apply_trim, NULL, false},
    {"collapse", apply_collapse, NULL, false},
    {"upper", apply_upper, NULL, false},
    {"lower", apply_lower, NULL, false},
    {"title", apply_title, NULL, false},
    {"replace", apply_replace, compile_replace, false},
    {"split", apply_split, compile_split, false},
    {"strip", apply_strip, compile_strip, false},
    {"keep", apply_keep, compile_keep, false},
    {"default", apply_default, compile_default, true},
    {"map", apply_map, compile_map, false},
};

static const struct transform_row *find_row(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (text_equal(rows[i].name, name))
            return &rows[i];
    return NULL;
}

const struct transform *transforms_read(struct arena *arena, const struct xml_file *xml,
                                        const struct xml_node *value, struct findings *findings)
{
    const struct compiling compiling = {.arena = arena, .xml = xml, .findings = findings};
    struct transform *first = NULL, *last = NULL;
    for (const struct xml_node *node = value->first; node; node = node->next) {
        struct transform *transform = NEW(arena, struct transform);
        transform->row = find_row(node->name);
        if (!transform->row) {
            finding_add(findings, xml->file, node->line, node->column, "there is no transform <%s>",
                        node->name);
            continue;
        }
        if (transform->row->compile)
            transform->row->compile(&compiling, node, transform);
        if (last)
            last->next = transform;
        else
            first = transform;
        last = transform;
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
