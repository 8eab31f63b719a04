/*
 * Roster: which sources are to have a process that reads them, for the supervisor: run/sources under home,
 * a line "SOURCE CONNECTOR" each.
 */
#pragma once

#include "hub/store/instance.h"
#include "hub/store/sources.h"

/* Write the file, whole; sources whose records are brought have no line. */
bool roster_write(const struct instance *instance, const struct sources *sources,
                  struct error *err) MUST_CHECK;
