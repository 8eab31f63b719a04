/*
 * Load: a labelled set from its files to features, by the same functions that the hub uses: cut, decode,
 * map, standardise.
 */
#pragma once

#include "hub/match/match.h"

struct sample {
    const char *key; /* as the truth names it */
    uint64_t entity;
    const struct record *record;
    const struct features *features;
};

struct samples {
    struct sample *list; /* ascending by record id */
    size_t count, room;
};

struct loader {
    struct arena *arena;
    const struct dictionary *dictionary;
    const struct model *model;
    const char *schema; /* source.xsd */
};

/* Add the records of `file` as `mapping` reads them. */
bool load_file(const struct loader *loader, const char *mapping, const char *file,
               struct samples *samples, struct error *err) MUST_CHECK;
/*
 * Give each its entity, from CSV "id,entity" (the id a key, or SOURCE:key) or "source,source_key,entity";
 * records without one stand alone.  Sorts the samples.
 */
bool load_truth(const struct loader *loader, const char *file, struct samples *samples,
                struct error *err) MUST_CHECK;
