/*
 * Regex: Perl-compatible expressions (PCRE2), with limits on what a match may cost.
 *
 * Three answers are kept apart: it matched, it did not, and the expression failed (it hit a limit).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "hub/base/arena.h"
#include "hub/base/compiler.h"

/* Read only once compiled: threads can share it. */
struct regex;

/* NULL with *offset (in bytes) and *message (in the arena) when it is no expression. */
const struct regex *regex_compile(struct arena *arena, const char *pattern, size_t *offset,
                                  const char **message);

enum regex_answer { REGEX_NO, REGEX_YES, REGEX_FAILED };

/* Replace every match; `with` may name groups ($1).  *result is the text itself where nothing matches;
 * on REGEX_FAILED it is untouched. */
enum regex_answer regex_replace(struct arena *arena, const struct regex *regex, const char *text,
                                const char *with, const char **result) MUST_CHECK;

/* How many groups its brackets make. */
unsigned regex_groups(const struct regex *regex);
/* What a group (0: the whole) of the first match holds, in the arena; on REGEX_NO, and where the group
 * is no part of the match, *found is NULL. */
enum regex_answer regex_match(struct arena *arena, const struct regex *regex, const char *text,
                              unsigned group, const char **found) MUST_CHECK;

/* Is `with` something that regex_replace() takes for this expression? */
bool regex_takes(const struct regex *regex, const char *with);
