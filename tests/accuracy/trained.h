/* Trained: a model version trained on a set itself, without its labels. */
#pragma once

#include "hub/match/train.h"
#include "tests/accuracy/load.h"

/* Needs the vectors of the set alone; the version lives in the arena. */
void train_on(struct arena *arena, const struct model *model, const struct samples *samples,
              struct training *training);
