/*
 * Whole: all that is stored about customers, and what it comes to.  Private to the room.
 *
 * Records are named by their place: first those that are current, as struct resolved has them, then those that are
 * gone but left something behind: a link, an edge.
 */
#pragma once

#include "hub/load/places.h"
#include "hub/load/settle.h"
#include "hub/resolver/resolver.h"

enum {
    MARK_JOB = 1, /* asks to be resolved: what is made of it may be outdated */
    MARK_OLD = 2  /* has had another version: an id that was retired may remember it */
};

struct whole {
    struct arena *arena;
    struct hub hub; /* with a connection of its own */
    const struct settle_settings *settings;
    struct resolver *resolver;
    struct resolved now;
    struct places places, gone; /* of those that are gone the place is now.count and more */
    size_t count;               /* both */
    /* As stored: */
    unsigned step;
    int64_t last_job;    /* jobs up to this one are done with this */
    bool fresh;          /* nobody has been told of any customer */
    struct uuid *before; /* whose record each is; nil: nobody's */
    size_t linked;       /* so many of the current ones are somebody's */
    unsigned char *marks;
    struct stored_edges {
        struct resolver_edge *list; /* ascending, each pair once */
        size_t count, room;
    } edges;
};

/* Read all there is, and resolve it. */
bool whole_read(struct whole *whole, struct error *err) MUST_CHECK;
int64_t whole_id(const struct whole *whole, uint32_t place);
/* The first record of its cluster; NO_PLACE: it is gone. */
uint32_t whole_cluster(const struct whole *whole, uint32_t place);
/* Ask whoever called whether to go on. */
bool whole_tick(const struct whole *whole, const char *doing, size_t done, size_t all,
                struct error *err) MUST_CHECK;
