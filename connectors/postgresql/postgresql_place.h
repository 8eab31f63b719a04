/* Postgresql_place: how far the reading of another database is, as its cursor says it. */
#pragma once

#include "hub/base/text.h"

#define PLACE_STEPS_MOST 10

/* A mark that was the highest one, that long ago. */
struct place_step {
    int64_t age_ms;
    const char *mark;
};

/*
 * Where the reading of a source is.  A sweep reads all rows from `low` on, in one order; what stands at
 * `next` and above is read again by the sweep behind it, for rows may appear there late, and so is
 * remembered, as is what a sweep before may have read.
 */
struct place {
    const char *where; /* foreign_place() */
    const char *type;  /* of the mark */
    const char *low;   /* where this sweep begins; NULL: with the first row */
    const char *next;  /* where the next one begins */
    const char *high;  /* the highest mark that sweeps before this one have seen; NULL: none was */
    const char *top;   /* the highest mark when this one began; NULL: it has not */
    const char *mark, *id; /* of the row that was read last; NULL: none in this sweep */
    struct place_step steps[PLACE_STEPS_MOST]; /* the newest first */
    size_t step_count;
};

/* The cursor; back from it everything lives in the arena, and without one the place is the start. */
const char *place_write(struct arena *arena, const struct place *at);
struct place place_read(struct arena *arena, const char *cursor);
