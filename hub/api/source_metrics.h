/* Source metrics: how it goes with each source, for /metrics. */
#pragma once

#include "hub/store/db.h"

bool source_metrics(struct arena *arena, struct db *db, struct buffer *out,
                    struct error *err) MUST_CHECK;
