/* Where the records of a JSON or XML document stand; the sample may end anywhere. */
#include <ctype.h>

#include "hub/base/json.h"
#include "hub/base/list.h"
#include "hub/base/map.h"
#include "hub/profile/sniff.h"

#define DEPTH_MOST 60

/* Brackets open at a place. */
struct nesting {
    char open[DEPTH_MOST];
    size_t depth;
};

static bool follow(struct nesting *nesting, char c)
{
    if (c == '{' || c == '[') {
        if (nesting->depth == DEPTH_MOST)
            return false;
        nesting->open[nesting->depth++] = c;
    } else if ((c == '}' || c == ']') && nesting->depth) {
        nesting->depth--;
    }
    return true;
}

/* The document up to its last comma, with all that is open closed. */
static struct slice mend(struct arena *arena, struct slice sample)
{
    struct nesting nesting = {.depth = 0}, at_comma = {.depth = 0};
    size_t comma = 0;
    bool quoted = false;
    for (size_t i = 0; i < sample.size; i++) {
        char c = sample.bytes[i];
        if (quoted) {
            quoted = c != '"';
            i += c == '\\';
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',') {
            comma = i;
            at_comma = nesting;
        } else if (!follow(&nesting, c)) {
            break;
        }
    }
    struct buffer out = {.arena = arena};
    buffer_add(&out, sample.bytes, comma);
    while (at_comma.depth)
        buffer_char(&out, at_comma.open[--at_comma.depth] == '{' ? '}' : ']');
    return (struct slice){.bytes = buffer_string(&out), .size = out.length};
}

struct longest {
    struct arena *arena;
    const char *pointer;
    size_t count;
};

/* The longest list of objects; of two as long, the outer one. */
static void search(struct longest *longest, const struct json *value, const char *pointer)
{
    if (value->type == JSON_ARRAY && value->first && value->first->type == JSON_OBJECT &&
        value->count > longest->count) {
        longest->count = value->count;
        longest->pointer = pointer;
    }
    if (value->type != JSON_OBJECT)
        return;
    for (const struct json *member = value->first; member; member = member->next)
        if (member->name && !strpbrk(member->name, "~/"))
            search(longest, member, arena_printf(longest->arena, "%s/%s", pointer, member->name));
}

bool sniff_json(struct arena *arena, struct slice sample, const char **records)
{
    struct json_fault fault;
    struct longest longest = {.arena = arena, .pointer = ""};
    if (sample.size >= 3 && memcmp(sample.bytes, "\xef\xbb\xbf", 3) == 0)
        sample = (struct slice){sample.bytes + 3, sample.size - 3};
    const struct json *root = json_parse(arena, sample.bytes, sample.size, &fault);
    if (!root) {
        struct slice mended = mend(arena, sample);
        root = json_parse(arena, mended.bytes, mended.size, &fault);
    }
    if (!root || (root->type != JSON_ARRAY && root->type != JSON_OBJECT))
        return false;
    search(&longest, root, "");
    *records = longest.pointer;
    return true;
}

/* An element by its path, "/a/p:b". */
struct path {
    const char *path, *name;
    size_t depth, count;
    bool repeats; /* twice below the same parent */
    bool nests;   /* has elements or attributes itself */
};

struct open_element {
    struct path *path;
    const struct path *last; /* its child before */
};

struct xml_scan {
    struct arena *arena;
    const char *at, *end;
    struct open_element open[DEPTH_MOST];
    size_t depth;
    struct path **list; /* in order of appearance */
    size_t count, room;
    struct map by_path;
    struct sniffed_namespaces {
        struct sniffed_namespace *list;
        size_t count, room;
    } namespaces;
};

static struct path *path_of(struct xml_scan *scan, const char *name)
{
    const char *above = scan->depth ? scan->open[scan->depth - 1].path->path : "";
    const char *text = arena_printf(scan->arena, "%s/%s", above, name);
    struct path *path = map_get_text(&scan->by_path, text);
    if (path)
        return path;
    path = NEW(scan->arena, struct path);
    *path = (struct path){.path = text, .name = name, .depth = scan->depth};
    LIST_ADD(scan->arena, scan, path);
    map_put_text(&scan->by_path, text, path);
    return path;
}

/* The default namespace gets a prefix, as XPath knows none. */
static void note_namespace(struct xml_scan *scan, const char *name, const char *value)
{
    const char *prefix = name[5] == ':' ? name + 6 : "d";
    for (size_t i = 0; i < scan->namespaces.count; i++)
        if (text_equal(scan->namespaces.list[i].prefix, prefix))
            return;
    LIST_ADD(scan->arena, &scan->namespaces, ((struct sniffed_namespace){prefix, value}));
}

/* What stands behind the '=' of an attribute; false when the sample ends in it. */
static bool skip_value(struct xml_scan *scan, const char *name, size_t length)
{
    char quote = *++scan->at;
    const char *value = scan->at + 1;
    const char *close = memchr(value, quote, (size_t)(scan->end - value));
    scan->at = close ? close + 1 : scan->end;
    if (close && length >= 5 && memcmp(name, "xmlns", 5) == 0)
        note_namespace(scan, arena_strndup(scan->arena, name, length),
                       arena_strndup(scan->arena, value, (size_t)(close - value)));
    return close != NULL;
}

/* Attributes up to the end of the tag; true when there are some besides declarations. */
static bool skip_attributes(struct xml_scan *scan, bool *closed)
{
    bool some = false;
    *closed = false;
    while (scan->at < scan->end && *scan->at != '>') {
        const char *name = scan->at;
        while (scan->at < scan->end && !strchr("=>/ \t\r\n", *scan->at))
            scan->at++;
        size_t length = (size_t)(scan->at - name);
        if (scan->at + 1 < scan->end && *scan->at == '=') {
            some |= skip_value(scan, name, length) && (length < 5 || memcmp(name, "xmlns", 5) != 0);
            continue;
        }
        *closed = scan->at < scan->end && *scan->at == '/';
        scan->at += scan->at < scan->end && *scan->at != '>';
    }
    return some;
}

static void open_tag(struct xml_scan *scan)
{
    const char *name = scan->at;
    bool closed;
    while (scan->at < scan->end && !strchr("/> \t\r\n", *scan->at))
        scan->at++;
    struct path *path = path_of(scan, arena_strndup(scan->arena, name, (size_t)(scan->at - name)));
    struct open_element *parent = scan->depth ? &scan->open[scan->depth - 1] : NULL;
    path->count++;
    if (parent) {
        path->repeats |= parent->last == path;
        parent->last = path;
        parent->path->nests = true;
    }
    path->nests |= skip_attributes(scan, &closed);
    if (!closed && scan->depth < DEPTH_MOST)
        scan->open[scan->depth++] = (struct open_element){.path = path};
}

/* Move behind a text; to the end when it does not come. */
static void skip_to(struct xml_scan *scan, const char *text)
{
    const char *found = memmem(scan->at, (size_t)(scan->end - scan->at), text, strlen(text));
    scan->at = found ? found + strlen(text) : scan->end;
}

static void scan_all(struct xml_scan *scan)
{
    while (scan->at < scan->end &&
           (scan->at = memchr(scan->at, '<', (size_t)(scan->end - scan->at)))) {
        size_t left = (size_t)(scan->end - ++scan->at);
        if (left >= 3 && memcmp(scan->at, "!--", 3) == 0)
            skip_to(scan, "-->");
        else if (left >= 8 && memcmp(scan->at, "![CDATA[", 8) == 0)
            skip_to(scan, "]]>");
        else if (left && *scan->at == '/')
            scan->depth -= scan->depth > 0;
        else if (left && (isalpha((unsigned char)*scan->at) || *scan->at == '_'))
            open_tag(scan);
        else
            skip_to(scan, ">");
        if (scan->at >= scan->end)
            return;
    }
}

/* Records are the outermost elements that stand in a row and hold something; else the root's child. */
static const struct path *records_of(const struct xml_scan *scan)
{
    const struct path *best = NULL;
    for (size_t i = 0; i < scan->count; i++) {
        const struct path *path = scan->list[i];
        if (!path->repeats || !path->nests)
            continue;
        if (!best || path->depth < best->depth ||
            (path->depth == best->depth && path->count > best->count))
            best = path;
    }
    for (size_t i = 0; !best && i < scan->count; i++)
        if (scan->list[i]->depth == 1 && scan->list[i]->nests)
            best = scan->list[i];
    return best ? best : scan->list[0];
}

/* With the prefix that stands for the default namespace. */
static const char *qualified(struct xml_scan *scan, const char *name)
{
    for (size_t i = 0; i < scan->namespaces.count; i++)
        if (text_equal(scan->namespaces.list[i].prefix, "d") && !strchr(name, ':'))
            return arena_printf(scan->arena, "d:%s", name);
    return name;
}

bool sniff_xml(struct arena *arena, struct slice sample, struct sniffed *sniffed)
{
    struct xml_scan *scan = NEW(arena, struct xml_scan);
    *scan = (struct xml_scan){.arena = arena,
                              .at = sample.bytes,
                              .end = sample.bytes + sample.size,
                              .by_path = {.arena = arena}};
    scan_all(scan);
    if (!scan->count)
        return false;
    sniffed->records = arena_printf(arena, "//%s", qualified(scan, records_of(scan)->name));
    sniffed->namespaces = scan->namespaces.list;
    sniffed->namespace_count = scan->namespaces.count;
    return true;
}
