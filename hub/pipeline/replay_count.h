/* Counting what a replay changes. */
#pragma once

#include "hub/base/json.h"
#include "hub/pipeline/replay.h"

/* The count of that name, made on first use. */
struct replay_count *replay_counter(struct arena *arena, struct replay_counts *counts,
                                    const char *name);
void replay_sort(struct replay_counts *counts);
/* Count the values in which two stored documents of one record differ. */
void replay_compare(struct arena *arena, struct replay_counts *elements, const char *before,
                    const char *after);
