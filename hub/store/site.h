/*
 * Site: what a hub is configured with: the files of a site, beside those that are shipped.
 *
 * All are proposals there, which the hub takes over: the matching model by `axle init` (models.h), a dictionary by
 * `axle dictionary apply` (amend.h), mappings whenever their files change, by the workers; a file with mistakes
 * changes nothing.
 */
#pragma once

#include "hub/match/match.h"
#include "hub/store/instance.h"
#include "hub/store/sources.h"

struct site {
    const struct instance *instance;
    const struct dictionary *dictionary; /* as the files stand; NULL after site_open() */
    const struct model *model;           /* likewise */
    const char *source_schema;           /* source.xsd */
};

/* Only its places. */
struct site site_open(struct arena *arena, const struct instance *instance);
/* With the model as the files stand; FATAL with the first mistake's place when it is wrong. */
bool site_model(struct arena *arena, const struct instance *instance, struct site *site,
                struct error *err) MUST_CHECK;
/* Model and dictionary as the files stand, whatever the hub works with, with every mistake among the
 * findings; NULL members where there are errors. */
void site_read(struct arena *arena, const struct instance *instance, struct site *site,
               struct findings *findings);
/* The site's own dictionary file. */
const char *site_dictionary_file(struct arena *arena, const struct instance *instance);
/* Its text; "" where there is none. */
bool site_dictionary_body(struct arena *arena, const struct instance *instance, const char **body,
                          struct error *err) MUST_CHECK;
/* The mapping files of the site, sorted; ends with NULL. */
const char *const *site_mappings(struct arena *arena, const struct instance *instance);
/* Changes when a mapping file, or a look-up table beside it, is added, removed or written. */
uint64_t site_stamp(const struct instance *instance);
/*
 * Read every mapping file and make the sound ones live; mistakes are added to the findings and leave
 * their source as it was.  `dictionary` is what the hub works with.
 */
bool site_register(const struct site *site, const struct dictionary *dictionary, struct db *db,
                   struct findings *findings, struct error *err) MUST_CHECK;
