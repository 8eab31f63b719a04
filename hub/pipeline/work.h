/* Work: one round of the pipeline, for whoever runs it: a worker, or `axle load`. */
#pragma once

#include "hub/pipeline/hub.h"

/*
 * Resolve, refresh and ingest one batch each; *busy tells whether there was anything to do.  After a
 * RETRY nothing is lost: call again.
 */
bool work_round(const struct hub *hub, bool *busy, struct error *err) MUST_CHECK;
