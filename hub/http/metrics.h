/* Metrics: what was answered and how fast, in the text format that Prometheus reads. */
#pragma once

#include "hub/http/route.h"

struct metrics;

struct metrics *metrics_new(struct arena *arena, const struct routes *routes);
/* Count one answer; route may be NULL.  From any thread. */
void metrics_count(struct metrics *metrics, const struct route *route, unsigned status,
                   double seconds);
void metrics_write(struct metrics *metrics, struct buffer *out);
/* What a metric is called and means ("gauge" or "counter"); its values follow, with labels such as
 * a="b",c="d" that need no quoting. */
void metrics_family(struct buffer *out, const char *name, const char *type, const char *help);
void metrics_value(struct buffer *out, const char *name, const char *labels, double value);
/* One gauge, with what it means. */
void metrics_gauge(struct buffer *out, const char *name, const char *help, int64_t value);
