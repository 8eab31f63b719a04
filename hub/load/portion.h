/* Portion: write what a portion of the plan comes to, in one transaction.  Private to the room. */
#pragma once

#include "hub/load/plan.h"
#include "hub/load/spool.h"
#include "hub/pipeline/outcome.h"

/* A portion as resolving one by one would have found it. */
struct portion_work {
    struct arena *arena;
    const struct plan *plan;
    const struct portion *portion;
    const struct hub *hub;     /* with the connection to write by */
    const struct spool *spool; /* documents of untold records, a bin a portion */
    struct resolution resolution;
    struct outcome outcome; /* members in step with portion->places */
};

bool portion_write(const struct plan *plan, const struct portion *portion, const struct hub *hub,
                   const struct spool *spool, struct error *err) MUST_CHECK;
/* The part of it for records that nobody ever had: rows by the thousand, with nothing to compare. */
bool portion_write_untold(struct portion_work *work, struct error *err) MUST_CHECK;
