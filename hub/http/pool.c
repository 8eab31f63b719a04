#include "hub/http/pool.h"

#include <pthread.h>
#include <signal.h>

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    const struct pool_duty *duty;
    void **items; /* a ring */
    size_t room, first, count;
    bool ending;
    pthread_t *threads;
    unsigned thread_count;
};

/* The next item, or NULL when there is none and there will be none. */
static void *take(struct pool *pool)
{
    void *item = NULL;
    (void)pthread_mutex_lock(&pool->lock);
    while (!pool->count && !pool->ending)
        (void)pthread_cond_wait(&pool->filled, &pool->lock);
    if (pool->count) {
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

struct pool *pool_start(struct arena *arena, unsigned threads, size_t room,
                        const struct pool_duty *duty, struct error *err)
{
    struct pool *pool = NEW(arena, struct pool);
    *pool = (struct pool){
        .duty = duty,
        .items = NEW_ARRAY(arena, void *, room),
        .room = room,
        .threads = NEW_ARRAY(arena, pthread_t, threads),
    };
    if (pthread_mutex_init(&pool->lock, NULL) != 0 || pthread_cond_init(&pool->filled, NULL) != 0) {
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

size_t pool_depth(struct pool *pool)
{
    (void)pthread_mutex_lock(&pool->lock);
    size_t depth = pool->count;
    (void)pthread_mutex_unlock(&pool->lock);
    return depth;
}
