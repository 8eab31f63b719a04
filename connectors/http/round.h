/*
 * Round: one reading of all pages of an HTTP interface, from the first to the last.
 *
 * Where it stands is the stream's cursor, a JSON text; so whoever is killed between two pages goes on with
 * the next.  Pure: the clock and the pages are given.
 *
 * With a mark, a round asks for what lies behind the highest mark of the rounds before, less the overlap.
 * The mark follows the server's clock: it never lies behind the moment at which its round began, so what
 * claims to come from the future hides nothing; and when that clock is put back, it goes back as far.
 */
#pragma once

#include "hub/base/arena.h"
#include "hub/base/error.h"
#include "hub/mapping/transport.h"

struct round {
    const char *mark;  /* behind the rounds before; NULL: none, everything is asked for */
    const char *high;  /* the highest that this one has seen */
    const char *since; /* what this one asks for */
    const char *next;  /* the link or cursor of the page to be read; NULL: the first */
    int64_t page;      /* how many pages of it were read */
    int64_t began;     /* the server's time then, in milliseconds; 0: it is still to begin */
    int64_t server;    /* the server's time when the last one began, */
    int64_t ahead;     /* and by how much our clock was ahead of it */
    int64_t anchor,
        last;      /* hashes of pages read: by them loops and repeated pages are recognised */
    bool full;     /* a page held as many items as were asked for */
    bool spoiled;  /* a page could not be read: what stood there is asked for again */
    int64_t again; /* how often it was begun again, for what changed under its pages */
    const char *etag, *modified; /* of the last answer without pages, */
    int64_t etag_of;             /* a hash of its address */
};

/* What was read from one page. */
struct turn {
    size_t items;
    int64_t digest;   /* hash of its items */
    const char *high; /* the highest mark among them; NULL: none */
    const char *next; /* where it leads: the address or the cursor; NULL: nowhere */
    bool spoiled;
};

enum round_state {
    ROUND_ON,   /* another page follows at once */
    ROUND_OVER, /* all was read; *round is ready for the next one */
    ROUND_IDLE, /* nothing new at the place where the last page led to: there it goes on */
    ROUND_LOOP, /* the pages lead back to where they were before; *round begins anew */
};

/* From a cursor, and back.  What cannot be read begins anew. */
void round_read(struct arena *arena, const char *cursor, struct round *round);
const char *round_write(struct arena *arena, const struct round *round);

/* The address of the page to be read. */
const char *round_url(struct arena *arena, const struct transport *from, struct round *round);
/* The first page of it is here, with the server's time and ours.  False when its clock was put back: then the
 * page does not count, and the round begins earlier. */
bool round_begin(struct arena *arena, struct round *round, int64_t server_ms, int64_t our_ms);
/* Behind a page. */
enum round_state round_turn(struct arena *arena, const struct transport *from, struct round *round,
                            const struct turn *turn);
/* There is no such page any more: the one before was the last. */
enum round_state round_end(struct arena *arena, const struct transport *from, struct round *round);
