/* Postcode: in capitals, and repaired where spreadsheets are known to spoil it. */
#pragma once

#include "hub/base/text.h"

/* `region` is ISO 3166-1 alpha-2 or "".  NULL when the text cannot be a postcode anywhere. */
const char *postcode_read(struct arena *arena, const char *text, const char *region);
