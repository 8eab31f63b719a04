#include <assert.h>

#include "hub/base/list.h"
#include "hub/format/cutters.h"
#include "hub/format/xml_reader.h"

#define DEPTH_MOST 256
#define BINDINGS_MOST 1000
#define LOST_MOST ((size_t)64 * 1024 * 1024)
#define LOOK_LEAST 4096

struct open {
    struct slice name, local, uri;
};

/* An element that is called like a record and is none: what a mapping may have meant. */
struct lookalike {
    size_t from, to; /* nothing: there is none */
    const char *message;
};

struct xml_cutter {
    struct arena *arena;
    const struct xml_reader *reader;
    struct slice stream;
    struct markup_scan scan;
    struct markup_scope scope;
    struct open open[DEPTH_MOST];
    size_t depth;
    struct slice encoding; /* the document's declaration, where it names an encoding */
    bool rooted, ended, given;
    bool header_given;
    struct slice header;
    struct cut held; /* the first record, while its header is handed out */
    bool holds;
    struct lookalike lookalike;
    size_t lost; /* bytes looked at in vain: what broken documents may cost is bounded */
    struct place place;
    struct reject reject;
};

struct xml_cutter *xml_cutter(struct arena *arena, const struct format *format, struct slice stream,
                              size_t from)
{
    assert(format->reader); /* format_open() */
    struct xml_cutter *cutter = NEW(arena, struct xml_cutter);
    const char *start = stream.bytes + from, *end = stream.bytes + stream.size;
    *cutter = (struct xml_cutter){.arena = arena,
                                  .reader = format->reader,
                                  .stream = stream,
                                  .scan = {.at = start, .end = end},
                                  .scope = {.arena = arena},
                                  .place = place_new(stream)};
    return cutter;
}

static size_t offset(const struct xml_cutter *cutter, const char *at)
{
    return (size_t)(at - cutter->stream.bytes);
}

static bool refuse(struct xml_cutter *cutter, size_t from, size_t to, const char *code,
                   const char *message, struct cut *cut)
{
    const struct cutting cutting = {from, to, code, message};
    cut_make(&cutter->place, &cutting, &cutter->reject, cut);
    return true;
}

/* The tags do not show any more what is what: nothing behind this is read. */
static bool give_up(struct xml_cutter *cutter, const char *at, const char *code,
                    const char *message, struct cut *cut)
{
    size_t from = offset(cutter, at), size = cutter->stream.size;
    cutter->ended = true;
    return refuse(cutter, from, size, code,
                  arena_printf(cutter->arena, "%s; nothing from here on is read (%zu bytes)",
                               message, size - from),
                  cut);
}

static const char *text_of(struct arena *arena, struct slice slice)
{
    return text_repair(arena, slice.bytes, slice.size);
}

static bool is_step(const struct open *open, const struct xml_step *step)
{
    return slice_is(open->local, step->local) && slice_is(open->uri, step->uri);
}

/* Is the innermost open element a record? */
static bool is_record(const struct xml_cutter *cutter)
{
    const struct xml_path *path = &cutter->reader->records;
    if (cutter->reader->rooted ? cutter->depth != path->count : cutter->depth < path->count)
        return false;
    for (size_t i = 1; i <= path->count; i++)
        if (!is_step(&cutter->open[cutter->depth - i], &path->steps[path->count - i]))
            return false;
    return true;
}

static const char *other_namespace(struct arena *arena, const struct open *open,
                                   const struct xml_step *step)
{
    const char *name = step->local, *uri = text_of(arena, open->uri);
    if (!open->uri.size)
        return arena_printf(arena, "<%s> is in no namespace here: leave the prefix out of records",
                            name);
    if (!*step->uri)
        return arena_printf(arena,
                            "<%s> is in the namespace '%s' here: give it a prefix by <namespace "
                            "prefix=\"p\" uri=\"%s\"/>, and say p:%s",
                            name, uri, uri, name);
    return arena_printf(arena,
                        "<%s> is in the namespace '%s' here, while the mapping's prefix stands "
                        "for '%s'",
                        name, uri, step->uri);
}

static void look_alike(struct xml_cutter *cutter, const struct markup_tag *tag)
{
    const struct xml_path *path = &cutter->reader->records;
    const struct xml_step *last = &path->steps[path->count - 1];
    const struct open *open = &cutter->open[cutter->depth - 1];
    bool other_root = cutter->reader->rooted && cutter->depth == 1 &&
                      !slice_is(open->local, path->steps[0].local);
    if (cutter->lookalike.to || (!other_root && !slice_is(open->local, last->local)))
        return;
    const char *message = other_namespace(cutter->arena, open, last);
    if (other_root) {
        message = arena_printf(cutter->arena, "its root element is <%s>, not <%s>",
                               text_of(cutter->arena, open->name), path->steps[0].local);
    } else if (slice_is(open->uri, last->uri)) {
        struct buffer at = {.arena = cutter->arena};
        for (size_t i = 0; i < cutter->depth; i++)
            buffer_printf(&at, "/%s", text_of(cutter->arena, cutter->open[i].name));
        message = arena_printf(cutter->arena, "<%s> stands elsewhere: at %s", last->local,
                               buffer_string(&at));
    }
    cutter->lookalike = (struct lookalike){
        offset(cutter, tag->start), offset(cutter, tag->end),
        arena_printf(cutter->arena, "no record is found in the whole document: %s", message)};
}

/* Does the tag itself declare this prefix? */
static bool declares(const struct markup_tag *tag, struct slice prefix)
{
    struct slice rest = tag->attributes, local;
    struct markup_attribute attribute;
    while (markup_attribute_next(&rest, &attribute)) {
        struct slice before = markup_prefix(attribute.name, &local);
        if (prefix.size ? slice_is(before, "xmlns") && slice_equal(local, prefix)
                        : slice_is(attribute.name, "xmlns"))
            return true;
    }
    return false;
}

/* The declarations around a record, as attributes; of those that `tag` (may be NULL) has not itself. */
static struct slice inherited(struct arena *arena, const struct xml_cutter *cutter,
                              const struct markup_tag *tag)
{
    struct buffer out = {.arena = arena};
    for (size_t i = 0; i < cutter->scope.count; i++) {
        const struct markup_binding *binding = &cutter->scope.list[i];
        if (binding->depth < cutter->depth && !markup_is_hidden(&cutter->scope, binding) &&
            !(tag && declares(tag, binding->prefix)))
            buffer_add(&out, binding->whole.bytes, binding->whole.size);
    }
    return (struct slice){buffer_string(&out), out.length};
}

/* The stream's header: its encoding, and the namespaces around its first record. */
static bool make_header(struct xml_cutter *cutter, struct slice namespaces)
{
    struct buffer out = {.arena = cutter->arena};
    cutter->header_given = true;
    cutter->header = namespaces;
    if (!namespaces.size && !cutter->encoding.size)
        return false;
    buffer_add(&out, cutter->encoding.bytes, cutter->encoding.size);
    buffer_text(&out, "<in");
    buffer_add(&out, namespaces.bytes, namespaces.size);
    buffer_char(&out, '>');
    cutter->held.raw = (struct slice){buffer_string(&out), out.length};
    return true;
}

/* Is something said about names without a prefix, by the record's start tag or around it? */
static bool has_default(const struct xml_cutter *cutter)
{
    for (size_t i = 0; i < cutter->scope.count; i++)
        if (!cutter->scope.list[i].prefix.size)
            return true;
    return false;
}

/* Put what the header does not say into the record's start tag. */
static struct slice with_namespaces(struct xml_cutter *cutter, const struct markup_tag *tag,
                                    struct slice raw)
{
    struct slice more = inherited(cutter->arena, cutter, tag);
    struct buffer out = {.arena = cutter->arena};
    size_t name = (size_t)(tag->name.bytes + tag->name.size - tag->start);
    buffer_add(&out, raw.bytes, name);
    buffer_add(&out, more.bytes, more.size);
    if (!has_default(cutter))
        buffer_text(&out, " xmlns=\"\"");
    buffer_add(&out, raw.bytes + name, raw.size - name);
    return (struct slice){buffer_string(&out), out.length};
}

/* The elements that are open within a record. */
struct nesting {
    struct slice names[DEPTH_MOST];
    size_t depth;
};

/* False when the tag cannot stand there. */
static bool nest(struct nesting *nesting, enum markup kind, struct slice name)
{
    if (kind == MARKUP_START && nesting->depth < DEPTH_MOST) {
        nesting->names[nesting->depth++] = name;
        return true;
    }
    if (kind == MARKUP_END)
        return slice_equal(nesting->names[--nesting->depth], name);
    return kind == MARKUP_EMPTY || kind == MARKUP_OTHER;
}

/* Behind the record's end tag; NULL when its tags do not match. */
static const char *record_end(struct xml_cutter *cutter, const struct markup_tag *start)
{
    struct nesting nesting; /* of which only what is open is looked at */
    struct markup_tag tag;
    struct markup_scan *scan = &cutter->scan;
    const char *most = scan->end;
    if (cutter->lost > cutter->stream.size * 4 + LOST_MOST && most - start->end > LOOK_LEAST)
        most = start->end + LOOK_LEAST;
    nesting.depth = 1;
    nesting.names[0] = start->name;
    for (scan->at = start->end; scan->at < most;) {
        enum markup kind = markup_next(scan, &tag);
        if (!nest(&nesting, kind, tag.name))
            break;
        if (!nesting.depth)
            return tag.end;
    }
    cutter->lost += (size_t)(scan->at - start->end);
    return NULL;
}

static bool is_open(const struct xml_cutter *cutter, struct slice name)
{
    for (size_t i = 0; i + 1 < cutter->depth; i++)
        if (slice_equal(cutter->open[i].name, name))
            return true;
    return false;
}

/*
 * Where a broken record ends as far as can be told: behind an end tag of its name, or, *closed being
 * false, before another one starts or what it stands in ends.
 */
static const char *broken_end(struct xml_cutter *cutter, const struct markup_tag *start,
                              bool *closed)
{
    struct markup_tag tag;
    struct markup_scan *scan = &cutter->scan;
    scan->at = start->end;
    *closed = false;
    for (;;) {
        enum markup kind = markup_next(scan, &tag);
        if (kind == MARKUP_NONE)
            return tag.start;
        if (kind == MARKUP_DOCTYPE)
            scan->at++;
        bool same = slice_equal(tag.name, start->name);
        *closed = kind == MARKUP_END && same;
        if (*closed)
            return tag.end;
        if ((kind == MARKUP_END && is_open(cutter, tag.name)) ||
            ((kind == MARKUP_START || kind == MARKUP_EMPTY) && same))
            return tag.start;
    }
}

static bool give(struct xml_cutter *cutter, const struct markup_tag *tag, const char *end,
                 struct cut *cut)
{
    struct cutting cutting = {offset(cutter, tag->start), offset(cutter, end), NULL, NULL};
    size_t size = cutting.to - cutting.from;
    if (size > FORMAT_RECORD_MOST) {
        cutting.code = "too-long";
        cutting.message =
            arena_printf(cutter->arena, "%zu bytes; the most is %d", size, FORMAT_RECORD_MOST);
    }
    cut_make(&cutter->place, &cutting, &cutter->reject, cut);
    if (cutting.code)
        return true;
    ARENA(scratch);
    struct slice namespaces = inherited(scratch, cutter, NULL);
    if (cutter->header_given) {
        if (!slice_equal(cutter->header, namespaces))
            cut->raw = with_namespaces(cutter, tag, cut->raw);
        return true;
    }
    namespaces.bytes = arena_strndup(cutter->arena, namespaces.bytes, namespaces.size);
    if (!make_header(cutter, namespaces))
        return true;
    struct cut record = *cut;
    *cut = (struct cut){
        .raw = cutter->held.raw, .line = record.line, .offset = record.offset, .is_header = true};
    cutter->held = record;
    cutter->holds = true;
    return true;
}

static bool give_record(struct xml_cutter *cutter, const struct markup_tag *tag, bool empty,
                        struct cut *cut)
{
    bool closed = true;
    const char *end = empty ? tag->end : record_end(cutter, tag);
    if (!end)
        end = broken_end(cutter, tag, &closed);
    cutter->scan.at = end;
    cutter->given = true;
    if (closed)
        return give(cutter, tag, end, cut);
    while (end > tag->end && strchr(" \t\r\n", end[-1]))
        end--;
    return refuse(
        cutter, offset(cutter, tag->start), offset(cutter, end), "xml",
        arena_printf(cutter->arena, "<%s> never closes", text_of(cutter->arena, tag->name)), cut);
}

static void pop(struct xml_cutter *cutter)
{
    markup_leave(&cutter->scope, cutter->depth);
    cutter->depth--;
}

static bool on_start(struct xml_cutter *cutter, const struct markup_tag *tag, bool empty,
                     struct cut *cut)
{
    if (!cutter->depth && cutter->rooted)
        return give_up(cutter, tag->start, "structure", "nothing may follow the root element", cut);
    if (cutter->depth == DEPTH_MOST || cutter->scope.count > BINDINGS_MOST)
        return give_up(cutter, tag->start, "structure", "nested too deep", cut);
    cutter->rooted = true;
    struct open *open = &cutter->open[cutter->depth++];
    markup_declare(&cutter->scope, tag, cutter->depth);
    open->name = tag->name;
    open->uri = markup_uri(&cutter->scope, markup_prefix(tag->name, &open->local));
    bool record = is_record(cutter);
    if (!record)
        look_alike(cutter, tag);
    bool gives = record && give_record(cutter, tag, empty, cut);
    if (record || empty)
        pop(cutter);
    return gives;
}

static bool on_end(struct xml_cutter *cutter, const struct markup_tag *tag, struct cut *cut)
{
    struct slice open =
        cutter->depth ? cutter->open[cutter->depth - 1].name : (struct slice){"", 0};
    if (cutter->depth && slice_equal(open, tag->name)) {
        pop(cutter);
        return false;
    }
    const char *name = text_of(cutter->arena, tag->name);
    return give_up(cutter, tag->start, "structure",
                   open.size ? arena_printf(cutter->arena, "</%s> stands where </%s> must", name,
                                            text_of(cutter->arena, open))
                             : arena_printf(cutter->arena, "</%s> closes nothing", name),
                   cut);
}

/* Before the root element: which encoding it is in. */
static bool on_declaration(struct xml_cutter *cutter, const struct markup_tag *tag, struct cut *cut)
{
    struct slice whole = {tag->start, (size_t)(tag->end - tag->start)};
    const char *encoding = cutter->rooted ? NULL : xml_encoding(cutter->arena, whole);
    if (!encoding)
        return false;
    if (!format_encoding_known(encoding))
        return give_up(cutter, tag->start, "encoding",
                       arena_printf(cutter->arena, "the encoding '%s' is not known",
                                    text_repair(cutter->arena, encoding, strlen(encoding))),
                       cut);
    if (!text_same(encoding, "UTF-8"))
        cutter->encoding = whole;
    return false;
}

static bool at_end(struct xml_cutter *cutter, const struct markup_tag *tag, struct cut *cut)
{
    cutter->ended = true;
    if (cutter->depth)
        return give_up(cutter, tag->start, "structure",
                       arena_printf(cutter->arena, "the document ends within <%s>",
                                    text_of(cutter->arena, cutter->open[cutter->depth - 1].name)),
                       cut);
    const struct lookalike *other = &cutter->lookalike;
    return !cutter->given && other->to &&
           refuse(cutter, other->from, other->to, "no-records", other->message, cut);
}

static bool on_tag(struct xml_cutter *cutter, enum markup kind, const struct markup_tag *tag,
                   struct cut *cut)
{
    if (tag->text && !cutter->depth)
        return give_up(cutter, tag->text, "structure",
                       cutter->rooted ? "text stands behind the root element"
                                      : "this is no XML: text stands before the root element",
                       cut);
    switch (kind) {
    case MARKUP_START:
    case MARKUP_EMPTY:
        return on_start(cutter, tag, kind == MARKUP_EMPTY, cut);
    case MARKUP_END:
        return on_end(cutter, tag, cut);
    case MARKUP_OTHER:
        return on_declaration(cutter, tag, cut);
    case MARKUP_DOCTYPE:
        return give_up(cutter, tag->start, "doctype", "a DOCTYPE is not allowed", cut);
    case MARKUP_BAD:
        return give_up(cutter, tag->start, "structure", tag->fault, cut);
    case MARKUP_NONE:
        return at_end(cutter, tag, cut);
    }
    return false;
}

bool xml_cutter_next(struct xml_cutter *cutter, struct cut *cut)
{
    if (cutter->holds) {
        cutter->holds = false;
        *cut = cutter->held;
        return true;
    }
    while (!cutter->ended) {
        struct markup_tag tag;
        enum markup kind = markup_next(&cutter->scan, &tag);
        if (on_tag(cutter, kind, &tag, cut))
            return true;
    }
    return false;
}
