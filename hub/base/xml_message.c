#include "hub/base/xml_message.h"

#include "hub/base/nearest.h"
#include "hub/base/text.h"

/* A namespace in brackets; what else stands in brackets are expressions. */
static bool is_namespace(const char *at, const char *end)
{
    const char *slashes = strstr(at, "://");
    return text_starts(at, "{urn:") || (slashes && slashes < end);
}

/* libxml2 wraps names in {namespace}; nobody wants to read that. */
static const char *without_namespaces(struct arena *arena, const char *message)
{
    struct buffer out = {.arena = arena};
    for (const char *at = message; *at;) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        if (end && is_namespace(at, end)) {
            at = end + 1;
        } else if (*at == '\n') {
            at++;
        } else {
            buffer_char(&out, *at++);
        }
    }
    return buffer_string(&out);
}

/* What stands between two marks, or NULL. */
static const char *between(struct arena *arena, const char *text, const char *from, const char *to)
{
    const char *start = strstr(text, from);
    if (!start)
        return NULL;
    start += strlen(from);
    const char *end = strstr(start, to);
    return end ? arena_strndup(arena, start, (size_t)(end - start)) : NULL;
}

/* As "<value> or <drop>"; *near is offered each. */
static const char *list_elements(struct arena *arena, const char *const *names, size_t count,
                                 struct nearest *near)
{
    struct buffer out = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        const char *name = text_trim(arena, names[i]);
        buffer_printf(&out, "%s<%s>", i == 0 ? "" : i + 1 == count ? " or " : ", ", name);
        nearest_offer(near, name);
    }
    return buffer_string(&out);
}

/* What libxml2 says is expected: "( value, drop )"; not more than ten, and sometimes nothing. */
static const char *expected(struct arena *arena, const char *message, size_t *count,
                            struct nearest *near)
{
    const char *list = between(arena, message, "( ", " )");
    *count = 0;
    if (!list)
        return "nothing more";
    const char **names = text_split(arena, list, ',', count);
    return list_elements(arena, names, *count, near);
}

/* What can stand in the parent, for an element that cannot; NULL for one that only is misplaced. */
static const char *possible(struct arena *arena, const struct xml_where *where,
                            struct nearest *near)
{
    if (!where->names || !where->parent)
        return NULL;
    const char *const *names = xml_names_children(arena, where->names, where->parent);
    size_t count = 0;
    for (; names[count]; count++)
        if (text_equal(names[count], where->element))
            return NULL;
    return count ? list_elements(arena, names, count, near) : NULL;
}

static const char *say_content(struct arena *arena, const char *message,
                               const struct xml_where *where)
{
    size_t count;
    struct nearest near = {.word = where->element};
    const char *element = where->element;
    const char *names = expected(arena, message, &count, &near);
    if (strstr(message, "Missing child"))
        return arena_printf(arena, "<%s> is not complete; it still needs %s", element, names);
    const char *all = possible(arena, where, &near);
    if (all && (count == 0 || count >= 10))
        names = all;
    const char *hint = "";
    if (near.best && text_equal(near.best, element))
        hint = "; it is of another namespace";
    else if (near.best)
        hint = arena_printf(arena, "; did you mean <%s>?", near.best);
    return arena_printf(arena, "<%s> is not expected here; expected is %s%s", element, names, hint);
}

static const char *say_no_attribute(struct arena *arena, const char *message,
                                    const struct xml_where *where)
{
    const char *name = between(arena, message, "The attribute '", "'");
    struct nearest near = {.word = name ? name : ""};
    const char *const *names =
        where->names ? xml_names_attributes(arena, where->names, where->element) : NULL;
    for (; names && *names; names++)
        nearest_offer(&near, *names);
    return arena_printf(arena, "<%s> has no attribute '%s'%s", where->element, near.word,
                        nearest_hint(arena, near.best));
}

static const char *say_needs_attribute(struct arena *arena, const char *message,
                                       const struct xml_where *where)
{
    const char *name = between(arena, message, "The attribute '", "'");
    return arena_printf(arena, "<%s> needs the attribute '%s'", where->element, name ? name : "");
}

static const char *subject(struct arena *arena, const char *message, const char *element)
{
    const char *name = between(arena, message, "attribute '", "'");
    return name ? name : arena_printf(arena, "<%s>", element);
}

static const char *say_enumeration(struct arena *arena, const char *message,
                                   const struct xml_where *where)
{
    const char *value = between(arena, message, "The value '", "'");
    const char *set = between(arena, message, "the set {", "}");
    struct nearest near = {.word = value ? value : ""};
    struct buffer names = {.arena = arena};
    size_t count;
    const char **items = text_split(arena, set ? set : "", ',', &count);
    for (size_t i = 0; i < count; i++) {
        const char *name = between(arena, items[i], "'", "'");
        if (!name)
            continue;
        buffer_printf(&names, "%s%s", i ? ", " : "", name);
        nearest_offer(&near, name);
    }
    return arena_printf(arena, "%s cannot be '%s'; it is one of: %s%s",
                        subject(arena, message, where->element), near.word, buffer_string(&names),
                        nearest_hint(arena, near.best));
}

/* What to say instead of an expression that begins so. */
static const struct {
    const char *pattern, *words;
} forms[] = {
    {"tab|", "one sign, such as ; or |, or 'tab'"},
    {"none|", "one sign, such as ', or 'none'"},
    {"last|", "a number from 1 to 99, or 'last'"},
    {"[0-9]|", "a number from 0 to 99"},
    {"[A-Z]{3}", "three capital letters, such as EUR"},
    {"[A-Za-z][", "a letter, then letters, digits, '_' and '-'"},
    {"[a-z][a-z0-9_]*(", "small letters, digits and '_', and perhaps a point and more of them"},
    {"[a-z][", "a small letter, then small letters, digits and '_'"},
    {"[1-9][0-9]{0,3}[dmy]", "a number of days, months or years, such as 7y"},
    {"[0-9]{1,6}(", "a number of at most six digits, and nine behind a point"},
};

static const char *form_in_words(const char *pattern)
{
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        if (text_starts(pattern, forms[i].pattern))
            return forms[i].words;
    return pattern;
}

static const char *say_value(struct arena *arena, const char *message,
                             const struct xml_where *where)
{
    const char *value = between(arena, message, "The value '", "'");
    const char *pattern = between(arena, message, "the pattern '", "'.");
    if (pattern)
        return arena_printf(arena, "%s cannot be '%s'; its form is %s",
                            subject(arena, message, where->element), value ? value : "",
                            form_in_words(pattern));
    const char *limit = between(arena, message, "value allowed ('", "')");
    if (limit)
        return arena_printf(arena, "%s cannot be '%s'; it is at %s %s",
                            subject(arena, message, where->element), value ? value : "",
                            strstr(message, "maximum") ? "most" : "least", limit);
    const char *length = between(arena, message, "allowed maximum length of '", "'");
    if (length)
        return arena_printf(arena, "%s has %s characters, at most %s are allowed",
                            subject(arena, message, where->element),
                            between(arena, message, "has a length of '", "'"), length);
    if (strstr(message, "minimum length"))
        return arena_printf(arena, "%s cannot be empty", subject(arena, message, where->element));
    return arena_printf(arena, "%s cannot be '%s'", subject(arena, message, where->element),
                        value ? value : "");
}

/* What values of a type are. */
static const struct {
    const char *name, *words;
} types[] = {
    {"percent", "; it is a number from 0 to 100"},
    {"count", "; it is a whole number"},
    {"xs:NCName", "; it is a word without blanks and colons that starts with a letter"},
};

static const char *say_type(struct arena *arena, const char *message, const struct xml_where *where)
{
    const char *value = between(arena, message, ": '", "' is not a valid value");
    const char *type = between(arena, message, "atomic type '", "'"), *words = "";
    for (size_t i = 0; type && i < COUNT_OF(types); i++)
        if (text_equal(types[i].name, type))
            words = types[i].words;
    return arena_printf(arena, "%s cannot be '%s'%s", subject(arena, message, where->element),
                        value ? value : "", words);
}

static const char *say_no_content(struct arena *arena, const char *message,
                                  const struct xml_where *where)
{
    /* The element at fault may be within the one that the message is about. */
    const char *name = between(arena, message, "Element '", "'");
    name = name ? name : where->element;
    if (strstr(message, "content type is empty"))
        return arena_printf(arena, "nothing can stand in <%s>", name);
    bool text = strstr(message, "Character content");
    return arena_printf(arena, "no %s can stand in <%s>", text ? "text" : "elements", name);
}

static const char *say_root(struct arena *arena, const char *message, const struct xml_where *where)
{
    (void)message;
    const char *root = where->names ? xml_names_root(arena, where->names) : NULL;
    return arena_printf(arena, "<%s> is not what such a file starts with; that is %s ...>",
                        where->element, root ? root : "<");
}

static const struct {
    int code;
    const char *(*say)(struct arena *arena, const char *message, const struct xml_where *where);
} sayings[] = {
    {XML_SCHEMAV_ELEMENT_CONTENT, say_content},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1, say_no_attribute},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2, say_no_attribute},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_4, say_needs_attribute},
    {XML_SCHEMAV_CVC_ENUMERATION_VALID, say_enumeration},
    {XML_SCHEMAV_CVC_PATTERN_VALID, say_value},
    {XML_SCHEMAV_CVC_LENGTH_VALID, say_value},
    {XML_SCHEMAV_CVC_MINLENGTH_VALID, say_value},
    {XML_SCHEMAV_CVC_MAXLENGTH_VALID, say_value},
    {XML_SCHEMAV_CVC_MININCLUSIVE_VALID, say_value},
    {XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID, say_value},
    {XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1, say_type},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1, say_no_content},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_2_2, say_no_content},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3, say_no_content},
    {XML_SCHEMAV_CVC_TYPE_3_1_2, say_no_content},
    {XML_SCHEMAV_CVC_ELT_1, say_root},
};

/* The frequent ways of not being XML at all; %s is what libxml2 says about the case. */
static const struct {
    int code;
    const char *words;
} malformed[] = {
    {XML_ERR_DOCUMENT_EMPTY, "this is not XML"},
    {XML_ERR_LT_IN_ATTRIBUTE,
     "'<' cannot stand in an attribute; write &lt;, or close the quote before it"},
    {XML_ERR_ATTRIBUTE_NOT_STARTED, "an attribute's value needs quotes"},
    {XML_ERR_ATTRIBUTE_NOT_FINISHED, "the quote of this attribute's value does not close"},
    {XML_ERR_ATTRIBUTE_WITHOUT_VALUE, "this attribute has no value"},
    {XML_ERR_SPACE_REQUIRED, "a blank is missing here"},
    {XML_ERR_GT_REQUIRED, "the tag does not close; a '>' is missing"},
    {XML_ERR_NAME_REQUIRED, "a name is missing; a lone '<' or '&' is written &lt; or &amp;"},
    {XML_ERR_ENTITYREF_SEMICOL_MISSING, "'&' starts an entity; a lone one is written &amp;"},
    {XML_ERR_COMMENT_NOT_FINISHED, "the comment does not close"},
    {XML_ERR_CDATA_NOT_FINISHED, "the CDATA section does not close"},
    {XML_ERR_DOCUMENT_END, "there is something behind the end of the document"},
    {XML_ERR_RESERVED_XML_NAME, "<?xml ...?> can stand only at the very start of the file"},
    {XML_ERR_VERSION_MISSING, "the first line lacks the version: <?xml version=\"1.0\"?>"},
    {XML_ERR_XMLDECL_NOT_FINISHED, "<?xml does not close; '?>' is missing"},
    {XML_ERR_INVALID_CHAR, "a control character cannot stand in XML, nor can its number"},
    {XML_ERR_INVALID_HEX_CHARREF, "'&#x' needs a hexadecimal number and a semicolon behind it"},
    {XML_ERR_INVALID_DEC_CHARREF, "'&#' needs a number and a semicolon behind it"},
    {XML_ERR_HYPHEN_IN_COMMENT, "'--' cannot stand in a comment"},
    {XML_ERR_MISPLACED_CDATA_END, "']]>' cannot stand in a text; write ]]&gt;"},
    {XML_ERR_PI_NOT_FINISHED, "the instruction does not close; '?>' is missing"},
    {XML_NS_ERR_XML_NAMESPACE, "a prefix cannot stand for an empty name"},
};

static const char *say_malformed(struct arena *arena, const xmlError *error)
{
    if (error->code == XML_ERR_TAG_NAME_MISMATCH && error->str1 && error->str2)
        return arena_printf(arena, "</%s> closes nothing; <%s> of line %d is still open",
                            error->str2, error->str1, error->int1);
    if (error->code == XML_ERR_TAG_NOT_FINISHED && error->str1)
        return arena_printf(arena, "<%s> of line %d does not close", error->str1, error->int1);
    if (error->code == XML_ERR_UNDECLARED_ENTITY && error->str1)
        return arena_printf(arena, "there is no entity '&%s;'", error->str1);
    if (error->code == XML_ERR_ATTRIBUTE_REDEFINED && error->str1)
        return arena_printf(arena, "the attribute '%s' stands here twice", error->str1);
    if (error->code == XML_NS_ERR_UNDEFINED_NAMESPACE && error->str1)
        return arena_printf(arena, "the prefix '%s' is not declared; xmlns:%s=\"...\" does that",
                            error->str1, error->str1);
    for (size_t i = 0; i < COUNT_OF(malformed); i++)
        if (malformed[i].code == error->code)
            return malformed[i].words;
    const char *message = error->message ? error->message : "";
    return arena_printf(arena, "not well-formed XML: %s", without_namespaces(arena, message));
}

const char *xml_message(struct arena *arena, const xmlError *error, const struct xml_where *where)
{
    if (error->domain != XML_FROM_SCHEMASV)
        return say_malformed(arena, error);
    const char *message = without_namespaces(arena, error->message ? error->message : "");
    for (size_t i = 0; i < COUNT_OF(sayings); i++)
        if (sayings[i].code == error->code)
            return sayings[i].say(arena, message, where);
    return message;
}

const char *xml_message_attribute(struct arena *arena, const xmlError *error)
{
    if (error->domain != XML_FROM_SCHEMASV || error->code == XML_SCHEMAV_CVC_COMPLEX_TYPE_4)
        return NULL;
    return between(arena, error->message ? error->message : "", "attribute '", "'");
}

bool xml_message_repeats(const xmlError *error)
{
    return error->code == XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1;
}

bool xml_message_unexpected(const xmlError *error)
{
    return error->code == XML_SCHEMAV_ELEMENT_CONTENT && !xml_message_incomplete(error);
}

bool xml_message_incomplete(const xmlError *error)
{
    return error->code == XML_SCHEMAV_ELEMENT_CONTENT && error->message &&
           strstr(error->message, "Missing child");
}
