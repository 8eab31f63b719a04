#include "hub/format/markup.h"

#include <stdlib.h>

#include "hub/base/list.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           (unsigned char)c >= 0x80;
}

static bool is_name(char c)
{
    return starts_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool slice_equal(struct slice left, struct slice right)
{
    return left.size == right.size && (!left.size || !memcmp(left.bytes, right.bytes, left.size));
}

bool slice_is(struct slice slice, const char *text)
{
    return slice_equal(slice, (struct slice){text, strlen(text)});
}

static struct slice slice_between(const char *from, const char *to)
{
    return (struct slice){from, (size_t)(to - from)};
}

struct slice markup_prefix(struct slice name, struct slice *local)
{
    const char *colon = name.size ? memchr(name.bytes, ':', name.size) : NULL;
    *local = name;
    if (!colon)
        return (struct slice){"", 0};
    *local = slice_between(colon + 1, name.bytes + name.size);
    return slice_between(name.bytes, colon);
}

/* What is neither element nor text: how it opens and closes. */
static const struct {
    const char *open, *close;
    const char *fault;
} others[] = {{"<!--", "-->", "the comment never closes"},
              {"<![CDATA[", "]]>", "the CDATA section never closes"},
              {"<?", "?>", "the processing instruction never closes"}};

static bool starts_with(const struct markup_scan *scan, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(scan->end - scan->at) >= length && !memcmp(scan->at, text, length);
}

static enum markup bad(struct markup_scan *scan, struct markup_tag *tag, const char *fault)
{
    tag->fault = fault;
    scan->at = tag->end = tag->start + 1;
    return MARKUP_BAD;
}

static enum markup read_other(struct markup_scan *scan, struct markup_tag *tag, size_t which)
{
    size_t open = strlen(others[which].open), close = strlen(others[which].close);
    const char *from = scan->at + open, *found = NULL;
    if (!scan->never[which] || from < scan->never[which])
        found = memmem(from, (size_t)(scan->end - from), others[which].close, close);
    if (!found) {
        if (!scan->never[which] || from < scan->never[which])
            scan->never[which] = from;
        return bad(scan, tag, others[which].fault);
    }
    scan->at = tag->end = found + close;
    return MARKUP_OTHER;
}

/* Behind a tag's name: where its '>' is.  NULL when a quote is open or another tag begins before it. */
static const char *tag_end(const char *at, const char *end)
{
    for (char quote = '\0'; at < end && *at != '<'; at++) {
        bool opens = !quote && (*at == '"' || *at == '\'');
        if (!quote && *at == '>')
            return at;
        if (quote && *at == quote)
            quote = '\0';
        else if (opens)
            quote = *at;
    }
    return NULL;
}

static enum markup read_tag(struct markup_scan *scan, struct markup_tag *tag)
{
    bool closes = scan->at + 1 < scan->end && scan->at[1] == '/';
    const char *name = scan->at + 1 + closes, *at = name;
    if (at >= scan->end || !starts_name(*at))
        return bad(scan, tag, "'<' must be written as &lt; where it begins no tag");
    while (at < scan->end && is_name(*at))
        at++;
    tag->name = slice_between(name, at);
    const char *end = tag_end(at, scan->end);
    if (!end)
        return bad(scan, tag, "the tag never closes");
    bool empty = !closes && end > at && end[-1] == '/';
    tag->attributes = slice_between(at, end - empty);
    scan->at = tag->end = end + 1;
    return closes ? MARKUP_END : empty ? MARKUP_EMPTY : MARKUP_START;
}

enum markup markup_next(struct markup_scan *scan, struct markup_tag *tag)
{
    const char *from = scan->at;
    const char *found = from < scan->end ? memchr(from, '<', (size_t)(scan->end - from)) : NULL;
    const char *to = found ? found : scan->end;
    *tag = (struct markup_tag){.start = to, .end = to};
    while (from < to && is_blank(*from))
        from++;
    tag->text = from < to ? from : NULL;
    scan->at = to;
    if (!found)
        return MARKUP_NONE;
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (starts_with(scan, others[i].open))
            return read_other(scan, tag, i);
    if (starts_with(scan, "<!DOCTYPE"))
        return MARKUP_DOCTYPE;
    return read_tag(scan, tag);
}

bool markup_attribute_next(struct slice *attributes, struct markup_attribute *attribute)
{
    const char *start = attributes->bytes, *at = start, *end = start + attributes->size;
    while (at < end && is_blank(*at))
        at++;
    const char *name = at;
    while (at < end && is_name(*at))
        at++;
    attribute->name = slice_between(name, at);
    while (at < end && *at != '"' && *at != '\'')
        at++;
    const char *close = at < end ? memchr(at + 1, *at, (size_t)(end - at - 1)) : NULL;
    if (!attribute->name.size || !close)
        return false;
    attribute->value = slice_between(at + 1, close);
    attribute->whole = slice_between(start, close + 1);
    *attributes = slice_between(close + 1, end);
    return true;
}

/* A reference to a character, from behind its '&' to its ';'. */
static void add_reference(struct buffer *out, struct slice name)
{
    static const struct {
        const char *name;
        char c;
    } known[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (slice_is(name, known[i].name))
            buffer_char(out, known[i].c);
    if (!name.size || *name.bytes != '#')
        return;
    const char *digits = arena_strndup(out->arena, name.bytes + 1, name.size - 1);
    bool hex = *digits == 'x';
    unsigned long code = strtoul(digits + hex, NULL, hex ? 16 : 10);
    if (code && code < 0x110000)
        buffer_code_point(out, (uint32_t)code);
}

/* A namespace's name, its references resolved. */
static struct slice uri_of(struct arena *arena, struct slice value)
{
    const char *at = value.bytes, *end = at + value.size;
    struct buffer out = {.arena = arena};
    if (!value.size || !memchr(at, '&', value.size))
        return value;
    while (at < end) {
        const char *semicolon = *at == '&' ? memchr(at, ';', (size_t)(end - at)) : NULL;
        if (semicolon)
            add_reference(&out, slice_between(at + 1, semicolon));
        else
            buffer_char(&out, *at);
        at = semicolon ? semicolon + 1 : at + 1;
    }
    return (struct slice){buffer_string(&out), out.length};
}

void markup_declare(struct markup_scope *scope, const struct markup_tag *tag, size_t depth)
{
    struct slice rest = tag->attributes;
    struct markup_attribute attribute;
    while (markup_attribute_next(&rest, &attribute)) {
        struct slice local, prefix = markup_prefix(attribute.name, &local);
        bool whole = slice_is(attribute.name, "xmlns");
        if (!whole && !slice_is(prefix, "xmlns"))
            continue;
        struct markup_binding binding = {.prefix = whole ? prefix : local,
                                         .uri = uri_of(scope->arena, attribute.value),
                                         .whole = attribute.whole,
                                         .depth = depth};
        LIST_ADD(scope->arena, scope, binding);
    }
}

void markup_leave(struct markup_scope *scope, size_t depth)
{
    while (scope->count && scope->list[scope->count - 1].depth >= depth)
        scope->count--;
}

struct slice markup_uri(const struct markup_scope *scope, struct slice prefix)
{
    for (size_t i = scope->count; i-- > 0;)
        if (slice_equal(scope->list[i].prefix, prefix))
            return scope->list[i].uri;
    return slice_is(prefix, "xml") ? (struct slice){"http://www.w3.org/XML/1998/namespace", 36}
                                   : (struct slice){"", 0};
}

bool markup_is_hidden(const struct markup_scope *scope, const struct markup_binding *binding)
{
    const struct markup_binding *later = binding + 1;
    while (later < scope->list + scope->count && !slice_equal(later->prefix, binding->prefix))
        later++;
    return later < scope->list + scope->count;
}
