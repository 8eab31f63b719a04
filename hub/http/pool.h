/*
 * Pool: a few threads that take work from a bounded queue.
 *
 * The queue is first come, first served.  When it is full, more work is refused at once: the
 * caller says so to whoever asked, and nobody waits for an answer that comes too late.  What has to wait
 * for something else holds no thread meanwhile: it is offered again for later.
 */
#pragma once

#include "hub/base/arena.h"
#include "hub/base/error.h"

struct pool;

struct pool_duty {
    void *context;
    /* Once in each thread; what it returns is handed to every run(). */
    void *(*begin)(struct arena *thread, void *context);
    void (*run)(void *worker, void *item);
};

/* Start the threads.  They end, the queue worked off, when the arena is freed. */
struct pool *pool_start(struct arena *arena, unsigned threads, size_t room,
                        const struct pool_duty *duty, struct error *err);
/* False when the queue is full. */
bool pool_offer(struct pool *pool, void *item) MUST_CHECK;
/* Not before so many milliseconds have passed; at once when the pool ends.  False when too many wait so. */
bool pool_offer_later(struct pool *pool, void *item, unsigned milliseconds) MUST_CHECK;
/* How much waits. */
size_t pool_depth(struct pool *pool);
