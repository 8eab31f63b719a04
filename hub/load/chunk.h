/*
 * Chunk: some deliveries that stand one behind the other in a file, read at once and stored in one transaction.
 * Private to the room.
 */
#pragma once

#include "hub/load/take_in.h"
#include "hub/pipeline/delivery.h"

/* One of them. */
struct piece {
    int64_t position;
    struct cut cut;
    struct delivery delivery;
    bool taken; /* stored at once as what it becomes; otherwise it waits for the pipeline */
    bool there; /* it is in the inbox already */
};

struct chunk {
    struct arena *arena;
    const struct take_in *to;
    const struct hub *hub; /* over a connection of this process */
    bool careful; /* a process died over it: the pipeline knows how to find out of which delivery */
    struct piece *list;
    size_t count, room;
    size_t bytes;
};

/* May it be taken at once, as far as it alone tells?  After delivery_read(). */
bool chunk_plain(const struct delivery *delivery);
/* Map, standardise, make comparable.  No database. */
void chunk_read(struct chunk *chunk);
/* Which of them name a record that nothing before them in the file does; chunk by chunk in their order. */
void chunk_name(struct chunk *chunk);
/* All that is not in the inbox yet, in one transaction; *received is how many. */
bool chunk_store(struct chunk *chunk, int64_t *received, struct error *err) MUST_CHECK;
