/*
 * Threads: the same work by several at once.  The one place that makes them.
 *
 * What they share they only read, or it is atomic; what each makes lies in an arena of its own.
 */
#pragma once

#include <stdatomic.h>
#include <stddef.h>

/* How many can run at once here. */
unsigned threads_available(void);

/* Call work(context, 0) to work(context, count - 1), each in a thread, and wait for all.  Where the system
 * refuses one, this thread does its part. */
void threads_run(unsigned count, void (*work)(void *context, unsigned thread), void *context);

/* Deal out 0, 1, 2, ... to whoever asks next. */
static inline size_t threads_next(atomic_size_t *dealt)
{
    return atomic_fetch_add_explicit(dealt, 1, memory_order_relaxed);
}
