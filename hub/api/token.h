/*
 * Token: who may ask for what.
 *
 * A token is "axle_" and 32 random bytes in base64url.  Only its SHA-256 is stored, so that nobody who
 * reads the database can use it.  A verified token is believed for a few seconds without asking again.
 */
#pragma once

#include "hub/store/db.h"

struct principal {
    struct uuid token_id;
    char name[64];
    char scopes[512]; /* with blanks between */
};

/* May it?  A token with the scope `all` may everything. */
bool principal_has(const struct principal *principal, const char *scope);

struct token_terms {
    const char *const *scopes;
    size_t scope_count;
    unsigned days; /* until it expires; 0: never */
};
/* Make one; its text is shown once and never again. */
const char *token_create(struct arena *arena, struct db *db, const char *name,
                         struct token_terms terms, struct error *err);
/* Let a token that was made elsewhere count, with scopes divided by blanks; nothing happens when it is
 * known, revoked or not. */
bool token_keep(struct db *db, const char *name, const char *token, const char *scopes,
                struct error *err) MUST_CHECK;
/* ERROR_NOT_FOUND when no token in use has this id or name. */
bool token_revoke(struct db *db, const char *id_or_name, struct error *err) MUST_CHECK;

/* What was verified lately; for any number of threads. */
struct token_cache;
struct token_cache *token_cache_new(struct arena *arena);

/* Whose token this is.  ERROR_NOT_FOUND when it is unknown, expired or revoked; cache may be NULL. */
bool token_verify(struct token_cache *cache, struct db *db, const char *token,
                  struct principal *principal, struct error *err) MUST_CHECK;
