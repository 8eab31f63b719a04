#include "hub/base/json.h"
#include "hub/format/cutters.h"
#include "hub/format/decode.h"

#define LEVELS_MOST 16
#define NESTED_MOST ((size_t)1 << 20)
#define LOST_MOST ((size_t)16 * 1024 * 1024)
#define LOOK_LEAST 4096

/* An object or list on the way to the records. */
struct level {
    const char *name; /* of the member that leads on; of a list, its index */
    char close;
    int64_t index; /* of the item that is looked at */
};

enum state { STATE_START, STATE_ITEMS, STATE_TAIL, STATE_END };

struct json_cutter {
    struct arena *arena;
    struct slice stream;
    size_t at;
    enum state state;
    bool behind_comma;
    size_t lost; /* bytes looked at in vain: what broken documents may cost is bounded */
    const char *pointer;
    struct level levels[LEVELS_MOST];
    size_t depth;
    unsigned char *nested; /* a bit for each bracket that is open: is it a '['? */
    struct place place;
    struct reject reject;
};

const char *json_records_fault(const char *pointer)
{
    size_t levels = 0;
    if (!json_is_pointer(pointer))
        return "it must be a JSON Pointer, such as /items, or empty where the document itself is "
               "the list";
    for (const char *c = pointer; *c; c++)
        levels += *c == '/';
    return levels > LEVELS_MOST ? "it leads too deep" : NULL;
}

struct json_cutter *json_cutter(struct arena *arena, const struct format *format,
                                struct slice stream, size_t from)
{
    struct json_cutter *cutter = NEW(arena, struct json_cutter);
    *cutter = (struct json_cutter){.arena = arena,
                                   .stream = stream,
                                   .at = from,
                                   .pointer = text_or_empty(format->records),
                                   .place = place_new(stream)};
    return cutter;
}

static void skip_blank(struct json_cutter *cutter)
{
    while (cutter->at < cutter->stream.size &&
           strchr(" \t\r\n", cutter->stream.bytes[cutter->at]) && cutter->stream.bytes[cutter->at])
        cutter->at++;
}

/* The byte at hand, 0 at the end. */
static char peek(const struct json_cutter *cutter)
{
    if (cutter->at == cutter->stream.size)
        return '\0';
    return cutter->stream.bytes[cutter->at];
}

static bool give(struct json_cutter *cutter, size_t from, size_t to, struct cut *cut)
{
    struct cutting cutting = {from, to, NULL, NULL};
    if (to - from > FORMAT_RECORD_MOST) {
        cutting.code = "too-long";
        cutting.message =
            arena_printf(cutter->arena, "%zu bytes; the most is %d", to - from, FORMAT_RECORD_MOST);
    }
    cut_make(&cutter->place, &cutting, &cutter->reject, cut);
    return true;
}

static bool refuse(struct json_cutter *cutter, size_t from, size_t to, const char *code,
                   const char *message, struct cut *cut)
{
    const struct cutting cutting = {from, to, code, message};
    cut_make(&cutter->place, &cutting, &cutter->reject, cut);
    return true;
}

/* The brackets do not show any more what is what: nothing behind this is read. */
static bool give_up(struct json_cutter *cutter, size_t from, const char *message, struct cut *cut)
{
    size_t size = cutter->stream.size;
    cutter->state = STATE_END;
    return refuse(cutter, from, size, "structure",
                  arena_printf(cutter->arena, "%s; nothing from here on is read (%zu bytes)",
                               message, size - from),
                  cut);
}

/* Behind the string that opens at `at`.  `lines`: a line end closes it too, as no string holds one. */
static size_t string_end(const struct json_cutter *cutter, size_t at, size_t end, bool lines)
{
    const char *bytes = cutter->stream.bytes;
    for (at++; at < end; at++) {
        if (bytes[at] == '"')
            return at + 1;
        if (bytes[at] == '\\')
            at++;
        else if (lines && bytes[at] == '\n')
            return at;
    }
    return end;
}

static bool is_list(const struct json_cutter *cutter, size_t depth)
{
    return cutter->nested[depth / 8] >> depth % 8 & 1;
}

static bool open_bracket(struct json_cutter *cutter, size_t depth, char bracket)
{
    if (depth == NESTED_MOST)
        return false;
    if (!cutter->nested)
        cutter->nested = NEW_ARRAY(cutter->arena, unsigned char, NESTED_MOST / 8);
    unsigned char bit = (unsigned char)(1U << depth % 8), *byte = &cutter->nested[depth / 8];
    *byte = (unsigned char)(bracket == '[' ? *byte | bit : *byte & ~bit);
    return true;
}

/*
 * Where the value that starts at `at` ends: at the comma or bracket that closes what it stands in.
 * Nothing but strings and brackets is looked at.  False when brackets do not match, or nothing closes it.
 */
static bool skip_value(struct json_cutter *cutter, size_t *at, size_t end, bool lines)
{
    const char *bytes = cutter->stream.bytes;
    size_t depth = 0;
    while (*at < end) {
        char c = bytes[*at];
        if (c == '"') {
            *at = string_end(cutter, *at, end, lines);
            continue;
        }
        if (!depth && (c == ',' || c == ']' || c == '}'))
            return true;
        if ((c == '[' || c == '{') && !open_bracket(cutter, depth++, c))
            return false;
        if ((c == ']' || c == '}') && is_list(cutter, --depth) != (c == ']'))
            return false;
        ++*at;
    }
    return false;
}

/* Does what stands there look like the end of an item? */
static bool ends_item(const struct json_cutter *cutter, size_t at, char close)
{
    const char *bytes = cutter->stream.bytes;
    return at < cutter->stream.size && (bytes[at] == ',' || bytes[at] == close);
}

/*
 * The end of a member or item of what `close` closes.  Where its quotes seem to be broken, a string is
 * taken to end with its line: then the damage stays within the value more often than not.
 */
static bool find_end(struct json_cutter *cutter, char close, size_t *end)
{
    size_t size = cutter->stream.size, from = cutter->at, most = size;
    if (cutter->lost > size * 4 + LOST_MOST && size - from > LOOK_LEAST)
        most = from + LOOK_LEAST;
    *end = from;
    if (skip_value(cutter, end, most, false) && ends_item(cutter, *end, close))
        return true;
    cutter->lost += *end - from;
    *end = from;
    if (skip_value(cutter, end, size, true) && ends_item(cutter, *end, close))
        return true;
    cutter->lost += *end - from;
    return false;
}

/* The name at hand, decoded, and the colon behind it; NULL when there is none. */
static const char *read_name(struct arena *scratch, struct json_cutter *cutter)
{
    struct json_fault fault;
    size_t from = cutter->at;
    if (peek(cutter) != '"')
        return NULL;
    cutter->at = string_end(cutter, from, cutter->stream.size, true);
    const struct json *name =
        json_parse(scratch, cutter->stream.bytes + from, cutter->at - from, &fault);
    skip_blank(cutter);
    if (!name || peek(cutter) != ':')
        return NULL;
    cutter->at++;
    skip_blank(cutter);
    return text_or_empty(name->text);
}

/* Is the value at hand what the level leads to?  Its name is passed over.  False when there is none. */
static bool next_member(struct json_cutter *cutter, struct level *level, bool *wanted)
{
    ARENA(scratch);
    const char *name;
    skip_blank(cutter);
    if (level->close == ']') {
        name = arena_printf(scratch, "%lld", (long long)level->index++);
        *wanted = text_equal(name, level->name);
        return true;
    }
    name = read_name(scratch, cutter);
    *wanted = name && text_equal(name, level->name);
    return name;
}

/* Behind a value: the next one of its object or list, or none. */
static bool skip_to_next(struct json_cutter *cutter, const struct level *level, bool *more)
{
    size_t end;
    if (!find_end(cutter, level->close, &end))
        return false;
    *more = cutter->stream.bytes[end] == ',';
    cutter->at = end + *more;
    return true;
}

static const char *next_token(struct arena *arena, const char **pointer)
{
    struct buffer token = {.arena = arena};
    const char *c = *pointer + 1;
    for (; *c && *c != '/'; c++) {
        if (*c == '~' && (c[1] == '0' || c[1] == '1'))
            buffer_char(&token, *++c == '0' ? '~' : '/');
        else
            buffer_char(&token, *c);
    }
    *pointer = c;
    return buffer_string(&token);
}

static bool nothing_there(struct json_cutter *cutter, const char *pointer, const char *what,
                          struct cut *cut)
{
    cutter->state = STATE_END;
    const char *path =
        arena_strndup(cutter->arena, cutter->pointer, (size_t)(pointer - cutter->pointer));
    const char *message = arena_printf(
        cutter->arena, "%s at '%s', where the records should be; nothing is read", what, path);
    return refuse(cutter, cutter->at, cutter->stream.size, "no-records", message, cut);
}

/* Go one step down to what the pointer names next.  False when there is a reject in *cut instead. */
static bool descend(struct json_cutter *cutter, const char **pointer, struct cut *cut)
{
    struct level *level = &cutter->levels[cutter->depth];
    char open = peek(cutter);
    *level = (struct level){next_token(cutter->arena, pointer), open == '{' ? '}' : ']', 0};
    if (open != '{' && open != '[')
        return !nothing_there(cutter, *pointer, "there is nothing", cut);
    cutter->at++;
    skip_blank(cutter);
    for (bool more = peek(cutter) != level->close; more;) {
        bool wanted;
        size_t from = cutter->at;
        if (!next_member(cutter, level, &wanted))
            return !give_up(cutter, from, "a name and ':' must stand here", cut);
        if (wanted) {
            cutter->depth++;
            return true;
        }
        if (!skip_to_next(cutter, level, &more))
            return !give_up(cutter, from, "the brackets do not match", cut);
    }
    return !nothing_there(cutter, *pointer, "there is nothing", cut);
}

/* The only record: all of the document, or what the pointer leads to. */
static bool give_only(struct json_cutter *cutter, struct cut *cut)
{
    size_t from = cutter->at, end = cutter->stream.size;
    cutter->state = cutter->depth ? STATE_TAIL : STATE_END;
    if (cutter->depth && !find_end(cutter, cutter->levels[cutter->depth - 1].close, &end))
        return give_up(cutter, from, "the brackets do not match", cut);
    cutter->at = end;
    while (end > from && strchr(" \t\r\n", cutter->stream.bytes[end - 1]) &&
           cutter->stream.bytes[end - 1])
        end--;
    return give(cutter, from, end, cut);
}

/* Find the records.  True with a cut when there is something to say already. */
static bool start(struct json_cutter *cutter, struct cut *cut)
{
    const char *pointer = cutter->pointer;
    skip_blank(cutter);
    cutter->state = STATE_END;
    if (cutter->at == cutter->stream.size)
        return false;
    while (*pointer) {
        if (!descend(cutter, &pointer, cut))
            return true;
        skip_blank(cutter);
    }
    if (peek(cutter) == '[') {
        cutter->at++;
        cutter->state = STATE_ITEMS;
        return false;
    }
    if (cutter->depth && peek(cutter) == 'n') { /* null: there are none */
        size_t end;
        cutter->state = STATE_TAIL;
        if (find_end(cutter, cutter->levels[cutter->depth - 1].close, &end))
            cutter->at = end;
        return false;
    }
    if (peek(cutter) == '{' || !cutter->depth)
        return give_only(cutter, cut);
    return nothing_there(cutter, pointer, "there is neither a list nor an object", cut);
}

/* The next item.  False when there is none. */
static bool next_item(struct json_cutter *cutter, struct cut *cut)
{
    size_t end;
    skip_blank(cutter);
    size_t from = cutter->at;
    if (from == cutter->stream.size)
        return give_up(cutter, from, "the document ends within the list of records", cut);
    if (peek(cutter) == ']' && !cutter->behind_comma) {
        cutter->at++;
        cutter->state = STATE_TAIL;
        return false;
    }
    if (!find_end(cutter, ']', &end))
        return give_up(cutter, from, "this record's quotes or brackets do not match", cut);
    cutter->behind_comma = cutter->stream.bytes[end] == ',';
    cutter->at = end + cutter->behind_comma;
    while (end > from && strchr(" \t\r\n", cutter->stream.bytes[end - 1]) &&
           cutter->stream.bytes[end - 1])
        end--;
    if (end == from)
        return refuse(cutter, from, from, "json", "a record must stand here, beside the comma",
                      cut);
    return give(cutter, from, end, cut);
}

/* What follows the records must close what they stand in, and not have others of the same name. */
static bool tail(struct json_cutter *cutter, struct cut *cut)
{
    bool more = false;
    skip_blank(cutter);
    while (cutter->depth) {
        struct level *level = &cutter->levels[cutter->depth - 1];
        size_t from = cutter->at;
        bool wanted = false;
        if (more && !next_member(cutter, level, &wanted))
            return give_up(cutter, from, "a name and ':' must stand here", cut);
        if (wanted && level->close == '}')
            return give_up(
                cutter, from,
                arena_printf(cutter->arena, "the member '%s' stands here again", level->name), cut);
        if (!skip_to_next(cutter, level, &more))
            return give_up(cutter, from, "the brackets do not match behind the records", cut);
        if (more)
            continue;
        cutter->at++;
        cutter->depth--;
        skip_blank(cutter);
    }
    cutter->state = STATE_END;
    return cutter->at < cutter->stream.size &&
           give_up(cutter, cutter->at, "nothing may follow the document", cut);
}

bool json_cutter_next(struct json_cutter *cutter, struct cut *cut)
{
    if (cutter->state == STATE_START && start(cutter, cut))
        return true;
    if (cutter->state == STATE_ITEMS && next_item(cutter, cut))
        return true;
    return cutter->state == STATE_TAIL && tail(cutter, cut);
}
