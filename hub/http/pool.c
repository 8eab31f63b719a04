#include "hub/http/pool.h"

#include <pthread.h>
#include <signal.h>

#include "hub/base/clock.h"

struct later {
    void *item;
    int64_t at; /* by clock_us() */
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    const struct pool_duty *duty;
    void **items; /* a ring */
    size_t room, first, count;
    struct later *later; /* in no order; as many as there is room for items */
    size_t later_count;
    bool ending;
    pthread_t *threads;
    unsigned thread_count;
};

/* An item whose time has come, or NULL; then *next is when the first one's comes. */
static void *take_due(struct pool *pool, int64_t *next)
{
    size_t first = 0;
    for (size_t i = 1; i < pool->later_count; i++)
        if (pool->later[i].at < pool->later[first].at)
            first = i;
    if (!pool->later_count)
        return NULL;
    void *item = pool->later[first].item;
    *next = pool->later[first].at;
    if (*next > clock_us() && !pool->ending)
        return NULL;
    pool->later[first] = pool->later[--pool->later_count];
    return item;
}

static void wait_filled(struct pool *pool, int64_t until)
{
    const struct timespec time = {.tv_sec = until / 1000000, .tv_nsec = until % 1000000 * 1000};
    if (pool->later_count)
        (void)pthread_cond_timedwait(&pool->filled, &pool->lock, &time);
    else
        (void)pthread_cond_wait(&pool->filled, &pool->lock);
}

/* The next item, or NULL when there is none and there will be none. */
static void *take(struct pool *pool)
{
    void *item = NULL;
    int64_t next = 0;
    (void)pthread_mutex_lock(&pool->lock);
    while (!(item = take_due(pool, &next)) && !pool->count && !pool->ending)
        wait_filled(pool, next);
    if (!item && pool->count) {
        item = pool->items[pool->first];
        pool->first = (pool->first + 1) % pool->room;
        pool->count--;
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return item;
}

static void *work(void *arg)
{
    struct pool *pool = arg;
    ARENA(thread);
    void *worker = pool->duty->begin(thread, pool->duty->context);
    for (void *item; (item = take(pool));)
        pool->duty->run(worker, item);
    return NULL;
}

static void end(void *arg)
{
    struct pool *pool = arg;
    (void)pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    (void)pthread_cond_broadcast(&pool->filled);
    (void)pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->thread_count; i++)
        (void)pthread_join(pool->threads[i], NULL);
    (void)pthread_cond_destroy(&pool->filled);
    (void)pthread_mutex_destroy(&pool->lock);
}

/* Times are those of clock_us(). */
static bool make_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    return pthread_condattr_init(&attributes) == 0 &&
           pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(condition, &attributes) == 0;
}

struct pool *pool_start(struct arena *arena, unsigned threads, size_t room,
                        const struct pool_duty *duty, struct error *err)
{
    struct pool *pool = NEW(arena, struct pool);
    *pool = (struct pool){
        .duty = duty,
        .items = NEW_ARRAY(arena, void *, room),
        .later = NEW_ARRAY(arena, struct later, room),
        .room = room,
        .threads = NEW_ARRAY(arena, pthread_t, threads),
    };
    if (pthread_mutex_init(&pool->lock, NULL) != 0 || !make_condition(&pool->filled)) {
        (void)error_set(err, ERROR_FATAL, "cannot make a queue");
        return NULL;
    }
    arena_defer(arena, end, pool);

    /* Signals are for the main thread. */
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->thread_count < threads &&
           pthread_create(&pool->threads[pool->thread_count], NULL, work, pool) == 0)
        pool->thread_count++;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pool->thread_count == threads)
        return pool;
    (void)error_set(err, ERROR_FATAL, "cannot start %u threads", threads);
    return NULL;
}

bool pool_offer(struct pool *pool, void *item)
{
    (void)pthread_mutex_lock(&pool->lock);
    bool fits = pool->count < pool->room;
    if (fits) {
        pool->items[(pool->first + pool->count) % pool->room] = item;
        pool->count++;
        (void)pthread_cond_signal(&pool->filled);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return fits;
}

bool pool_offer_later(struct pool *pool, void *item, unsigned milliseconds)
{
    (void)pthread_mutex_lock(&pool->lock);
    bool fits = pool->later_count < pool->room;
    if (fits) {
        pool->later[pool->later_count++] = (struct later){item, clock_us() + milliseconds * 1000LL};
        (void)pthread_cond_signal(&pool->filled);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return fits;
}

size_t pool_depth(struct pool *pool)
{
    (void)pthread_mutex_lock(&pool->lock);
    size_t depth = pool->count;
    (void)pthread_mutex_unlock(&pool->lock);
    return depth;
}
