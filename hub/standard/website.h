/* Website: an address on the web with its scheme and host in lower case. */
#pragma once

#include "hub/base/text.h"

/* NULL when there is no host name with a dot in it.  A scheme is not made up. */
const char *website_read(struct arena *arena, const char *text);
