/*
 * Site: what a hub is configured with: the dictionary, the model, and the mappings of its sources.
 *
 * Dictionary and model are read when a program starts.  Mappings are registered in the hub whenever
 * their files change, by the workers; a file with mistakes changes nothing.
 */
#pragma once

#include "hub/match/match.h"
#include "hub/store/instance.h"
#include "hub/store/sources.h"

struct site {
    const struct instance *instance;
    const struct dictionary *dictionary;
    const struct model *model;
    const char *source_schema; /* source.xsd */
};

/* Read dictionary and model; FATAL with the first mistake's place when either is wrong. */
bool site_open(struct arena *arena, const struct instance *instance, struct site *site,
               struct error *err) MUST_CHECK;
/* The dictionary alone; NULL where the findings hold errors. */
const struct dictionary *site_dictionary(struct arena *arena, const struct instance *instance,
                                         struct findings *findings);
/* The same as site_open(), with every mistake among the findings; NULL members where there are errors. */
void site_read(struct arena *arena, const struct instance *instance, struct site *site,
               struct findings *findings);
/* The mapping files of the site, sorted; ends with NULL. */
const char *const *site_mappings(struct arena *arena, const struct instance *instance);
/* Changes when a mapping file is added, removed or written. */
uint64_t site_stamp(const struct instance *instance);
/*
 * Read every mapping file and make the sound ones live; mistakes are added to the findings and leave
 * their source as it was.
 */
bool site_register(const struct site *site, struct db *db, struct findings *findings,
                   struct error *err) MUST_CHECK;
