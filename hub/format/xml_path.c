#include "hub/base/nearest.h"
#include "hub/format/xml_reader.h"

static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name(char c)
{
    return starts_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/* The name that starts there, without a colon; empty when none does. */
static struct slice name_at(const char *text)
{
    size_t size = 0;
    if (starts_name(*text))
        while (is_name(text[size]))
            size++;
    return (struct slice){text, size};
}

const char *xml_namespace(const struct xml_reader *reader, struct slice prefix)
{
    for (size_t i = 0; i < reader->namespace_count; i++)
        if (slice_is(prefix, reader->namespaces[i].prefix))
            return reader->namespaces[i].uri;
    return slice_is(prefix, "xml") ? (const char *)XML_XML_NAMESPACE : NULL;
}

static const char *no_namespace(const struct xml_reader *reader, struct arena *arena,
                                struct slice prefix)
{
    struct nearest nearest = {.word = arena_strndup(arena, prefix.bytes, prefix.size)};
    for (size_t i = 0; i < reader->namespace_count; i++)
        nearest_offer(&nearest, reader->namespaces[i].prefix);
    return arena_printf(arena,
                        "the prefix '%s' needs a <namespace prefix=\"%s\" uri=\"...\"/> in <xml>%s",
                        nearest.word, nearest.word, nearest_hint(arena, nearest.best));
}

/* One step at *at, which moves behind it; NULL, or what is wrong. */
static const char *read_step(const struct xml_reader *reader, struct arena *arena, const char **at,
                             struct xml_step *step)
{
    struct slice name = name_at(*at), prefix = {"", 0};
    *at += name.size;
    if (name.size && **at == ':' && starts_name((*at)[1])) {
        prefix = name;
        name = name_at(*at + 1);
        *at += 1 + name.size;
    }
    if (!name.size || (**at && **at != '/'))
        return "it must be a path of names, such as //p:name, /a/b/c or //a/b";
    step->local = arena_strndup(arena, name.bytes, name.size);
    step->uri = prefix.size ? xml_namespace(reader, prefix) : "";
    return step->uri ? NULL : no_namespace(reader, arena, prefix);
}

static const char *read_steps(const struct xml_reader *reader, struct arena *arena,
                              const char *text, struct xml_path *path)
{
    path->count = 0;
    for (;;) {
        if (path->count == XML_STEPS_MOST)
            return "it has too many steps";
        struct xml_step *step = &path->steps[path->count++];
        *step = (struct xml_step){.attribute = *text == '@'};
        text += step->attribute;
        const char *fault = read_step(reader, arena, &text, step);
        if (fault || !*text)
            return fault;
        if (step->attribute)
            return "nothing can follow an attribute";
        text++;
    }
}

const char *xml_read_records(struct xml_reader *reader, const char *text)
{
    if (*text != '/')
        return "it must start with '//' (anywhere) or '/' (from the document's root element on)";
    reader->rooted = text[1] != '/';
    const char *fault =
        read_steps(reader, reader->arena, text + 1 + !reader->rooted, &reader->records);
    for (size_t i = 0; !fault && i < reader->records.count; i++)
        if (reader->records.steps[i].attribute)
            return "records are elements, no attributes";
    return fault;
}

bool xml_read_path(const struct xml_reader *reader, struct arena *arena, const char *text,
                   struct xml_path *path)
{
    path->count = 0;
    return text_equal(text, ".") || !read_steps(reader, arena, text, path);
}

static bool is_function(const char *name, struct nearest *nearest)
{
    static const char *const functions[] = {
        "last", "position", "count", "id", "local-name", "namespace-uri", "name", "string",
        "concat", "starts-with", "contains", "substring-before", "substring-after", "substring",
        "string-length", "normalize-space", "translate", "boolean", "not", "true", "false", "lang",
        "number", "sum", "floor", "ceiling", "round",
        /* types of nodes, and operators that a bracket may follow */
        "text", "node", "comment", "processing-instruction", "and", "or", "div", "mod"};
    for (size_t i = 0; i < COUNT_OF(functions); i++) {
        nearest_offer(nearest, functions[i]);
        if (text_equal(functions[i], name))
            return true;
    }
    return false;
}

static const char *check_name(const struct xml_reader *reader, struct arena *arena,
                              const char **text)
{
    struct slice name = name_at(*text);
    const char *behind = name.bytes + name.size;
    if (behind[0] == ':' && behind[1] == ':') {
        *text = behind + 2;
        return slice_is(name, "namespace") ? "the namespace axis is not read here" : NULL;
    }
    *text = behind;
    if (*behind == ':') {
        if (!xml_namespace(reader, name))
            return no_namespace(reader, arena, name);
        behind++;
        *text = behind + name_at(behind).size;
        return **text == '(' ? "there are no functions with a prefix" : NULL;
    }
    struct nearest nearest = {.word = arena_strndup(arena, name.bytes, name.size)};
    if (behind[strspn(behind, " \t\r\n")] != '(' || is_function(nearest.word, &nearest))
        return NULL;
    return arena_printf(arena, "XPath 1.0 has no function '%s'%s", nearest.word,
                        nearest_hint(arena, nearest.best));
}

const char *xml_xpath_fault(const struct xml_reader *reader, struct arena *arena, const char *text)
{
    if (*text == '/')
        return "an XPath is relative to the record's element here: './/a' for '//a'";
    while (*text) {
        if (*text == '$')
            return "there are no variables here";
        if (*text == '"' || *text == '\'') {
            const char *close = strchr(text + 1, *text);
            text = close ? close + 1 : text + strlen(text);
        } else if (starts_name(*text)) {
            const char *fault = check_name(reader, arena, &text);
            if (fault)
                return fault;
        } else {
            text++;
        }
    }
    return NULL;
}

const char *xml_encoding(struct arena *arena, struct slice text)
{
    struct markup_scan scan = {.at = text.bytes, .end = text.bytes + text.size};
    struct markup_tag tag;
    struct markup_attribute attribute;
    if (text.size < 6 || memcmp(text.bytes, "<?xml", 5) != 0 ||
        markup_next(&scan, &tag) != MARKUP_OTHER)
        return NULL;
    struct slice rest = {text.bytes + 5, (size_t)(tag.end - tag.start) - 7};
    while (markup_attribute_next(&rest, &attribute)) {
        if (!slice_is(attribute.name, "encoding"))
            continue;
        const char *name = arena_strndup(arena, attribute.value.bytes, attribute.value.size);
        return text_starts(text_lower_ascii(arena, name), "utf-16") ? "UTF-8" : name;
    }
    return NULL;
}
