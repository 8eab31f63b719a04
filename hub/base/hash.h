/*
 * Hash: the two digests in use.
 *
 * hash64 (XXH3) names things inside the hub: records, keys, contents.  It is stable across machines
 * and releases, and fast; it does not stand up to an attacker, so whoever relies on it checks for
 * collisions.  sha256 is for what must not be forged: files, tokens, migrations, the state hash.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "hub/base/arena.h"

uint64_t hash64(const void *bytes, size_t size);
uint64_t hash64_text(const char *text);
/* Two hashes of the same bytes, each on its own as good as hash64(). */
void hash128(const void *bytes, size_t size, uint64_t halves[2]);
/* Mix a further value into a hash; the order matters. */
uint64_t hash64_mix(uint64_t hash, uint64_t value);

#define SHA256_SIZE 32
struct sha256 *sha256_new(struct arena *arena);
void sha256_add(struct sha256 *sha, const void *bytes, size_t size);
void sha256_end(struct sha256 *sha, unsigned char digest[SHA256_SIZE]);
/* Of one run of bytes, as lower-case hexadecimal. */
const char *sha256_hex(struct arena *arena, const void *bytes, size_t size);
