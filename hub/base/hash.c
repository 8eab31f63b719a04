#include "hub/base/hash.h"

#include <sodium.h>
#include <xxhash.h>

#include "hub/base/text.h"

struct sha256 {
    crypto_hash_sha256_state state;
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

struct sha256 *sha256_new(struct arena *arena)
{
    struct sha256 *sha = NEW(arena, struct sha256);
    (void)crypto_hash_sha256_init(&sha->state);
    return sha;
}

void sha256_add(struct sha256 *sha, const void *bytes, size_t size)
{
    (void)crypto_hash_sha256_update(&sha->state, bytes, size);
}

void sha256_end(struct sha256 *sha, unsigned char digest[SHA256_SIZE])
{
    (void)crypto_hash_sha256_final(&sha->state, digest);
}

const char *sha256_hex(struct arena *arena, const void *bytes, size_t size)
{
    unsigned char digest[SHA256_SIZE];
    (void)crypto_hash_sha256(digest, bytes, size);
    return text_hex(arena, digest, sizeof(digest));
}
