/*
 * Sources: which sources the hub has, each with its live mapping, and the dictionary that all of them
 * are mapped to.
 *
 * The files of a site are what people edit; the hub keeps every version that was ever live, and all
 * processes work from the hub's copy.  So a mapping that is wrong never replaces the one before it, and
 * a record can always be read as it was read then.
 */
#pragma once

#include "hub/mapping/mapping.h"
#include "hub/store/applied.h"

struct source {
    int id;
    const char *name;
    int64_t mapping_id;
    const struct mapping *mapping; /* NULL: it cannot be read any more, and `why` says why not */
    const char *why, *mistake;     /* mistake: the first, with its place */
};

struct sources {
    const struct dictionary *dictionary; /* that the hub works with: applied.h */
    const struct source *list;           /* those whose mapping can be read */
    size_t count;
    const struct source *unreadable; /* the others: they stand still, and stop nobody else */
    size_t unreadable_count;
    int64_t stamp; /* another one whenever a source gets another mapping, or the hub a dictionary */
};

/* Make this mapping, which was read by `dictionary`, the live one of its source; *changed tells whether it
 * was not.  RETRY when the hub works with another dictionary since. */
bool sources_register(struct db *db, const struct mapping *mapping,
                      const struct dictionary *dictionary, bool *changed,
                      struct error *err) MUST_CHECK;
/* Every source, with its live mapping where that can be read; `schemas` is the directory of what is
 * shipped. */
const struct sources *sources_load(struct arena *arena, struct db *db, const char *schemas,
                                   struct error *err);
/* The same as they would be by another dictionary. */
const struct sources *sources_load_by(struct arena *arena, struct db *db,
                                      const struct dictionary *dictionary, const char *schemas,
                                      struct error *err);
/* The sources as they are now, for whoever runs long. */
struct sources_now {
    const struct sources *sources; /* NULL before the first time */
    struct arena *arena;           /* theirs, for arena_free() at the end */
};
/* Has one another mapping since, or the hub another dictionary?  Whoever holds on to a source lets go of it
 * before sources_follow(). */
bool sources_stale(const struct sources_now *now, struct db *db, bool *stale,
                   struct error *err) MUST_CHECK;
/* Read them (again) when one has another mapping since, or the hub another dictionary; when that fails
 * they stay as they were. */
bool sources_follow(struct sources_now *now, struct db *db, const char *schemas,
                    struct error *err) MUST_CHECK;
/* By id, among all, or by name, among those that can be read; NULL when there is none. */
const struct source *sources_by_id(const struct sources *sources, int64_t id);
const struct source *sources_by_name(const struct sources *sources, const char *name);
