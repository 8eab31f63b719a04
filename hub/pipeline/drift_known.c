#include "hub/pipeline/drift_known.h"

#include "hub/base/list.h"
#include "sql.gen.h"

#define FIELDS_MOST 200  /* of a source are told apart in drift; the others are one, called "*" */
#define NAME_MOST 200    /* bytes */
#define SHAPES_MOST 1000 /* then the source is looked at afresh */

struct drift {
    const struct sources *sources; /* whose mappings what is known refers to, */
    int64_t stamp;                 /* as they were then */
    struct known *first;
};

struct name_list {
    const char **list;
    size_t count, room;
};

static void forget(void *arg)
{
    struct drift *drift = arg;
    for (struct known *known = drift->first, *next; known; known = next) {
        next = known->next;
        arena_free(known->arena);
    }
    drift->first = NULL;
}

struct drift *drift_new(struct arena *process)
{
    struct drift *drift = NEW(process, struct drift);
    arena_defer(process, forget, drift);
    return drift;
}

void drift_follow(struct drift *drift, const struct sources *sources)
{
    if (drift->sources == sources && drift->stamp == sources->stamp)
        return;
    forget(drift);
    drift->sources = sources;
    drift->stamp = sources->stamp;
}

static void read_inputs(struct known *known, const struct rows *rows)
{
    struct arena *arena = known->arena;
    const struct mapping *mapping = known->source->mapping;
    const char *const *names = mapping_inputs(arena, mapping);
    for (known->count = 0; names[known->count];)
        known->count++;
    known->inputs = NEW_ARRAY(arena, struct input, known->count + 1);
    known->paths = mapping_paths(arena, mapping);
    for (size_t i = 0; i < known->count; i++) {
        struct input *input = &known->inputs[i];
        input->name = arena_strdup(arena, names[i]);
        input->loss_count = mapping_losses(arena, mapping, names[i], &input->losses);
        for (size_t row = 0; row < rows->count; row++) {
            if (!text_equal(rows_text(rows, row, 0), names[i]))
                continue;
            input->kinds = (int32_t)rows_int(rows, row, 1);
            input->seen = (int32_t)rows_int(rows, row, 2);
            input->readable = (int32_t)rows_int(rows, row, 3);
            input->optional = rows_bool(rows, row, 4);
            input->gone = rows_bool(rows, row, 5);
        }
    }
}

static bool load(struct known *known, struct db *db, struct error *err)
{
    struct arena *arena = known->arena;
    struct param id = db_int(arena, known->source->id);
    struct rows fields, names;
    if (!db_run(arena, db, &SQL_FIELD_LIST, PARAMS(id), &fields, err) ||
        !db_run(arena, db, &SQL_DRIFT_NAMES, PARAMS(id), &names, err))
        return false;
    read_inputs(known, &fields);
    for (size_t i = 0; i < names.count; i++)
        map_put_text(&known->named, rows_text(&names, i, 0), known);
    known->stale = false;
    return true;
}

struct known *drift_known(struct drift *drift, struct db *db, const struct source *source,
                          bool again, struct error *err)
{
    struct known **at = &drift->first;
    while (*at && (*at)->source->id != source->id)
        at = &(*at)->next;
    struct known *known = *at;
    if (known && !known->stale && !again && known->shapes.count < SHAPES_MOST)
        return known;
    if (known) {
        *at = known->next;
        arena_free(known->arena);
    }
    struct arena *arena = arena_new();
    known = NEW(arena, struct known);
    known->arena = arena;
    known->source = source;
    known->shapes.arena = known->named.arena = arena;
    if (!load(known, db, err)) {
        arena_free(arena);
        return NULL;
    }
    known->next = drift->first;
    return drift->first = known;
}

/* Is one the other, or within it? */
static bool covers(const char *outer, const char *inner)
{
    size_t length = strlen(outer);
    return text_starts(inner, outer) && (inner[length] == '/' || !inner[length] || !length);
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80 || (c && strchr(":_-.@", c));
}

/* Nothing but names, one within the other. */
static bool is_plain(const char *xpath)
{
    const char *at = xpath;
    while (is_name_byte(*at) || *at == '/')
        at++;
    return !*at && *xpath != '/' && *xpath != '.' && !strstr(xpath, "//") && !strstr(xpath, "/.") &&
           !strstr(xpath, "::");
}

/* An XPath that calculates can name a field in many ways, but hardly without its last word. */
static bool is_in_xpath(const char *xpath, const char *name)
{
    const char *slash = strrchr(name, '/'), *word = slash ? slash + 1 : name;
    size_t length = strlen(word);
    for (const char *at = xpath; (at = strstr(at, word)); at++)
        if ((at == xpath || !is_name_byte(at[-1])) && !is_name_byte(at[length]))
            return true;
    return false;
}

/* An element's text is that of all elements in it, and of no attribute. */
static bool reads_xml(const char *xpath, const char *name)
{
    if (!is_plain(xpath))
        return is_in_xpath(xpath, name);
    const char *slash = strrchr(name, '/'), *word = slash ? slash + 1 : name;
    return *word == '@' ? text_equal(xpath, name) : covers(xpath, name);
}

static bool is_read(const struct known *known, const char *name)
{
    enum format_kind kind = known->source->mapping->format.kind;
    if (kind == FORMAT_MIME) /* whoever writes to us makes up fields */
        return true;
    for (const char *const *at = known->paths; *at; at++)
        if (kind == FORMAT_XML ? reads_xml(*at, name)
                               : text_equal(*at, name) ||
                                     (*name == '/' && (covers(*at, name) || covers(name, *at))))
            return true;
    return false;
}

static bool is_listed(const char *const *names, const char *name)
{
    while (names && *names && !text_equal(*names, name))
        names++;
    return names && *names;
}

/* The name that it goes by: sources that make up names cannot fill the database. */
static const char *called(struct known *known, const char *name)
{
    bool long_name = strlen(name) > NAME_MOST;
    if (!long_name && map_get_text(&known->named, name))
        return name;
    const char *as = long_name || known->named.count >= FIELDS_MOST ? "*" : name;
    as = arena_strdup(known->arena, as);
    if (!map_get_text(&known->named, as))
        map_put_text(&known->named, as, known);
    return as;
}

static void add_once(struct arena *arena, struct name_list *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (text_equal(names->list[i], name))
            return;
    LIST_ADD(arena, names, arena_strdup(arena, name));
}

struct shape *drift_shape(struct known *known, const struct fields *fields)
{
    uint64_t id = fields_shape(fields);
    struct shape *shape = map_get(&known->shapes, id);
    if (shape)
        return shape;
    ARENA(scratch);
    struct arena *arena = known->arena;
    const struct mapping *mapping = known->source->mapping;
    struct name_list unknown = {0}, ignored = {0};
    for (const char *const *names = fields_names(scratch, fields); *names; names++) {
        if (is_read(known, *names) || is_listed(mapping->drops, *names))
            continue;
        bool is_ignored = is_listed(mapping->ignores, *names);
        add_once(arena, is_ignored ? &ignored : &unknown, called(known, *names));
    }
    LIST_ADD(arena, &unknown, NULL);
    LIST_ADD(arena, &ignored, NULL);
    shape = NEW(arena, struct shape);
    *shape = (struct shape){.unknown = unknown.list, .ignored = ignored.list};
    map_put(&known->shapes, id, shape);
    return shape;
}
