/*
 * Postgresql: the rows of another system's PostgreSQL, as its query gives them, each as a JSON object.
 *
 * They are read in the order of a mark that only grows, over and over from a little below the highest one:
 * what was committed late appears there.  What may have been read before is remembered by the hub.
 */
#pragma once

#include "connectors/connector.h"

extern const struct connector postgresql_connector;
