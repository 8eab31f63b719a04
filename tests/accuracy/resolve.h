/* Resolve: samples to clusters by hub/resolver, and the weight of each pair that it compared. */
#pragma once

#include "tests/accuracy/load.h"

struct scored {
    unsigned left, right; /* samples, left < right */
    int32_t weight;
    bool veto;
};

struct resolution {
    struct scored *pairs; /* all that were compared, by left, then right */
    size_t pair_count;
    struct generic_keys generic;
    int32_t match, review; /* the weights that hold for so many records */
    int64_t *clusters;     /* of each sample */
    double comparing;      /* seconds */
};

void resolve(struct arena *arena, const struct model *model, const struct samples *samples,
             struct resolution *resolution);
/* Of a clock that only runs forward. */
double seconds(void);
/* Clusters at another weight than the model's. */
void resolve_at(const struct model *model, const struct samples *samples,
                const struct resolution *resolution, int32_t weight, int64_t *clusters);
