/*
 * Tables, inside: the tables of names beside schemas/matching.xml, CSV with a header line and no
 * quoting.
 */
#pragma once

#include "hub/base/error.h"
#include "hub/base/map.h"
#include "hub/base/text.h"

#define TABLE_MOST ((size_t)8 * 1024 * 1024)

/* "name,per_million": a folded name and how many of a million people bear it; into int32_t rarities by
 * hash64 of the name. */
bool table_frequencies(struct arena *arena, struct slice table, struct map *rarities,
                       struct error *err) MUST_CHECK;
/* "name,forms": a name, and its pet forms with a blank between them; all of a line go for each other.
 * `formal` gets of each form the name that most people bear (struct slice, by hash64 of the form). */
void table_nicknames(struct arena *arena, struct slice table, const struct map *rarities,
                     struct map *pairs, struct map *formal);
/* What names a pair, whatever its order. */
uint64_t nickname_pair(struct slice left, struct slice right);
