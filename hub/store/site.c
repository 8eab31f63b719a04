#include "hub/store/site.h"

#include <sys/stat.h>

#include "hub/base/file.h"
#include "hub/base/hash.h"

const struct dictionary *site_dictionary(struct arena *arena, const struct instance *instance,
                                         struct findings *findings)
{
    const char *schemas = instance->schemas;
    return dictionary_load(arena, arena_printf(arena, "%s/dictionary.xsd", schemas),
                           arena_printf(arena, "%s/dictionary.xml", schemas),
                           arena_printf(arena, "%s/dictionary.xml", instance->site), findings);
}

void site_read(struct arena *arena, const struct instance *instance, struct site *site,
               struct findings *findings)
{
    const char *schemas = instance->schemas, *own = instance->site;
    *site = (struct site){
        .instance = instance,
        .dictionary = site_dictionary(arena, instance, findings),
        .model = model_load(arena, arena_printf(arena, "%s/matching.xsd", schemas),
                            arena_printf(arena, "%s/matching.xml", schemas),
                            arena_printf(arena, "%s/matching.xml", own), findings),
        .source_schema = arena_printf(arena, "%s/source.xsd", schemas),
    };
}

bool site_open(struct arena *arena, const struct instance *instance, struct site *site,
               struct error *err)
{
    struct findings findings = {.arena = arena};
    site_read(arena, instance, site, &findings);
    return (site->dictionary && site->model) ||
           error_set(err, ERROR_FATAL, "%s", finding_first(arena, &findings));
}

const char *const *site_mappings(struct arena *arena, const struct instance *instance)
{
    size_t count;
    return file_list(arena, arena_printf(arena, "%s/mappings", instance->site), "*.xml", &count);
}

uint64_t site_stamp(const struct instance *instance)
{
    ARENA(work);
    uint64_t stamp = 0;
    for (const char *const *file = site_mappings(work, instance); *file; file++) {
        struct stat status;
        if (stat(*file, &status) != 0)
            continue;
        stamp = hash64_mix(stamp, hash64_text(*file));
        stamp = hash64_mix(stamp, (uint64_t)status.st_size);
        stamp = hash64_mix(stamp, (uint64_t)status.st_mtim.tv_sec);
        stamp = hash64_mix(stamp, (uint64_t)status.st_mtim.tv_nsec);
    }
    return stamp;
}

bool site_register(const struct site *site, struct db *db, struct findings *findings,
                   struct error *err)
{
    ARENA(work);
    for (const char *const *file = site_mappings(work, site->instance); *file; file++) {
        bool changed;
        const struct mapping *mapping =
            mapping_load(work, site->dictionary, site->source_schema, *file, findings);
        if (mapping && !sources_register(db, mapping, &changed, err))
            return false;
    }
    return true;
}
