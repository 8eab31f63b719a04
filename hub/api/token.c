#include "hub/api/token.h"

#include <pthread.h>
#include <sodium.h>

#include "hub/base/clock.h"
#include "hub/base/hash.h"
#include "sql.gen.h"

#define TOKEN_PREFIX "axle_"
#define SECRET_BYTES 32
#define TOKEN_TEXT_MOST 200
#define CACHE_SLOTS 256
/* How long a revoked token may still be believed. */
#define CACHE_MS 3000

struct cached {
    unsigned char hash[SHA256_SIZE];
    int64_t until; /* by clock_ms() */
    struct principal principal;
};

struct token_cache {
    pthread_mutex_t lock;
    struct cached slots[CACHE_SLOTS];
};

static const char *const scopes_known[] = {"read", "read:sensitive", "steward", "admin", "all"};

static bool is_scope(const char *scope)
{
    for (size_t i = 0; i < COUNT_OF(scopes_known); i++)
        if (text_equal(scope, scopes_known[i]))
            return true;
    return text_starts(scope, "push:") && scope[5] && !strpbrk(scope, " \t\n");
}

static bool has_scope(const char *scopes, const char *scope)
{
    size_t size = strlen(scope);
    for (const char *at = scopes; (at = strstr(at, scope)); at += size)
        if ((at == scopes || at[-1] == ' ') && (!at[size] || at[size] == ' '))
            return true;
    return false;
}

bool principal_has(const struct principal *principal, const char *scope)
{
    return has_scope(principal->scopes, "all") || has_scope(principal->scopes, scope);
}

static struct slice hash_of(struct arena *arena, const char *token)
{
    char *digest = arena_alloc(arena, SHA256_SIZE);
    struct sha256 *sha = sha256_new(arena);
    sha256_add(sha, token, strlen(token));
    sha256_end(sha, (unsigned char *)digest);
    return (struct slice){digest, SHA256_SIZE};
}

static bool add(struct arena *arena, struct db *db, const char *name, const char *token,
                struct token_terms terms, struct error *err)
{
    return db_run(arena, db, &SQL_TOKEN_ADD,
                  PARAMS(db_text(name), db_bytes(hash_of(arena, token)),
                         db_texts(arena, terms.scopes, terms.scope_count),
                         terms.days ? db_int(arena, terms.days) : db_text(NULL)),
                  NULL, err);
}

static bool check_terms(struct token_terms terms, struct error *err)
{
    struct principal room;
    size_t length = 0;
    if (!terms.scope_count)
        return error_set(err, ERROR_REJECT, "a token needs a scope");
    for (size_t i = 0; i < terms.scope_count; i++) {
        if (!is_scope(terms.scopes[i]))
            return error_set(err, ERROR_REJECT,
                             "'%s' is no scope; there are read, read:sensitive, push:SOURCE, "
                             "steward, admin and all",
                             terms.scopes[i]);
        length += strlen(terms.scopes[i]) + 1;
    }
    if (length >= sizeof(room.scopes))
        return error_set(err, ERROR_REJECT, "too many scopes for one token");
    return true;
}

const char *token_create(struct arena *arena, struct db *db, const char *name,
                         struct token_terms terms, struct error *err)
{
    unsigned char secret[SECRET_BYTES];
    char text[SECRET_BYTES * 2];
    if (!check_terms(terms, err))
        return NULL;
    if (sodium_init() < 0) {
        (void)error_set(err, ERROR_FATAL, "no source of random numbers");
        return NULL;
    }
    randombytes_buf(secret, sizeof(secret));
    (void)sodium_bin2base64(text, sizeof(text), secret, sizeof(secret),
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    const char *token = arena_printf(arena, TOKEN_PREFIX "%s", text);
    return add(arena, db, name, token, terms, err) ? token : NULL;
}

bool token_keep(struct db *db, const char *name, const char *token, const char *scopes,
                struct error *err)
{
    ARENA(work);
    struct token_terms terms = {0};
    terms.scopes = text_split(work, scopes, ' ', &terms.scope_count);
    return check_terms(terms, err) && add(work, db, name, token, terms, err);
}

bool token_revoke(struct db *db, const char *id_or_name, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_TOKEN_REVOKE, PARAMS(db_text(id_or_name)), &rows, err))
        return false;
    if (!rows.count)
        return error_set(err, ERROR_NOT_FOUND, "no token in use is called '%s'", id_or_name);
    return true;
}

static void destroy_lock(void *lock)
{
    (void)pthread_mutex_destroy(lock);
}

struct token_cache *token_cache_new(struct arena *arena)
{
    struct token_cache *cache = NEW(arena, struct token_cache);
    (void)pthread_mutex_init(&cache->lock, NULL);
    arena_defer(arena, destroy_lock, &cache->lock);
    return cache;
}

/* A digest is random enough to be its own hash. */
static struct cached *slot_of(struct token_cache *cache, struct slice hash)
{
    return &cache->slots[(unsigned char)hash.bytes[0] % CACHE_SLOTS];
}

static bool recall(struct token_cache *cache, struct slice hash, struct principal *principal)
{
    if (!cache)
        return false;
    (void)pthread_mutex_lock(&cache->lock);
    const struct cached *slot = slot_of(cache, hash);
    bool known = slot->until > clock_ms() && memcmp(slot->hash, hash.bytes, SHA256_SIZE) == 0;
    if (known)
        *principal = slot->principal;
    (void)pthread_mutex_unlock(&cache->lock);
    return known;
}

static void remember(struct token_cache *cache, struct slice hash,
                     const struct principal *principal)
{
    if (!cache)
        return;
    (void)pthread_mutex_lock(&cache->lock);
    struct cached *slot = slot_of(cache, hash);
    memcpy(slot->hash, hash.bytes, SHA256_SIZE);
    slot->until = clock_ms() + CACHE_MS;
    slot->principal = *principal;
    (void)pthread_mutex_unlock(&cache->lock);
}

static void read_principal(struct arena *arena, const struct rows *rows,
                           struct principal *principal)
{
    size_t count;
    struct buffer scopes = {.arena = arena};
    const char *const *list = rows_texts(arena, rows, 0, 2, &count);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&scopes, "%s%s", i ? " " : "", list[i]);
    *principal = (struct principal){.token_id = rows_uuid(rows, 0, 0)};
    (void)snprintf(principal->name, sizeof(principal->name), "%s", rows_text(rows, 0, 1));
    (void)snprintf(principal->scopes, sizeof(principal->scopes), "%s", buffer_string(&scopes));
}

bool token_verify(struct token_cache *cache, struct db *db, const char *token,
                  struct principal *principal, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!text_starts(token, TOKEN_PREFIX) || strlen(token) > TOKEN_TEXT_MOST)
        return error_set(err, ERROR_NOT_FOUND, "this is no token of ours");
    struct slice hash = hash_of(work, token);
    if (recall(cache, hash, principal))
        return true;
    if (!db_run(work, db, &SQL_TOKEN_FIND, PARAMS(db_bytes(hash)), &rows, err))
        return false;
    if (!rows.count)
        return error_set(err, ERROR_NOT_FOUND, "the token is unknown, expired or revoked");
    read_principal(work, &rows, principal);
    if (rows_bool(&rows, 0, 3) &&
        !db_run(work, db, &SQL_TOKEN_USE, PARAMS(db_uuid(work, principal->token_id)), NULL, err))
        return false;
    remember(cache, hash, principal);
    return true;
}
