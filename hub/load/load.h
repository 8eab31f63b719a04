/*
 * Load: large files brought in as a whole: taken in by all cores, settled in memory, indexed at the end.
 *
 *     struct load load = {.hub = hub, .settings = &settings};
 *     if (!load_begin(arena, &load, records, &err) || !load_file(&load, &stage, &outlook, &err) ||
 *         !load_end(&load, &err))
 *         return false;
 *
 * Begun, the hub is held: nobody else works on it until the end.  A load that fails or dies leaves a note, and the
 * first worker, or the next load, brings what is stored right by load_recover(); the same files again add what lacks.
 */
#pragma once

#include "hub/load/indexes.h"
#include "hub/load/take_in.h"

struct load {
    const struct hub *hub;
    const struct settle_settings *settings;
    bool begun;
    bool fresh; /* into an empty hub */
    struct known *known;
};

/* About so many records are to come.  Waits while somebody else holds the hub. */
bool load_begin(struct arena *arena, struct load *load, size_t records,
                struct error *err) MUST_CHECK;
/* Take in a file that is opened. */
bool load_file(const struct load *load, struct stage *stage, const struct outlook *outlook,
               struct error *err) MUST_CHECK;
/* Settle and index; then everybody may work again. */
bool load_end(const struct load *load, struct error *err) MUST_CHECK;

/* Finish what another load left half done; *busy tells whether there was such a thing, and nobody else was at it. */
bool load_recover(const struct hub *hub, const struct settle_settings *settings, bool *busy,
                  struct error *err) MUST_CHECK;
/* Is it worth while, with so many records stored?  Settling looks at all of them. */
bool load_worthwhile(const struct outlook *outlook, const struct stage *stage, size_t least,
                     int64_t stored);
