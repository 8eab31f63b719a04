/*
 * Push_limit: how much each sender may push, and what was pushed; for any number of threads.
 *
 * A sender has a bucket that holds a minute's records and fills up steadily.  Whoever has something in it
 * may send, and a large batch takes more than there is: then its sender waits until the debt is paid.
 * Buckets are of this process, and bounded: of too many senders those that wait least are forgotten.
 */
#pragma once

#include "hub/base/text.h"

struct push_limits;
struct push_limits *push_limits_new(struct arena *arena);

/* May this sender send now?  0: yes; otherwise the seconds until he may.  `rate`: records a minute, 0: any
 * number.  Costs the sender nothing yet. */
unsigned push_limits_wait(struct push_limits *limits, const char *sender, unsigned rate,
                          int64_t now_ms);
void push_limits_take(struct push_limits *limits, const char *sender, unsigned rate, size_t records,
                      int64_t now_ms);

/* What came of deliveries, for the metrics. */
enum push_result {
    PUSH_ACCEPTED, /* records, as the next two */
    PUSH_REJECTED,
    PUSH_REPEATED,
    PUSH_LIMITED, /* deliveries, as the next two */
    PUSH_FORBIDDEN,
    PUSH_FULL,
    PUSH_RESULTS
};
void push_limits_count(struct push_limits *limits, enum push_result result, size_t count);
void push_limits_metrics(struct push_limits *limits, struct buffer *out);
