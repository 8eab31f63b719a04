#include "hub/api/push_body.h"

#include "hub/base/json.h"
#include "hub/base/list.h"
#include "hub/http/form.h"

/* Which content types stand for which format, and "application/octet-stream" for any. */
static const struct {
    const char *type;
    enum format_kind kind;
    bool lines; /* JSON, an object a line */
} types[] = {
    {"application/json", FORMAT_JSON, false},
    {"text/json", FORMAT_JSON, false},
    {"application/x-ndjson", FORMAT_JSON, true},
    {"application/ndjson", FORMAT_JSON, true},
    {"application/jsonl", FORMAT_JSON, true},
    {"application/json-lines", FORMAT_JSON, true},
    {"text/plain", FORMAT_JSON, true},
    {"text/csv", FORMAT_CSV, false},
    {"application/csv", FORMAT_CSV, false},
    {"text/plain", FORMAT_CSV, false},
    {"text/plain", FORMAT_FIXED, false},
    {"application/xml", FORMAT_XML, false},
    {"text/xml", FORMAT_XML, false},
};

struct reading {
    struct arena *arena;
    const struct mapping *mapping;
    const struct push_given *given;
    struct push_body *body;
    struct format format; /* by which the body is cut */
};

static bool refuse(struct push_body *body, enum problem problem, const char *why)
{
    body->problem = problem;
    body->why = why;
    return false;
}

static bool is_json(const struct mapping *mapping)
{
    return mapping->format.kind == FORMAT_JSON || mapping->format.kind == FORMAT_JSONL;
}

/* The structured suffix of a type, "json" of application/cloudevents+json. */
static bool is_suffixed(const char *type, enum format_kind kind)
{
    return (kind == FORMAT_JSON && text_ends(type, "+json")) ||
           (kind == FORMAT_XML && text_ends(type, "+xml"));
}

/* Is the type one of the source's format?  *lines: as JSON lines. */
static bool takes(struct arena *arena, const struct mapping *mapping, const char *content_type,
                  bool *lines)
{
    enum format_kind kind = is_json(mapping) ? FORMAT_JSON : mapping->format.kind;
    *lines = mapping->format.kind == FORMAT_JSONL;
    if (!content_type)
        return true;
    const char *type =
        text_lower_ascii(arena, arena_strndup(arena, content_type, strcspn(content_type, "; \t")));
    if (text_equal(type, "application/octet-stream"))
        return true;
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (types[i].kind == kind && text_equal(types[i].type, type)) {
            *lines = types[i].lines;
            return true;
        }
    *lines = false;
    return is_suffixed(type, kind);
}

/* How a body of JSON is cut: a list, an object, or what the source's own path leads to; or lines. */
static struct format json_format(struct arena *arena, const struct mapping *mapping,
                                 struct slice body, bool lines)
{
    ARENA(scratch);
    struct json_fault fault;
    struct format one = {.kind = FORMAT_JSON, .records = ""};
    size_t blank = 0;
    while (blank < body.size && strchr(" \t\r\n", body.bytes[blank]) && body.bytes[blank])
        blank++;
    if (blank < body.size && body.bytes[blank] == '[')
        return one;
    const struct json *root = json_parse(scratch, body.bytes, body.size, &fault);
    if (root && mapping->format.kind == FORMAT_JSON && *text_or_empty(mapping->format.records) &&
        json_pointer(root, mapping->format.records))
        one.records = arena_strdup(arena, mapping->format.records);
    else if (!root && lines)
        one.kind = FORMAT_JSONL;
    return one;
}

static void add_fault(const struct reading *r, const struct reject *reject)
{
    struct push_fault fault = {r->body->items.count, *reject};
    fault.reject.message = arena_strdup(r->arena, reject->message);
    LIST_ADD(r->arena, &r->body->faults, fault);
}

/* Can it be decoded?  Returns what names it: the field that the mapping says, or else NULL. */
static const char *decode(const struct reading *r, const struct cut *cut)
{
    ARENA(scratch);
    struct reject reject;
    const char *flag = NULL, *id = r->mapping->from.id;
    const struct fields *fields =
        format_decode(scratch, &r->mapping->format, r->body->header, cut->raw, cut->line, &reject);
    if (!fields)
        add_fault(r, &reject);
    const char *text = fields && id ? fields_text(fields, id, &flag) : NULL;
    return text && !flag && !text_is_blank(text) ? arena_printf(r->arena, "id %s", text) : NULL;
}

static void add_cut(const struct reading *r, const struct cut *cut)
{
    struct feed_item item = {.raw = cut->raw, .length = cut->length, .line = cut->line};
    const char *name = cut->reject ? NULL : decode(r, cut);
    item.passing = !name && r->given->delivery;
    if (item.passing) /* then by the delivery, and the place in it */
        name = arena_printf(r->arena, "delivery %zu %s", r->body->items.count, r->given->delivery);
    if (name)
        item.name = (struct slice){name, strlen(name)};
    item.remember = item.once = name;
    if (cut->reject) {
        struct reject *reject = NEW(r->arena, struct reject);
        add_fault(r, cut->reject);
        *reject = r->body->faults.list[r->body->faults.count - 1].reject;
        item.reject = reject;
    }
    LIST_ADD(r->arena, &r->body->items, item);
}

static bool cut_all(const struct reading *r, struct slice text)
{
    struct splitter *splitter = splitter_new(r->arena, &r->format, text);
    for (struct cut cut; splitter_next(splitter, &cut);) {
        if (r->body->items.count == PUSH_RECORDS_MOST)
            return refuse(
                r->body, PROBLEM_TOO_LARGE,
                arena_printf(r->arena, "a delivery has at most %d records", PUSH_RECORDS_MOST));
        if (cut.is_header && !cut.reject)
            r->body->header = cut.raw;
        else
            add_cut(r, &cut);
    }
    return true;
}

/* A form that is none is a record that is none. */
static bool read_form(const struct reading *r)
{
    struct error err;
    struct slice body = r->given->body;
    const char *json = form_read(r->arena, r->given->content_type, body, &err);
    if (json)
        return cut_all(r, (struct slice){json, strlen(json)});
    const struct reject reject = {
        .stage = "decode", .code = "form", .line = 1, .column = 1, .message = err.text};
    const struct cut cut = {.raw = body, .length = body.size, .line = 1, .reject = &reject};
    add_cut(r, &cut);
    return true;
}

bool push_body_read(struct arena *arena, const struct mapping *mapping,
                    const struct push_given *given, struct push_body *body)
{
    struct reading r = {.arena = arena,
                        .mapping = mapping,
                        .given = given,
                        .body = body,
                        .format = mapping->format};
    bool lines;
    *body = (struct push_body){0};
    if (is_json(mapping) && form_is(given->content_type)) {
        r.format = (struct format){.kind = FORMAT_JSON, .records = ""};
        return read_form(&r);
    }
    if (!takes(arena, mapping, given->content_type, &lines))
        return refuse(body, PROBLEM_UNSUPPORTED,
                      arena_printf(arena, "the source '%s' does not read this content type",
                                   mapping->source));
    if (is_json(mapping))
        r.format = json_format(arena, mapping, given->body, lines);
    return cut_all(&r, given->body);
}
