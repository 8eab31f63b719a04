/* Checks of matching itself: private to verify.c. */
#pragma once

#include "hub/verify/verify.h"

/* Components clustered anew beside the live links. */
bool verify_partition(struct arena *work, const struct hub *hub, size_t sample,
                      struct verdicts *verdicts, struct error *err) MUST_CHECK;
