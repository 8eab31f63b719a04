#include "hub/base/json.h"

#include <inttypes.h>

#include "hub/base/map.h"

struct reader {
    struct arena *arena;
    const char *start, *at, *end;
    unsigned depth;
    const char *message; /* set: the text is not JSON, and `at` is where */
};

static struct json *read_value(struct reader *reader);

static void *fail(struct reader *reader, const char *message)
{
    if (!reader->message)
        reader->message = message;
    return NULL;
}

static void skip_blank(struct reader *reader)
{
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t' ||
                                        *reader->at == '\n' || *reader->at == '\r'))
        reader->at++;
}

static bool accept(struct reader *reader, char c)
{
    skip_blank(reader);
    if (reader->at >= reader->end || *reader->at != c)
        return false;
    reader->at++;
    return true;
}

static bool read_hex4(struct reader *reader, uint32_t *unit)
{
    unsigned char bytes[2];
    char digits[5] = "";
    if (reader->end - reader->at >= 4)
        memcpy(digits, reader->at, 4);
    if (!text_unhex(digits, bytes, sizeof(bytes)))
        return fail(reader, "four hexadecimal digits must follow \\u");
    reader->at += 4;
    *unit = (uint32_t)bytes[0] << 8 | bytes[1];
    return true;
}

/* Behind "\u".  A pair of surrogates makes one code point; half a pair, and zero, no text can carry. */
static bool read_unicode(struct reader *reader, struct buffer *out, bool *unreadable)
{
    uint32_t unit, low;
    if (!read_hex4(reader, &unit))
        return false;
    if (unit >= 0xd800 && unit < 0xdc00 && reader->end - reader->at >= 6 && reader->at[0] == '\\' &&
        reader->at[1] == 'u') {
        const char *before = reader->at;
        reader->at += 2;
        if (!read_hex4(reader, &low))
            return false;
        if (low >= 0xdc00 && low < 0xe000)
            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        else
            reader->at = before;
    }
    if (unit == 0 || (unit >= 0xd800 && unit < 0xe000))
        *unreadable = true;
    else
        buffer_code_point(out, unit);
    return true;
}

static bool read_escape(struct reader *reader, struct buffer *out, bool *unreadable)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (reader->at >= reader->end)
        return fail(reader, "the text ends within a string");
    char c = *reader->at++;
    if (c == 'u')
        return read_unicode(reader, out, unreadable);
    const char *known = c ? strchr(from, c) : NULL;
    if (!known) {
        reader->at--;
        return fail(reader, "unknown escape");
    }
    buffer_char(out, to[known - from]);
    return true;
}

/* Behind the opening quote.  NULL with *unreadable set is a string that no text can carry. */
static const char *read_string(struct reader *reader, bool *unreadable)
{
    const char *from = reader->at;
    while (reader->at < reader->end && *reader->at != '"' && *reader->at != '\\' &&
           (unsigned char)*reader->at >= 0x20)
        reader->at++;
    if (reader->at < reader->end && *reader->at == '"') /* the common case: nothing to undo */
        return arena_strndup(reader->arena, from, (size_t)(reader->at++ - from));

    struct buffer out = {.arena = reader->arena};
    buffer_add(&out, from, (size_t)(reader->at - from));
    while (reader->at < reader->end && *reader->at != '"') {
        if ((unsigned char)*reader->at < 0x20)
            return fail(reader, "a control character must be written as an escape");
        if (*reader->at != '\\')
            buffer_char(&out, *reader->at++);
        else if (reader->at++, !read_escape(reader, &out, unreadable))
            return NULL;
    }
    if (reader->at >= reader->end)
        return fail(reader, "the text ends within a string");
    reader->at++;
    return *unreadable ? NULL : buffer_string(&out);
}

static bool read_digits(struct reader *reader)
{
    const char *from = reader->at;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
        reader->at++;
    return reader->at > from || fail(reader, "a digit must stand here");
}

static bool next_is(const struct reader *reader, const char *set)
{
    return reader->at < reader->end && *reader->at && strchr(set, *reader->at);
}

static struct json *read_number(struct reader *reader, struct json *value)
{
    const char *from = reader->at;
    if (next_is(reader, "-"))
        reader->at++;
    bool zero = next_is(reader, "0");
    if (!read_digits(reader))
        return NULL;
    if (zero && reader->at - from > 1 + (*from == '-'))
        return fail(reader, "a number must not start with 0");
    if (next_is(reader, ".") && (reader->at++, !read_digits(reader)))
        return NULL;
    if (next_is(reader, "eE")) {
        reader->at++;
        if (next_is(reader, "+-"))
            reader->at++;
        if (!read_digits(reader))
            return NULL;
    }
    value->type = JSON_NUMBER;
    value->text = arena_strndup(reader->arena, from, (size_t)(reader->at - from));
    return value;
}

static struct json *read_word(struct reader *reader, struct json *value)
{
    static const struct {
        const char *word;
        enum json_type type;
    } words[] = {{"null", JSON_NULL}, {"false", JSON_FALSE}, {"true", JSON_TRUE}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        size_t length = strlen(words[i].word);
        if ((size_t)(reader->end - reader->at) >= length &&
            memcmp(reader->at, words[i].word, length) == 0) {
            reader->at += length;
            value->type = words[i].type;
            return value;
        }
    }
    return fail(reader, "a value must stand here");
}

#define LINEAR_NAMES 16 /* with more members than this, names are looked up in a map */

static bool is_repeated(struct map *names, const struct json *object, const char *name)
{
    if (object->count < LINEAR_NAMES) {
        for (const struct json *m = object->first; m; m = m->next)
            if (text_equal(m->name, name))
                return true;
        return false;
    }
    if (!names->count)
        for (const struct json *m = object->first; m; m = m->next)
            map_put_text(names, m->name, names);
    bool repeated = map_get_text(names, name) != NULL;
    map_put_text(names, name, names);
    return repeated;
}

static struct json *read_member(struct reader *reader)
{
    bool unreadable = false;
    if (!accept(reader, '"'))
        return fail(reader, "a name in quotes must stand here");
    const char *name = read_string(reader, &unreadable);
    if (reader->message)
        return NULL;
    if (!accept(reader, ':'))
        return fail(reader, "':' must follow a name");
    struct json *member = read_value(reader);
    if (member)
        member->name = name ? name : "";
    return member;
}

static bool read_items(struct reader *reader, struct json *list)
{
    const struct json **tail = &list->first;
    struct map names = {.arena = reader->arena};
    bool object = list->type == JSON_OBJECT;
    do {
        struct json *item = object ? read_member(reader) : read_value(reader);
        if (!item)
            return false;
        item->repeated = object && is_repeated(&names, list, item->name);
        *tail = item;
        tail = &item->next;
        list->count++;
    } while (accept(reader, ','));
    return true;
}

static struct json *read_list(struct reader *reader, struct json *list, char close)
{
    if (++reader->depth > JSON_DEPTH_MOST)
        return fail(reader, "nested too deep");
    if (!accept(reader, close)) {
        if (!read_items(reader, list))
            return NULL;
        if (!accept(reader, close))
            return fail(reader,
                        close == '}' ? "',' or '}' must stand here" : "',' or ']' must stand here");
    }
    reader->depth--;
    return list;
}

static struct json *read_value(struct reader *reader)
{
    struct json *value = NEW(reader->arena, struct json);
    skip_blank(reader);
    if (accept(reader, '"')) {
        value->type = JSON_STRING;
        value->text = read_string(reader, &value->unreadable);
        return reader->message ? NULL : value;
    }
    if (accept(reader, '{')) {
        value->type = JSON_OBJECT;
        return read_list(reader, value, '}');
    }
    if (accept(reader, '[')) {
        value->type = JSON_ARRAY;
        return read_list(reader, value, ']');
    }
    if (next_is(reader, "-0123456789"))
        return read_number(reader, value);
    return read_word(reader, value);
}

static void locate(const struct reader *reader, struct json_fault *fault)
{
    *fault = (struct json_fault){.offset = (size_t)(reader->at - reader->start),
                                 .line = 1,
                                 .column = 1,
                                 .message = reader->message};
    for (const char *c = reader->start; c < reader->at; c++) {
        fault->column = *c == '\n' ? 1 : fault->column + 1;
        fault->line += *c == '\n';
    }
}

const struct json *json_parse(struct arena *arena, const char *bytes, size_t size,
                              struct json_fault *fault)
{
    struct reader reader = {.arena = arena, .start = bytes, .at = bytes, .end = bytes + size};
    size_t bad;
    const struct json *root = NULL;

    if (!text_check(bytes, size, &bad)) {
        reader.at = bytes + bad;
        reader.message = bytes[bad] ? "not UTF-8" : "NUL byte";
    } else {
        root = read_value(&reader);
        if (root && (skip_blank(&reader), reader.at < reader.end))
            reader.message = "nothing may follow the value";
    }
    if (reader.message)
        locate(&reader, fault);
    return reader.message ? NULL : root;
}

const struct json *json_get(const struct json *object, const char *name)
{
    const struct json *found = NULL;
    if (object && object->type == JSON_OBJECT)
        for (const struct json *m = object->first; m; m = m->next)
            if (text_equal(m->name, name))
                found = m;
    return found;
}

const char *json_get_text(const struct json *object, const char *name)
{
    const struct json *member = json_get(object, name);
    return member ? member->text : NULL;
}

/* An item by what stands up to the next '/'. */
static const struct json *item(const struct json *array, const char *index)
{
    size_t wanted = 0, length = strcspn(index, "/");
    if (!length || length > 9 || (*index == '0' && length > 1))
        return NULL;
    for (size_t i = 0; i < length; i++) {
        if (index[i] < '0' || index[i] > '9')
            return NULL;
        wanted = wanted * 10 + (size_t)(index[i] - '0');
    }
    const struct json *at = array->first;
    while (at && wanted--)
        at = at->next;
    return at;
}

/* Is it what the pointer says up to its next '/'? */
static bool is_named(const char *name, const char *token)
{
    for (; *token && *token != '/'; token++, name++) {
        char c = *token;
        if (c == '~' && (token[1] == '0' || token[1] == '1'))
            c = *++token == '0' ? '~' : '/';
        if (*name != c)
            return false;
    }
    return !*name;
}

static const struct json *member(const struct json *object, const char *token)
{
    const struct json *found = NULL;
    for (const struct json *m = object->first; m; m = m->next)
        if (is_named(m->name, token))
            found = m;
    return found;
}

const struct json *json_find(const struct json *root, const char *pointer, bool *repeated)
{
    *repeated = false;
    while (root && *pointer == '/') {
        pointer++;
        if (root->type == JSON_OBJECT)
            root = member(root, pointer);
        else
            root = root->type == JSON_ARRAY ? item(root, pointer) : NULL;
        *repeated |= root && root->repeated;
        pointer += strcspn(pointer, "/");
    }
    return *pointer ? NULL : root;
}

const struct json *json_pointer(const struct json *root, const char *pointer)
{
    bool repeated;
    return json_find(root, pointer, &repeated);
}

static void separate(struct json_writer *writer)
{
    if (writer->comma)
        buffer_char(&writer->out, ',');
    writer->comma = true;
}

void json_open(struct json_writer *writer, char bracket)
{
    separate(writer);
    buffer_char(&writer->out, bracket);
    writer->comma = false;
}

void json_close(struct json_writer *writer, char bracket)
{
    buffer_char(&writer->out, bracket);
    writer->comma = true;
}

static void quote(struct buffer *out, const char *text)
{
    buffer_char(out, '"');
    for (const char *from = text;; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buffer_add(out, from, (size_t)(text - from));
        from = text + 1;
        if (!c)
            break;
        if (c == '"' || c == '\\')
            buffer_printf(out, "\\%c", c);
        else if (c == '\n')
            buffer_text(out, "\\n");
        else
            buffer_printf(out, "\\u%04x", c);
    }
    buffer_char(out, '"');
}

void json_name(struct json_writer *writer, const char *name)
{
    separate(writer);
    quote(&writer->out, name);
    buffer_char(&writer->out, ':');
    writer->comma = false;
}

void json_text(struct json_writer *writer, const char *text)
{
    separate(writer);
    if (text)
        quote(&writer->out, text);
    else
        buffer_text(&writer->out, "null");
}

void json_raw(struct json_writer *writer, const char *json)
{
    separate(writer);
    buffer_text(&writer->out, json);
}

/* Recurses no deeper than the reader, which is bounded by JSON_DEPTH_MOST. */
void json_value(struct json_writer *writer, const struct json *value)
{
    static const char *const words[] = {
        [JSON_NULL] = "null", [JSON_FALSE] = "false", [JSON_TRUE] = "true"};
    bool object = value->type == JSON_OBJECT;
    if (value->type == JSON_STRING) {
        json_text(writer, value->text);
    } else if (value->type == JSON_NUMBER) {
        json_raw(writer, value->text);
    } else if (value->type < COUNT_OF(words)) {
        json_raw(writer, words[value->type]);
    } else {
        json_open(writer, object ? '{' : '[');
        for (const struct json *item = value->first; item; item = item->next) {
            if (object)
                json_name(writer, item->name);
            json_value(writer, item);
        }
        json_close(writer, object ? '}' : ']');
    }
}

void json_int(struct json_writer *writer, int64_t number)
{
    separate(writer);
    buffer_text(&writer->out, text_from_int(writer->out.arena, number));
}

void json_bool(struct json_writer *writer, bool truth)
{
    json_raw(writer, truth ? "true" : "false");
}

void json_member(struct json_writer *writer, const char *name, const char *text)
{
    if (!text)
        return;
    json_name(writer, name);
    json_text(writer, text);
}

void json_member_int(struct json_writer *writer, const char *name, int64_t number)
{
    json_name(writer, name);
    json_int(writer, number);
}
