#include "hub/trial/truth.h"

#include "hub/base/hash.h"
#include "hub/format/format.h"

struct subject {
    struct subject *next;
    const char *key;
    uint64_t entity, cluster;
    bool placed;
    const char *source, *part; /* of the record that placed it */
};

/* "source\nkey", or "\nkey" where the truth names no source. */
static const char *name_of(struct arena *arena, const char *source, const char *key)
{
    return arena_printf(arena, "%s\n%s", text_lower_ascii(arena, source), key);
}

static bool is_source(const struct truth *truth, const char *name)
{
    for (const char *const *source = truth->sources; *source; source++)
        if (text_same(*source, name))
            return true;
    return false;
}

static bool add(struct truth *truth, const char *source, const char *key, const char *entity,
                struct error *err)
{
    if (!*key || !*entity)
        return error_set(err, ERROR_FATAL, "a key or an entity is empty");
    if (truth->only && !text_same(source, truth->only)) {
        truth->left_out++;
        return true;
    }
    const char *name = name_of(truth->arena, source, key);
    struct subject *subject = map_get_text(&truth->by_name, name);
    if (subject)
        return subject->entity == hash64_text(entity) ||
               error_set(err, ERROR_FATAL, "'%s' was given another entity before", key);
    subject = NEW(truth->arena, struct subject);
    *subject = (struct subject){.key = strchr(name, '\n') + 1, .entity = hash64_text(entity)};
    map_put_text(&truth->by_name, name, subject);
    if (truth->last)
        truth->last->next = subject;
    else
        truth->first = subject;
    truth->last = subject;
    truth->count++;
    return true;
}

static bool add_id(struct arena *work, struct truth *truth, const char *id, const char *entity,
                   struct error *err)
{
    const char *colon = strchr(id, ':');
    const char *source = colon ? arena_strndup(work, id, (size_t)(colon - id)) : "";
    if (colon && is_source(truth, source))
        return add(truth, source, colon + 1, entity, err);
    return add(truth, truth->only ? truth->only : "", id, entity, err);
}

static bool add_line(struct arena *work, struct truth *truth, const struct fields *fields,
                     struct error *err)
{
    const char *id = fields_text(fields, "id", NULL);
    const char *source = fields_text(fields, "source", NULL);
    const char *key = fields_text(fields, "source_key", NULL);
    const char *entity = fields_text(fields, "entity", NULL);
    if (entity && source && key)
        return add(truth, text_trim(work, source), text_trim(work, key), entity, err);
    if (entity && id)
        return add_id(work, truth, text_trim(work, id), entity, err);
    return error_set(err, ERROR_FATAL, "the columns must be source,source_key,entity or id,entity");
}

static const struct format truth_format = {
    .kind = FORMAT_CSV, .delimiter = ',', .quote = '"', .header = true};

static bool read_cut(struct truth *truth, struct slice header, const struct cut *cut,
                     const char *file, struct error *err)
{
    ARENA(work);
    struct reject reject = {.message = ""};
    if (cut->reject)
        return error_set(err, ERROR_FATAL, "%s:%u: %s", file, cut->line, cut->reject->message);
    const struct fields *fields =
        format_decode(work, &truth_format, header, cut->raw, cut->line, &reject);
    if (!fields)
        return error_set(err, ERROR_FATAL, "%s:%u: %s", file, cut->line, reject.message);
    return add_line(work, truth, fields, err) || error_wrap(err, "%s:%u", file, cut->line);
}

bool truth_read(struct truth *truth, struct slice content, const char *file, struct error *err)
{
    struct slice header = {.bytes = "", .size = 0};
    struct splitter *splitter = splitter_new(truth->arena, &truth_format, content);
    struct cut cut;
    truth->by_name.arena = truth->arena;
    while (splitter_next(splitter, &cut)) {
        if (cut.is_header && !cut.reject)
            header = cut.raw;
        else if (!read_cut(truth, header, &cut, file, err))
            return false;
    }
    return true;
}

static bool place(struct truth *truth, struct subject *subject, const char *source,
                  const char *part, struct error *err)
{
    truth->found += !subject->placed;
    if (subject->placed && !text_equal(subject->source, source))
        return error_set(
            err, ERROR_FATAL,
            "'%s' is a key of %s and of %s: say which by --source, or by SOURCE:key in "
            "the truth",
            subject->key, subject->source, source);
    subject->placed = true;
    subject->source = arena_strdup(truth->arena, source);
    subject->part = arena_strdup(truth->arena, part);
    return true;
}

bool truth_place(struct truth *truth, const char *source, const char *key, const char *part,
                 uint64_t cluster, struct error *err)
{
    ARENA(work);
    const char *const names[] = {name_of(work, source, key), name_of(work, "", key)};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct subject *subject = map_get_text(&truth->by_name, names[i]);
        if (!subject)
            continue;
        bool first = !subject->placed || strcmp(part, subject->part) < 0;
        if (!place(truth, subject, source, first ? part : subject->part, err))
            return false;
        if (first)
            subject->cluster = cluster;
    }
    return true;
}

const struct assignment *truth_assignments(struct arena *arena, const struct truth *truth)
{
    struct assignment *list = NEW_ARRAY(arena, struct assignment, truth->count + 1);
    size_t i = 0;
    for (const struct subject *subject = truth->first; subject; subject = subject->next, i++)
        list[i] = (struct assignment){
            .cluster = subject->placed ? subject->cluster : hash64_mix(hash64_text("alone"), i),
            .entity = subject->entity,
        };
    return list;
}
