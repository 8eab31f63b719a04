#include "hub/http/metrics.h"

#include <pthread.h>

#define STATUS_FIRST 100U
#define STATUS_COUNT 500U

/* Upper bounds in seconds; slower ones count in +Inf alone. */
static const double bounds[] = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5};

struct counts {
    uint64_t by_status[STATUS_COUNT];
    uint64_t within[COUNT_OF(bounds)];
    uint64_t all;
    double seconds;
};

struct metrics {
    pthread_mutex_t lock;
    const struct routes *routes;
    struct counts *counts; /* one a route, and one for what has none */
};

static void destroy_lock(void *lock)
{
    (void)pthread_mutex_destroy(lock);
}

struct metrics *metrics_new(struct arena *arena, const struct routes *routes)
{
    struct metrics *metrics = NEW(arena, struct metrics);
    metrics->routes = routes;
    metrics->counts = NEW_ARRAY(arena, struct counts, routes->count + 1);
    (void)pthread_mutex_init(&metrics->lock, NULL);
    arena_defer(arena, destroy_lock, &metrics->lock);
    return metrics;
}

void metrics_count(struct metrics *metrics, const struct route *route, unsigned status,
                   double seconds)
{
    size_t index = route ? (size_t)(route - metrics->routes->list) : metrics->routes->count;
    struct counts *counts = &metrics->counts[index];
    (void)pthread_mutex_lock(&metrics->lock);
    if (status >= STATUS_FIRST && status < STATUS_FIRST + STATUS_COUNT)
        counts->by_status[status - STATUS_FIRST]++;
    for (size_t i = 0; i < COUNT_OF(bounds); i++)
        counts->within[i] += seconds <= bounds[i];
    counts->all++;
    counts->seconds += seconds;
    (void)pthread_mutex_unlock(&metrics->lock);
}

static const char *labels(struct arena *arena, const struct routes *routes, size_t index)
{
    if (index == routes->count)
        return "route=\"none\",method=\"any\"";
    return arena_printf(arena, "route=\"%s\",method=\"%s\"", routes->list[index].pattern,
                        routes->list[index].method);
}

static void write_requests(struct metrics *metrics, struct buffer *out)
{
    buffer_text(out, "# HELP axle_http_requests_total Answers by route and status.\n"
                     "# TYPE axle_http_requests_total counter\n");
    for (size_t i = 0; i <= metrics->routes->count; i++)
        for (unsigned s = 0; s < STATUS_COUNT; s++)
            if (metrics->counts[i].by_status[s])
                buffer_printf(out, "axle_http_requests_total{%s,status=\"%u\"} %llu\n",
                              labels(out->arena, metrics->routes, i), s + STATUS_FIRST,
                              (unsigned long long)metrics->counts[i].by_status[s]);
}

static void write_latency(struct metrics *metrics, struct buffer *out)
{
    static const char name[] = "axle_http_request_seconds";
    buffer_printf(out,
                  "# HELP %s From the head of the request to the end of the answer.\n"
                  "# TYPE %s histogram\n",
                  name, name);
    for (size_t i = 0; i <= metrics->routes->count; i++) {
        const struct counts *counts = &metrics->counts[i];
        const char *route = labels(out->arena, metrics->routes, i);
        if (!counts->all)
            continue;
        for (size_t b = 0; b < COUNT_OF(bounds); b++)
            buffer_printf(out, "%s_bucket{%s,le=\"%g\"} %llu\n", name, route, bounds[b],
                          (unsigned long long)counts->within[b]);
        buffer_printf(out, "%s_bucket{%s,le=\"+Inf\"} %llu\n", name, route,
                      (unsigned long long)counts->all);
        buffer_printf(out, "%s_sum{%s} %.6f\n", name, route, counts->seconds);
        buffer_printf(out, "%s_count{%s} %llu\n", name, route, (unsigned long long)counts->all);
    }
}

void metrics_write(struct metrics *metrics, struct buffer *out)
{
    (void)pthread_mutex_lock(&metrics->lock);
    write_requests(metrics, out);
    write_latency(metrics, out);
    (void)pthread_mutex_unlock(&metrics->lock);
}

void metrics_family(struct buffer *out, const char *name, const char *type, const char *help)
{
    buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_value(struct buffer *out, const char *name, const char *labels, double value)
{
    buffer_printf(out, "%s{%s} %.15g\n", name, labels, value);
}

void metrics_gauge(struct buffer *out, const char *name, const char *help, int64_t value)
{
    buffer_printf(out, "# HELP %s %s\n# TYPE %s gauge\n%s %lld\n", name, help, name, name,
                  (long long)value);
}
