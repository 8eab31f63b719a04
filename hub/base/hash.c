#include "hub/base/hash.h"

#include <openssl/evp.h>
#include <stdlib.h>
/* Inlined: most texts are shorter than a call is long. */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "hub/base/text.h"

struct sha256 {
    EVP_MD_CTX *context;
};

uint64_t hash64(const void *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}

uint64_t hash64_text(const char *text)
{
    return XXH3_64bits(text, strlen(text));
}

void hash128(const void *bytes, size_t size, uint64_t halves[2])
{
    XXH128_hash_t hash = XXH3_128bits(bytes, size);
    halves[0] = hash.low64;
    halves[1] = hash.high64;
}

uint64_t hash64_mix(uint64_t hash, uint64_t value)
{
    uint64_t pair[2] = {hash, value};
    return XXH3_64bits(pair, sizeof(pair));
}

static void free_context(void *context)
{
    EVP_MD_CTX_free(context);
}

/* It fails where memory or its own tables are missing, and nowhere else. */
static void must(bool fine)
{
    if (!fine)
        abort();
}

struct sha256 *sha256_new(struct arena *arena)
{
    struct sha256 *sha = NEW(arena, struct sha256);
    sha->context = EVP_MD_CTX_new();
    must(sha->context && EVP_DigestInit_ex(sha->context, EVP_sha256(), NULL) == 1);
    arena_defer(arena, free_context, sha->context);
    return sha;
}

void sha256_add(struct sha256 *sha, const void *bytes, size_t size)
{
    must(EVP_DigestUpdate(sha->context, bytes, size) == 1);
}

void sha256_end(struct sha256 *sha, unsigned char digest[SHA256_SIZE])
{
    must(EVP_DigestFinal_ex(sha->context, digest, NULL) == 1);
}

const char *sha256_hex(struct arena *arena, const void *bytes, size_t size)
{
    unsigned char digest[SHA256_SIZE];
    must(EVP_Digest(bytes, size, digest, NULL, EVP_sha256(), NULL) == 1);
    return text_hex(arena, digest, sizeof(digest));
}
