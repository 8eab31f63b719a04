#include "hub/store/site.h"

#include <sys/stat.h>

#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "hub/base/xml.h"

const char *site_dictionary_file(struct arena *arena, const struct instance *instance)
{
    return arena_printf(arena, "%s/dictionary.xml", instance->site);
}

bool site_dictionary_body(struct arena *arena, const struct instance *instance, const char **body,
                          struct error *err)
{
    struct slice content;
    struct error unread;
    *body = "";
    if (!file_read(arena, site_dictionary_file(arena, instance), XML_FILE_MOST, &content,
                   &unread)) {
        if (unread.kind != ERROR_NOT_FOUND)
            *err = unread;
        return unread.kind == ERROR_NOT_FOUND;
    }
    *body = content.bytes;
    return strlen(content.bytes) == content.size ||
           error_set(err, ERROR_FATAL, "%s holds a NUL byte",
                     site_dictionary_file(arena, instance));
}

static const struct model *read_model(struct arena *arena, const struct instance *instance,
                                      struct findings *findings)
{
    const char *schemas = instance->schemas;
    return model_load(arena, arena_printf(arena, "%s/matching.xsd", schemas),
                      arena_printf(arena, "%s/matching.xml", schemas),
                      arena_printf(arena, "%s/matching.xml", instance->site), findings);
}

struct site site_open(struct arena *arena, const struct instance *instance)
{
    return (struct site){
        .instance = instance,
        .source_schema = arena_printf(arena, "%s/source.xsd", instance->schemas),
    };
}

void site_read(struct arena *arena, const struct instance *instance, struct site *site,
               struct findings *findings)
{
    const char *schemas = instance->schemas;
    *site = site_open(arena, instance);
    site->model = read_model(arena, instance, findings);
    site->dictionary = dictionary_load(arena, arena_printf(arena, "%s/dictionary.xsd", schemas),
                                       arena_printf(arena, "%s/dictionary.xml", schemas),
                                       site_dictionary_file(arena, instance), findings);
}

bool site_model(struct arena *arena, const struct instance *instance, struct site *site,
                struct error *err)
{
    struct findings findings = {.arena = arena};
    *site = site_open(arena, instance);
    site->model = read_model(arena, instance, &findings);
    return site->model || error_set(err, ERROR_FATAL, "%s", finding_first(arena, &findings));
}

const char *const *site_mappings(struct arena *arena, const struct instance *instance)
{
    size_t count;
    return file_list(arena, arena_printf(arena, "%s/mappings", instance->site), "*.xml", &count);
}

static uint64_t stamp_of(uint64_t stamp, const char *file)
{
    struct stat status;
    if (stat(file, &status) != 0)
        return stamp;
    stamp = hash64_mix(stamp, hash64_text(file));
    stamp = hash64_mix(stamp, (uint64_t)status.st_size);
    stamp = hash64_mix(stamp, (uint64_t)status.st_mtim.tv_sec);
    return hash64_mix(stamp, (uint64_t)status.st_mtim.tv_nsec);
}

/* Mappings, and the tables and schemas that lie beside them. */
uint64_t site_stamp(const struct instance *instance)
{
    ARENA(work);
    static const char *const patterns[] = {"*.xml", "*.csv", "*.xsd"};
    const char *folder = arena_printf(work, "%s/mappings", instance->site);
    uint64_t stamp = 0;
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        size_t count;
        for (const char *const *file = file_list(work, folder, patterns[i], &count); *file; file++)
            stamp = stamp_of(stamp, *file);
    }
    return stamp;
}

bool site_register(const struct site *site, const struct dictionary *dictionary, struct db *db,
                   struct findings *findings, struct error *err)
{
    ARENA(work);
    for (const char *const *file = site_mappings(work, site->instance); *file; file++) {
        bool changed;
        const struct mapping *mapping =
            mapping_load(work, dictionary, site->source_schema, *file, findings);
        if (mapping && !sources_register(db, mapping, dictionary, &changed, err))
            return false;
    }
    return true;
}
