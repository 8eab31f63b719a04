/* Prepare: what must be there before anything starts: directories, the token, the samples, a port. */
#pragma once

#include "hub/store/instance.h"

/* The directories under home, with a drop folder for every mapping of the site. */
bool prepare_directories(struct arena *arena, const struct instance *instance,
                         struct error *err) MUST_CHECK;
/* The token with all scopes, in run/token; made once. */
bool prepare_token(struct arena *arena, const struct instance *instance,
                   struct error *err) MUST_CHECK;
/* Copy the samples into the drop folders, once in the life of this home. */
bool prepare_samples(struct arena *arena, const struct instance *instance,
                     struct error *err) MUST_CHECK;
/* The address to listen on: as given, the usual one for the usual home, or a free port that follows
 * from the name of home.  NULL with err when the address is in use. */
const char *prepare_listen(struct arena *arena, const struct instance *instance, struct error *err);
