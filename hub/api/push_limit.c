#include "hub/api/push_limit.h"

#include <pthread.h>
#include <stdatomic.h>

#include "hub/base/hash.h"

#define SETS 1024
#define WAYS 4 /* senders whose hashes fall together */

struct bucket {
    uint64_t sender; /* 0: free */
    int64_t level;   /* thousandths of a record; below 0: a debt */
    int64_t at;      /* when that was so, in milliseconds */
};

struct push_limits {
    pthread_mutex_t lock;
    struct bucket buckets[SETS][WAYS];
    atomic_size_t counts[PUSH_RESULTS];
};

static void destroy_lock(void *lock)
{
    (void)pthread_mutex_destroy(lock);
}

struct push_limits *push_limits_new(struct arena *arena)
{
    struct push_limits *limits = NEW(arena, struct push_limits);
    (void)pthread_mutex_init(&limits->lock, NULL);
    arena_defer(arena, destroy_lock, &limits->lock);
    return limits;
}

/* What it holds now: `rate` a minute flow in, as much as that fits.  Time that is too short for anything to
 * come of it still counts the next time. */
static void fill(struct bucket *bucket, unsigned rate, int64_t now)
{
    int64_t most = (int64_t)rate * 1000, passed = now - bucket->at;
    int64_t minute = 60000, debt = most - bucket->level;
    int64_t more = passed > minute * (1 + debt / most) ? debt : passed * rate / 60;
    if (more >= debt)
        *bucket = (struct bucket){bucket->sender, most, now};
    else
        *bucket =
            (struct bucket){bucket->sender, bucket->level + more, bucket->at + more * 60 / rate};
}

/* The sender's, filled; a new one in the place of the fullest when there is none free. */
static struct bucket *find(struct push_limits *limits, const char *sender, unsigned rate,
                           int64_t now)
{
    uint64_t hash = hash64_text(sender) | 1;
    struct bucket *set = limits->buckets[hash >> 1 & (SETS - 1)], *victim = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].sender == hash) {
            fill(&set[i], rate, now);
            return &set[i];
        }
        if (victim->sender && (!set[i].sender || set[i].level > victim->level))
            victim = &set[i];
    }
    *victim = (struct bucket){hash, (int64_t)rate * 1000, now};
    return victim;
}

unsigned push_limits_wait(struct push_limits *limits, const char *sender, unsigned rate,
                          int64_t now_ms)
{
    if (!rate)
        return 0;
    (void)pthread_mutex_lock(&limits->lock);
    int64_t lacking = 1000 - find(limits, sender, rate, now_ms)->level;
    (void)pthread_mutex_unlock(&limits->lock);
    /* rate / 60 records a second, 1000 thousandths each */
    return lacking <= 0 ? 0 : (unsigned)(lacking * 60 / ((int64_t)rate * 1000) + 1);
}

void push_limits_take(struct push_limits *limits, const char *sender, unsigned rate, size_t records,
                      int64_t now_ms)
{
    if (!rate)
        return;
    (void)pthread_mutex_lock(&limits->lock);
    find(limits, sender, rate, now_ms)->level -= (int64_t)records * 1000;
    (void)pthread_mutex_unlock(&limits->lock);
}

void push_limits_count(struct push_limits *limits, enum push_result result, size_t count)
{
    atomic_fetch_add(&limits->counts[result], count);
}

static void write_counts(struct push_limits *limits, struct buffer *out, const char *name,
                         const char *help, size_t first)
{
    static const char *const words[PUSH_RESULTS] = {
        [PUSH_ACCEPTED] = "accepted", [PUSH_REJECTED] = "rejected",   [PUSH_REPEATED] = "repeated",
        [PUSH_LIMITED] = "rate",      [PUSH_FORBIDDEN] = "forbidden", [PUSH_FULL] = "full",
    };
    buffer_printf(out, "# HELP %s %s\n# TYPE %s counter\n", name, help, name);
    for (size_t i = first; i < first + 3; i++)
        buffer_printf(out, "%s{result=\"%s\"} %zu\n", name, words[i],
                      atomic_load(&limits->counts[i]));
}

void push_limits_metrics(struct push_limits *limits, struct buffer *out)
{
    write_counts(limits, out, "axle_push_records_total", "Records that were pushed.",
                 PUSH_ACCEPTED);
    write_counts(limits, out, "axle_push_refused_total", "Deliveries that were refused.",
                 PUSH_LIMITED);
}
