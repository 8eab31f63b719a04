#include "hub/base/resident.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <time.h>

#define SMALL ((size_t)64 << 20)
#define STEP_NS 5000000

struct resident {
    void *address;
    size_t size;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ending;
    bool ended;
};

static void *let_go(void *arg)
{
    struct resident *r = arg;
    (void)pthread_mutex_lock(&r->lock);
    while (!r->ended) {
        struct timespec next;
        (void)clock_gettime(CLOCK_MONOTONIC, &next);
        next.tv_nsec += STEP_NS;
        next.tv_sec += next.tv_nsec / 1000000000;
        next.tv_nsec %= 1000000000;
        (void)pthread_cond_clockwait(&r->ending, &r->lock, CLOCK_MONOTONIC, &next);
        (void)madvise(r->address, r->size, MADV_DONTNEED);
    }
    (void)pthread_mutex_unlock(&r->lock);
    return NULL;
}

static void end(void *arg)
{
    struct resident *r = arg;
    (void)pthread_mutex_lock(&r->lock);
    r->ended = true;
    (void)pthread_cond_signal(&r->ending);
    (void)pthread_mutex_unlock(&r->lock);
    (void)pthread_join(r->thread, NULL);
}

/* Signals are for the thread that was there before.  Where no other can be had, it only takes memory. */
void resident_bound(struct arena *arena, void *address, size_t size)
{
    sigset_t all, before;
    if (size <= SMALL)
        return;
    struct resident *r = NEW(arena, struct resident);
    *r = (struct resident){.address = address, .size = size};
    (void)pthread_mutex_init(&r->lock, NULL);
    (void)pthread_cond_init(&r->ending, NULL);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&r->thread, NULL, let_go, r) == 0)
        arena_defer(arena, end, r);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}
