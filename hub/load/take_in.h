/*
 * Take in: a large file into the inbox, and what it says of new records at once into these.
 *
 * Several processes read a chunk each: they map, standardise and make vectors as ingest does, and copy in binary.
 * That is done for the plain case alone: records that neither the hub nor the file has named before, and of which
 * nothing got lost on the way.  All else waits in the inbox for the pipeline, behind what came before it in the file: the
 * numbers of deliveries follow their positions, whoever is faster.
 *
 * A chunk is one transaction.  What is there already is passed over, so a load that broke off goes on when the same
 * file comes again.
 */
#pragma once

#include "hub/load/known.h"
#include "hub/pipeline/hub.h"
#include "hub/store/stage.h"

struct take_in {
    const struct hub *hub; /* held (hub/store/hold.h) */
    const char *dsn;       /* for connections of its own */
    struct stage *stage;   /* opened; its progress is told */
    struct known *known;
    bool fresh;     /* every record of the hub is in `known` */
    unsigned cores; /* processes */
    size_t memory;  /* bytes that they may take together */
};

/* What a file looks like from its beginning. */
struct outlook {
    struct slice header; /* what its records need to be decoded */
    size_t records;      /* about so many */
    bool plain;          /* most of them are new records, as far as the file tells */
};
void take_in_look(struct arena *arena, const struct hub *hub, const struct stage *stage,
                  struct outlook *outlook);

/* Counts what comes into the inbox in stage->staged. */
bool take_in(const struct take_in *to, const struct outlook *outlook, struct error *err) MUST_CHECK;
