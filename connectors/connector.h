/*
 * Connector: a daemon that brings the records of some sources into the inbox.
 *
 * A source is transport + format + mapping: the transport is a row of the table in connector.c, the
 * format and the mapping are the source's own file.  connector_main() owns the loop, the connection, the
 * signals and the retries; a transport only looks and stages.
 */
#pragma once

#include "hub/base/map.h"
#include "hub/store/instance.h"
#include "hub/store/sources.h"

/* One source, as its transport sees it. */
struct pull {
    struct db *db;
    const struct instance *instance;
    const struct source *source;
    struct map *told; /* by text: what was logged, so that what lasts is said once */
};

struct transport_row {
    enum transport_kind kind;
    /* Bring in what has come; *took tells whether anything had.  Calling it again after any failure is
     * safe. */
    bool (*pull)(const struct pull *pull, bool *took, struct error *err);
};

/* Run the sources whose mapping names this connector until SIGTERM; the program's exit status. */
int connector_main(const char *connector);
