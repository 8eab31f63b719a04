/*
 * Applied: the dictionary that the hub works with: the shipped one, extended by what its site applied last.
 *
 * The site's file is only a proposal until `axle dictionary apply`.  The hub keeps every text that was ever
 * applied, and all processes work from its copy: so they agree, and a file with mistakes stops nobody.
 */
#pragma once

#include "hub/base/finding.h"
#include "hub/dictionary/dictionary.h"
#include "hub/store/db.h"

struct applied {
    int64_t id;       /* counts up; 0: nothing was applied yet */
    const char *hash; /* of the whole, the shipped part included; "" at first */
    const char *body; /* the site's part; "" where there is none */
    const char *at;   /* ISO 8601, or NULL */
};

/* What was applied last. */
bool applied_newest(struct arena *arena, struct db *db, struct applied *applied,
                    struct error *err) MUST_CHECK;
/* The dictionary that such a text makes; `schemas` is the directory of what is shipped.  `file` is what
 * the text is called among the findings; NULL when it has mistakes. */
const struct dictionary *applied_read(struct arena *arena, const char *schemas, const char *body,
                                      const char *file, struct findings *findings);
/* The dictionary that the hub works with.  FATAL when what is shipped is not what it was made with. */
const struct dictionary *applied_load(struct arena *arena, struct db *db, const char *schemas,
                                      struct error *err);

/* The same as it is now, for whoever runs long. */
struct applied_now {
    int64_t id;
    const struct dictionary *dictionary; /* NULL before the first time */
    struct arena *arena;                 /* its own, for arena_free() at the end */
};
/* Read it (again) when it has changed; when that fails it stays as it was. */
bool applied_follow(struct applied_now *now, struct db *db, const char *schemas,
                    struct error *err) MUST_CHECK;

/* In a transaction: hold the dictionary until the end, so that nothing is written by another one than
 * all others read by.  RETRY when the hub has changed over since: follow first. */
bool applied_enter(struct db *db, const struct dictionary *dictionary,
                   struct error *err) MUST_CHECK;
/* The same for whoever takes in, resolves or publishes: RETRY also while somebody holds the hub (hold.h), and when
 * it works with another matching model than that of this hash; NULL: with any. */
bool applied_enter_work(struct db *db, const struct dictionary *dictionary, const char *model,
                        struct error *err) MUST_CHECK;
