/* Keep: what a delivery cannot state because its source drifted stays as the version before has it. */
#pragma once

#include "hub/pipeline/delivery.h"

/* Is this one of the values that the field would have made? */
bool loss_covers(const struct loss *loss, const struct record *record, const struct value *value);
/*
 * Add to a version the values of the one before (its document) that the delivery has lost, marked as kept,
 * and make it anew.  An address is kept only where its other parts are what they were.
 */
void keep_values(struct arena *arena, const struct hub *hub, const struct delivery *delivery,
                 struct version *version, const char *before);
