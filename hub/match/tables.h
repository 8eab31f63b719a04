/*
 * Tables, inside: what is known of names.  As files beside schemas/matching.xml they are CSV with a header
 * line and no quoting; a model version holds their rows without commas and header, so that blanks may be
 * blanks of any kind: "smith 8280 jones 4600", and of nicknames "margaret peggy meg, robert bob".
 */
#pragma once

#include "hub/base/error.h"
#include "hub/base/map.h"
#include "hub/base/text.h"

#define TABLE_MOST ((size_t)8 * 1024 * 1024)

/* The rows of a CSV file as a version holds them, behind what is there. */
void table_inline(struct buffer *to, struct slice csv, bool nicknames);
/* "name per_million": a folded name and how many of a million people bear it; into int32_t rarities by
 * hash64 of the name; NULL checks the table alone.  In a name _ stands for a blank; of one that stands there
 * twice the last share counts. */
bool table_frequencies(struct arena *arena, struct slice table, struct map *rarities,
                       struct error *err) MUST_CHECK;
/* "name forms,": a name and its pet forms; all of a row go for each other.  `formal` gets of each form the
 * name that most people bear (struct slice, by hash64 of the form).  In `sieve` the bit is set that the last 16
 * bits of the hash64 of both of a pair name, exclusive or: most that are no pair are told by it. */
#define NICKNAME_SIEVE (65536 / 64)
void table_nicknames(struct arena *arena, struct slice table, const struct map *rarities,
                     struct map *pairs, struct map *formal, uint64_t *sieve);
/* May the two of these hashes be a pair? */
static inline bool nickname_sieved(const uint64_t *sieve, uint64_t left, uint64_t right)
{
    unsigned at = (uint16_t)(left ^ right);
    return sieve[at / 64] >> at % 64 & 1;
}
/* What names a pair, whatever its order. */
uint64_t nickname_pair(struct slice left, struct slice right);
