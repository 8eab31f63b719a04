/* Verify postings: is every record found by its blocking keys, and are those generic that too many hold?  Part of
 * verify.h. */
#pragma once

#include "hub/verify/verify.h"

bool verify_postings(struct arena *work, const struct hub *hub, struct verdicts *verdicts,
                     struct error *err) MUST_CHECK;
