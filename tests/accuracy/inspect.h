/*
 * Inspect: where the figures of a set come from: its blocking keys, and how far its weights can be believed.
 */
#pragma once

#include "tests/accuracy/resolve.h"

/* A line a blocking key: how many a record holds, pairs that share it, those that share no key above it, those
 * that share no other at all; of each the true ones. */
void inspect_keys(const struct model *model, const struct samples *samples,
                  const struct resolution *resolution);
/* A line for two bits of weight about that of a match: pairs and the true ones among them. */
void inspect_weights(const struct samples *samples, const struct resolution *resolution);
