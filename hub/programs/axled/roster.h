/*
 * Roster: which sources have a process of their own: those that run/sources names, a line "SOURCE
 * CONNECTOR" each.
 *
 * The hub knows its sources, and writes the file (hub/store/roster.h); the supervisor asks no database.
 */
#pragma once

#include "hub/programs/axled/children.h"

/* Take over what the file says now: new sources get a child, due at once; those of sources that are gone
 * are asked to end, and killed when they do not.  Cheap to call often. */
void roster_follow(struct children *children);
