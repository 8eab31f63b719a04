#include "hub/http/form.h"

#include "hub/base/json.h"
#include "hub/base/list.h"
#include "hub/base/url.h"

#define BOUNDARY_MOST 70 /* as RFC 2046 has it */
#define PART_HEAD_MOST 2048
#define URL_ENCODED "application/x-www-form-urlencoded"
#define MULTIPART "multipart/form-data"

struct form {
    struct form_field {
        const char *name, *value;
        bool written;
    } * list;
    size_t count, room;
};

static bool is_type(const char *content_type, const char *type)
{
    size_t size = strlen(type);
    return content_type && strncasecmp(content_type, type, size) == 0 &&
           (!content_type[size] || strchr("; \t", content_type[size]));
}

bool form_is(const char *content_type)
{
    return is_type(content_type, URL_ENCODED) || is_type(content_type, MULTIPART);
}

static bool add(struct arena *arena, struct form *form, struct form_field field, struct error *err)
{
    if (strlen(field.name) > FORM_NAME_MOST)
        return error_set(err, ERROR_REJECT, "the name of a field is longer than %d bytes",
                         FORM_NAME_MOST);
    if (form->count == FORM_FIELDS_MOST)
        return error_set(err, ERROR_REJECT, "the form has more than %d fields", FORM_FIELDS_MOST);
    LIST_ADD(arena, form, field);
    return true;
}

/* Does it hold nothing that a browser would have encoded?  So JSON is not taken for a form. */
static bool is_encoded(struct slice pair)
{
    for (size_t i = 0; i < pair.size; i++)
        if (pair.bytes[i] <= ' ' || pair.bytes[i] > '~' || strchr("\"<>{}[]\\^`|", pair.bytes[i]))
            return false;
    return true;
}

/* One "name=value", without the '&' around it. */
static bool add_pair(struct arena *arena, struct form *form, struct slice pair, struct error *err)
{
    const char *equals = memchr(pair.bytes, '=', pair.size);
    size_t name = equals ? (size_t)(equals - pair.bytes) : pair.size;
    size_t value = equals ? name + 1 : pair.size;
    struct form_field field = {
        .name = percent_decode(arena, pair.bytes, name, true),
        .value = percent_decode(arena, pair.bytes + value, pair.size - value, true)};
    if (!field.name || !field.value || !is_encoded(pair))
        return error_set(err, ERROR_REJECT,
                         "the form is not percent-encoded UTF-8; JSON needs "
                         "'Content-Type: application/json'");
    return add(arena, form, field, err);
}

static bool read_pairs(struct arena *arena, struct slice body, struct form *form, struct error *err)
{
    const char *at = body.bytes, *end = at + body.size;
    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop ? stop : end;
        if (stop > at && !add_pair(arena, form, (struct slice){at, (size_t)(stop - at)}, err))
            return false;
        at = stop + (stop < end);
    }
    return true;
}

/* What a parameter such as boundary=.. or name="..", behind a ';', says; NULL when it is not there. */
static const char *parameter_of(struct arena *arena, const char *header, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = header; (at = strchr(at, ';'));) {
        at += 1 + strspn(at + 1, " \t");
        bool wanted = strncasecmp(at, name, size) == 0 && at[size] == '=';
        at += strcspn(at, "=;");
        if (*at != '=')
            continue;
        at++;
        size_t length = *at == '"' ? strcspn(at + 1, "\"") : strcspn(at, "; \t");
        at += *at == '"';
        if (wanted)
            return arena_strndup(arena, at, length);
        at += length;
    }
    return NULL;
}

/* The header of a part by its name; NULL when it is not there. */
static const char *part_header(struct arena *arena, const char *head, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = head; *at;) {
        size_t length = strcspn(at, "\r");
        if (strncasecmp(at, name, size) == 0 && at[size] == ':')
            return text_trim(arena, arena_strndup(arena, at + size + 1, length - size - 1));
        at += length;
        at += strspn(at, "\r\n");
    }
    return NULL;
}

static bool add_part(struct arena *arena, struct form *form, const char *head, struct slice content,
                     struct error *err)
{
    const char *said = part_header(arena, head, "Content-Disposition");
    const char *type = part_header(arena, head, "Content-Type");
    const char *name =
        said && is_type(said, "form-data") ? parameter_of(arena, said, "name") : NULL;
    const char *file = said ? parameter_of(arena, said, "filename") : NULL;
    size_t bad;
    if (!name || part_header(arena, head, "Content-Transfer-Encoding"))
        return error_set(err, ERROR_REJECT, "a part is no field of a form");
    if (file && !*file && !content.size)
        return true;
    if (file || (type && !is_type(type, "text/plain")))
        return error_set(err, ERROR_REJECT, "the form holds a file; only texts are taken");
    if (!text_check(name, strlen(name), &bad) || !text_check(content.bytes, content.size, &bad))
        return error_set(err, ERROR_REJECT, "the form is not UTF-8");
    const struct form_field field = {name, arena_strndup(arena, content.bytes, content.size),
                                     false};
    return add(arena, form, field, err);
}

/* One part: its headers, a blank line, its content. */
static bool read_part(struct arena *arena, struct form *form, struct slice part, struct error *err)
{
    const char *gap = memmem(part.bytes, part.size, "\r\n\r\n", 4);
    size_t head = gap ? (size_t)(gap - part.bytes) : 0;
    if (!gap || head > PART_HEAD_MOST || memchr(part.bytes, '\0', head))
        return error_set(err, ERROR_REJECT, "a part of the form has no headers");
    return add_part(arena, form, arena_strndup(arena, part.bytes, head),
                    (struct slice){gap + 4, part.size - head - 4}, err);
}

static bool read_parts(struct arena *arena, const char *content_type, struct slice body,
                       struct form *form, struct error *err)
{
    const char *boundary = parameter_of(arena, content_type, "boundary");
    const char *at = body.bytes, *end = at + body.size;
    if (!boundary || !*boundary || strlen(boundary) > BOUNDARY_MOST)
        return error_set(err, ERROR_REJECT, "the form's content type names no boundary");
    const char *mark = arena_printf(arena, "\r\n--%s", boundary);
    size_t size = strlen(mark);
    if (body.size < size - 2 || memcmp(at, mark + 2, size - 2) != 0)
        return error_set(err, ERROR_REJECT, "the form does not begin with its boundary");
    at += size - 2;
    while (end - at >= 2 && memcmp(at, "\r\n", 2) == 0) {
        const char *stop = memmem(at, (size_t)(end - at), mark, size);
        if (!stop || stop < at + 2)
            return error_set(err, ERROR_REJECT, "the form does not end with its boundary");
        if (!read_part(arena, form, (struct slice){at + 2, (size_t)(stop - at - 2)}, err))
            return false;
        at = stop + size;
    }
    if (end - at < 2 || memcmp(at, "--", 2) != 0)
        return error_set(err, ERROR_REJECT, "the form does not end with its boundary");
    return true;
}

static void write_field(struct json_writer *json, struct form *form, size_t first)
{
    size_t times = 0;
    const char *name = form->list[first].name;
    for (size_t i = first; i < form->count; i++)
        times += text_equal(form->list[i].name, name);
    json_name(json, name);
    if (times > 1)
        json_open(json, '[');
    for (size_t i = first; i < form->count; i++) {
        if (!text_equal(form->list[i].name, name))
            continue;
        json_text(json, form->list[i].value);
        form->list[i].written = true;
    }
    if (times > 1)
        json_close(json, ']');
}

const char *form_read(struct arena *arena, const char *content_type, struct slice body,
                      struct error *err)
{
    struct form form = {0};
    struct json_writer json = {.out = {.arena = arena}};
    bool done = is_type(content_type, MULTIPART) ? read_parts(arena, content_type, body, &form, err)
                                                 : read_pairs(arena, body, &form, err);
    if (!done)
        return NULL;
    json_open(&json, '{');
    for (size_t i = 0; i < form.count; i++)
        if (!form.list[i].written)
            write_field(&json, &form, i);
    json_close(&json, '}');
    return buffer_string(&json.out);
}
