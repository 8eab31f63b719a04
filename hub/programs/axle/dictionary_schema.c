/* axle dictionary schema: source.xsd, with every name that the dictionary has. */
#include "hub/base/file.h"
#include "hub/base/xml.h"
#include "hub/programs/axle/dictionary.h"

static void add_escaped(struct buffer *out, const char *text)
{
    for (const char *c = text; *c; c++)
        switch (*c) {
        case '&':
            buffer_text(out, "&amp;");
            break;
        case '<':
            buffer_text(out, "&lt;");
            break;
        case '"':
            buffer_text(out, "&quot;");
            break;
        default:
            buffer_char(out, *c);
        }
}

static void open_type(struct buffer *out, const char *name)
{
    buffer_printf(out, "\n  <xs:simpleType name=\"%s\">\n    <xs:restriction base=\"xs:string\">\n",
                  name);
}

static void close_type(struct buffer *out)
{
    buffer_text(out, "    </xs:restriction>\n  </xs:simpleType>\n");
}

static void add_name(struct buffer *out, const char *name, const char *definition)
{
    buffer_text(out, "      <xs:enumeration value=\"");
    add_escaped(out, name);
    buffer_text(out, "\"><xs:annotation><xs:documentation>");
    add_escaped(out, definition);
    buffer_text(out, "</xs:documentation></xs:annotation></xs:enumeration>\n");
}

/* The attributes of source.xsd that name something of the dictionary. */
static const struct {
    const char *attribute, *type;
} named[] = {
    {"name=\"of\" type=\"", "element-name"},
    {"name=\"needs\" type=\"", "element-name"},
    {"name=\"class\" type=\"", "class-name"},
};

/* How much of `text` is such an attribute, up to its type's name; *type is what that becomes. */
static size_t named_at(const char *text, const char **type)
{
    for (size_t i = 0; i < COUNT_OF(named); i++)
        if (text_starts(text, named[i].attribute)) {
            *type = named[i].type;
            return strlen(named[i].attribute);
        }
    return 0;
}

static void add_schema(struct buffer *out, const char *schema, const struct dictionary *dictionary)
{
    const char *end = strstr(schema, "</xs:schema>"), *type;
    for (const char *c = schema; *c && c != end;) {
        size_t length = named_at(c, &type);
        if (length) {
            buffer_add(out, c, length);
            buffer_text(out, type);
            c += length + strcspn(c + length, "\"");
        } else {
            buffer_char(out, *c++);
        }
    }
    open_type(out, "class-name");
    for (size_t i = 0; i < dictionary->class_count; i++)
        add_name(out, dictionary->classes[i].name, dictionary->classes[i].definition);
    close_type(out);
    open_type(out, "element-name");
    for (size_t i = 0; i < dictionary->element_count; i++)
        add_name(out, dictionary->elements[i].name, dictionary->elements[i].definition);
    close_type(out);
    buffer_text(out, "</xs:schema>\n");
}

enum exit_status dictionary_schema(const struct call *call, struct error *err)
{
    struct at_hand at_hand;
    struct slice schema;
    struct buffer out = {.arena = call->arena};
    const char *file = arena_printf(call->arena, "%s/source.xsd", call->instance->schemas);
    if (!dictionary_at_hand(call, &at_hand, err) ||
        !file_read(call->arena, file, XML_FILE_MOST, &schema, err))
        return EXIT_WRONG;
    add_schema(&out, schema.bytes, at_hand.dictionary);
    (void)fputs(buffer_string(&out), stdout);
    return EXIT_DONE;
}
