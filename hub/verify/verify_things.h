/* Verify things: do products, transactions and households follow from their records?  Part of verify.h. */
#pragma once

#include "hub/verify/verify.h"

/* At most about `sample` things are made anew; 0: all. */
bool verify_things(struct arena *work, const struct hub *hub, size_t sample,
                   struct verdicts *verdicts, struct error *err) MUST_CHECK;
