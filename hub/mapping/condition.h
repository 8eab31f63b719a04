/* Condition: does a rule hold for these fields?  For this directory only. */
#pragma once

#include "hub/mapping/rules.h"

/* Does the field have a text, and one of those that it must have? */
bool condition_met(struct arena *arena, const struct condition *condition,
                   const struct fields *fields);

/* Neither of the two stands in the way. */
static inline bool conditions_met(struct arena *arena, const struct conditions *when,
                                  const struct fields *fields)
{
    return (!when->only_if || condition_met(arena, when->only_if, fields)) &&
           (!when->unless || !condition_met(arena, when->unless, fields));
}
