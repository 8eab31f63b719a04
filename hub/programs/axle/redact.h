/*
 * Redact: how a record is named.  Its key may tell who it is (an e-mail address): where nobody's data may be
 * seen, a record is its source and its id.
 */
#pragma once

#include "hub/base/json.h"

struct named {
    int64_t id;
    const char *source, *key, *part;
};

/* "SOURCE/KEY" or "SOURCE/KEY#PART"; redacted "SOURCE record 0123456789abcdef". */
const char *redact_name(struct arena *arena, struct named named, bool redact);
/* Its members of an object: source, key and part; redacted source and record. */
void redact_write(struct json_writer *json, struct named named, bool redact);
