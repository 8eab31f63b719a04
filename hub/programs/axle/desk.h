/* Desk: what commands that work on the hub need: its configuration, a connection, the live sources. */
#pragma once

#include "hub/pipeline/hub.h"
#include "hub/programs/axle/command.h"
#include "hub/store/models.h"
#include "hub/store/site.h"

struct desk {
    const struct instance *instance;
    struct site site;
    struct hub hub;
    struct sources_now *now; /* for desk_follow() */
    struct models_now *model;
};

/* Only the connection, whatever is there. */
struct db *desk_connect_any(const struct call *call, struct error *err);
/* Only the connection, to a hub of the schema that this build knows. */
struct db *desk_connect(const struct call *call, struct error *err);
/* Open it: registers changed mappings first, and says on standard error what is wrong with any. */
bool desk_open(const struct call *call, struct desk *desk, struct error *err) MUST_CHECK;
/* For who works on for long: read sources, dictionary and model again when they have changed.  What was found
 * among the first ones stays, until the call ends. */
bool desk_follow(struct desk *desk, struct error *err) MUST_CHECK;
