#include "tests/accuracy/load.h"

#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/mapping/mapping.h"
#include "hub/standard/standard.h"

#define FILE_MOST ((size_t)2 * 1024 * 1024 * 1024)

static void add_sample(const struct loader *loader, struct samples *samples, struct record *record)
{
    standard_record(loader->arena, loader->dictionary, record);
    LIST_ADD(loader->arena, samples,
             ((struct sample){
                 .key = record->key,
                 .record = record,
                 .features = features_make(loader->arena, loader->model, record),
             }));
}

static bool load_cut(const struct loader *loader, const struct mapping *mapping,
                     struct slice header, const struct cut *cut, struct samples *samples)
{
    struct reject reject;
    struct mapped mapped;
    if (cut->reject)
        return false;
    const struct fields *fields =
        format_decode(loader->arena, &mapping->format, header, cut->raw, cut->line, &reject);
    if (!fields || !mapping_apply(loader->arena, mapping, fields, &mapped, &reject))
        return false;
    for (size_t i = 0; i < mapped.count; i++)
        if (text_equal(mapped.records[i]->class_name, "customer"))
            add_sample(loader, samples, mapped.records[i]);
    return true;
}

bool load_file(const struct loader *loader, const char *mapping_file, const char *file,
               struct samples *samples, struct error *err)
{
    struct findings findings = {.arena = loader->arena};
    const struct mapping *mapping =
        mapping_load(loader->arena, loader->dictionary, loader->schema, mapping_file, &findings);
    if (!mapping)
        return error_set(err, ERROR_FATAL, "%s", finding_first(loader->arena, &findings));
    struct slice content, header = {NULL, 0};
    if (!file_read(loader->arena, file, FILE_MOST, &content, err))
        return false;
    struct splitter *splitter = splitter_new(loader->arena, &mapping->format, content);
    struct cut cut;
    while (splitter_next(splitter, &cut)) {
        if (cut.is_header)
            header = cut.raw;
        else if (!load_cut(loader, mapping, header, &cut, samples))
            return error_set(err, ERROR_REJECT, "%s:%u: rejected", file, cut.line);
    }
    return true;
}

static int by_id(const void *left, const void *right)
{
    const struct sample *a = left, *b = right;
    return (a->record->id > b->record->id) - (a->record->id < b->record->id);
}

static const char *plain_key(const char *source, const char *key)
{
    const char *colon = source ? NULL : strchr(key, ':');
    return colon ? colon + 1 : key;
}

/* Keys are told apart by source only where the truth names sources in a column of their own. */
static uint64_t key_id(const char *source, const char *key)
{
    return source ? hash64_mix(hash64_text(source), hash64_text(key)) : hash64_text(key);
}

static void read_truth(const struct loader *loader, char *text, struct map *entities, bool *sourced)
{
    size_t lines;
    const char **rows = text_split(loader->arena, text, '\n', &lines);
    *sourced = text_starts(rows[0], "source,");
    for (size_t i = 1; i < lines; i++) {
        size_t count;
        const char **cells =
            text_split(loader->arena, text_trim(loader->arena, rows[i]), ',', &count);
        if (count != (*sourced ? 3 : 2))
            continue;
        const char *source = *sourced ? cells[0] : NULL;
        const char *key = plain_key(source, cells[count - 2]);
        uint64_t *entity = NEW(loader->arena, uint64_t);
        *entity = hash64_text(cells[count - 1]);
        map_put(entities, key_id(source, key), entity);
    }
}

bool load_truth(const struct loader *loader, const char *file, struct samples *samples,
                struct error *err)
{
    struct slice content;
    struct map entities = {.arena = loader->arena};
    bool sourced;
    if (!file_read(loader->arena, file, FILE_MOST, &content, err))
        return false;
    read_truth(loader, arena_strndup(loader->arena, content.bytes, content.size), &entities,
               &sourced);
    for (size_t i = 0; i < samples->count; i++) {
        struct sample *sample = &samples->list[i];
        const uint64_t *entity =
            map_get(&entities, key_id(sourced ? sample->record->source : NULL, sample->key));
        sample->entity = entity ? *entity : (uint64_t)sample->record->id;
    }
    qsort(samples->list, samples->count, sizeof(*samples->list), by_id);
    return true;
}
