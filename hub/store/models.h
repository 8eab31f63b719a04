/*
 * Models: the versions of the matching model that the hub has, and the one that it works with.
 *
 * A version is its text, complete, and never changes.  The files of a site and what is shipped make one (`axle init`);
 * `axle train` makes another from what is stored.  One is active: all processes read it from the hub, and follow
 * when it changes.
 */
#pragma once

#include "hub/base/finding.h"
#include "hub/match/match.h"
#include "hub/store/db.h"

struct model_version {
    int64_t number; /* counts up; 0: there is none */
    const char *hash, *form, *body;
    const char *origin;  /* "shipped" or "trained" */
    const char *base;    /* of a trained one: the hash of the files' version that it started from */
    const char *made_at; /* ISO 8601 */
};

/* The active version. */
bool models_active(struct arena *arena, struct db *db, struct model_version *version,
                   struct error *err) MUST_CHECK;
/* By its number; NOT_FOUND when there is none. */
bool models_find(struct arena *arena, struct db *db, int64_t number, struct model_version *version,
                 struct error *err) MUST_CHECK;
/* What its text says.  FATAL when this program makes another model of it than the one that wrote it. */
const struct model *models_read(struct arena *arena, const char *schemas,
                                const struct model_version *version, struct error *err);
/* The active one; FATAL before the first. */
const struct model *models_load(struct arena *arena, struct db *db, const char *schemas,
                                struct error *err);

/* A version from files (base NULL), or a trained one with the hash of those that it started from, and what
 * training has to say, as JSON. */
struct registered {
    int64_t number;
    bool added; /* it was not known before */
};
bool models_register(struct db *db, const struct model *model, const char *base, const char *report,
                     struct registered *registered, struct error *err) MUST_CHECK;

/* The number of a version that was read; 0 where the hub does not have it. */
bool models_number(struct db *db, const struct model *model, int64_t *number,
                   struct error *err) MUST_CHECK;

/* The active one as it is now, for whoever runs long. */
struct models_now {
    const struct model *model; /* NULL before the first time */
    struct arena *arena;       /* its own, for arena_free() at the end */
};
/* Read it (again) when it has changed; when that fails it stays as it was. */
bool models_follow(struct models_now *now, struct db *db, const char *schemas,
                   struct error *err) MUST_CHECK;
