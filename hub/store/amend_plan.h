/* Amend plan: what stands in the way of a change, by what the hub holds.  For amend.c alone. */
#pragma once

#include "hub/store/amend.h"

/* Look for obstacles: in stored records, and in the live mappings.  Those found before are forgotten. */
bool amend_find_obstacles(struct arena *arena, struct db *db, struct amendment *plan,
                          struct error *err) MUST_CHECK;
/* Look for values that a replay may read otherwise. */
bool amend_find_stale(struct arena *arena, struct db *db, struct amendment *plan,
                      struct error *err) MUST_CHECK;
