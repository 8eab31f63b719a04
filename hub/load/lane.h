/*
 * Lane: one of the processes that take a file in.  Private to the room.
 *
 * Each cuts the whole file and takes every chunk that nobody else has: cutting is the least of the work, and so
 * no process waits for another but to name its records in the order of the file.
 */
#pragma once

#include <stdatomic.h>

#include "hub/load/take_in.h"

#define LANES_MOST 256
#define CAREFUL_MOST 64

/* What they share. */
struct board {
    _Atomic int64_t next; /* chunk that is to be taken */
    _Atomic int64_t turn; /* whose records are to be named */
    _Atomic int64_t received, bytes;
    _Atomic int64_t last, line;       /* position and line of the file's last record */
    _Atomic int64_t busy[LANES_MOST]; /* the chunk that each works on, from 1; 0: none */
    int64_t careful[CAREFUL_MOST];    /* chunks over which a process died */
    size_t careful_count;
};

/* Take chunks until the file ends; `i` is the process. */
bool lane_run(const struct take_in *to, struct board *board, size_t i,
              struct error *err) MUST_CHECK;
