#include "hub/format/xml_fields.h"

#define DEPTH_MOST 256

struct dropping {
    const struct xml_path *paths;
    size_t count;
    struct markup_scope scope;
    struct open {
        struct slice uri, local;
    } open[DEPTH_MOST];
    size_t depth; /* the record's element is open[0] */
    struct buffer out;
};

static bool is_named(struct slice uri, struct slice local, const struct xml_step *step)
{
    return slice_is(local, step->local) && slice_is(uri, step->uri);
}

/* Do the open elements below the record's lead along so many steps of the path? */
static bool follows(const struct dropping *dropping, const struct xml_path *path, size_t steps)
{
    if (dropping->depth != steps + 1)
        return false;
    for (size_t i = 0; i < steps; i++)
        if (!is_named(dropping->open[i + 1].uri, dropping->open[i + 1].local, &path->steps[i]))
            return false;
    return true;
}

static bool drops_element(const struct dropping *dropping)
{
    for (size_t i = 0; i < dropping->count; i++) {
        const struct xml_path *path = &dropping->paths[i];
        if (!path->steps[path->count - 1].attribute && follows(dropping, path, path->count))
            return true;
    }
    return false;
}

static bool drops_attribute(const struct dropping *dropping, struct slice name)
{
    struct slice local, prefix = markup_prefix(name, &local);
    struct slice uri = prefix.size ? markup_uri(&dropping->scope, prefix) : prefix;
    for (size_t i = 0; i < dropping->count; i++) {
        const struct xml_path *path = &dropping->paths[i];
        const struct xml_step *last = &path->steps[path->count - 1];
        if (last->attribute && is_named(uri, local, last) &&
            follows(dropping, path, path->count - 1))
            return true;
    }
    return false;
}

/* The tag without the attributes that go. */
static void add_tag(struct dropping *dropping, const struct markup_tag *tag)
{
    struct slice rest = tag->attributes;
    struct markup_attribute attribute;
    const char *at = tag->start;
    while (markup_attribute_next(&rest, &attribute)) {
        if (!drops_attribute(dropping, attribute.name))
            continue;
        buffer_add(&dropping->out, at, (size_t)(attribute.whole.bytes - at));
        at = attribute.whole.bytes + attribute.whole.size;
    }
    buffer_add(&dropping->out, at, (size_t)(tag->end - at));
}

static void enter(struct dropping *dropping, const struct markup_tag *tag)
{
    struct open *open = &dropping->open[dropping->depth++];
    markup_declare(&dropping->scope, tag, dropping->depth);
    open->uri = markup_uri(&dropping->scope, markup_prefix(tag->name, &open->local));
}

/* What is still gone behind an element that ends. */
static size_t leave(struct dropping *dropping, size_t gone)
{
    size_t depth = dropping->depth;
    markup_leave(&dropping->scope, depth);
    dropping->depth -= depth > 0;
    return gone == depth ? 0 : gone;
}

static void add(struct dropping *dropping, const char *from, const char *to)
{
    buffer_add(&dropping->out, from, (size_t)(to - from));
}

/* One tag of what may stay: true when its element goes. */
static bool copy_tag(struct dropping *dropping, enum markup kind, const struct markup_tag *tag)
{
    bool opens = kind == MARKUP_START || kind == MARKUP_EMPTY;
    if (opens && drops_element(dropping))
        return true;
    if (opens)
        add_tag(dropping, tag);
    else
        add(dropping, tag->start, tag->end);
    return false;
}

/* Copy what stays of the record, which libxml2 has read, so that its tags match. */
static void copy(struct dropping *dropping, struct slice raw)
{
    struct markup_scan scan = {.at = raw.bytes, .end = raw.bytes + raw.size};
    struct markup_tag tag;
    size_t gone = 0; /* the depth of the element that goes */
    for (enum markup kind = MARKUP_OTHER; kind != MARKUP_NONE && dropping->depth < DEPTH_MOST;) {
        const char *from = scan.at;
        kind = markup_next(&scan, &tag);
        if (kind == MARKUP_START || kind == MARKUP_EMPTY)
            enter(dropping, &tag);
        if (!gone)
            add(dropping, from, tag.start);
        if (!gone && copy_tag(dropping, kind, &tag))
            gone = dropping->depth;
        if (kind == MARKUP_END || kind == MARKUP_EMPTY)
            gone = leave(dropping, gone);
    }
}

struct slice xml_without(struct arena *arena, const struct xml_reader *reader, struct slice header,
                         struct slice raw, const char *const *drops)
{
    struct dropping dropping = {.scope = {.arena = arena}, .out = {.arena = arena}};
    struct markup_scan scan = {.at = header.bytes, .end = header.bytes + header.size};
    struct markup_tag tag;
    size_t count = 0;
    while (drops[count])
        count++;
    struct xml_path *paths = NEW_ARRAY(arena, struct xml_path, count);
    for (; drops[dropping.count]; dropping.count++)
        if (!xml_read_path(reader, arena, drops[dropping.count], &paths[dropping.count]) ||
            !paths[dropping.count].count)
            return (struct slice){"", 0}; /* no mapping says such a thing */
    dropping.paths = paths;
    for (enum markup kind = MARKUP_OTHER; kind == MARKUP_OTHER;) {
        kind = markup_next(&scan, &tag);
        if (kind == MARKUP_START)
            markup_declare(&dropping.scope, &tag, 0);
    }
    copy(&dropping, raw);
    return (struct slice){buffer_string(&dropping.out), dropping.out.length};
}
