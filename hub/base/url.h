/*
 * Url: what stands in a web address.
 *
 * Addresses come from strangers: whatever cannot be decoded is not there.
 */
#pragma once

#include "hub/base/text.h"

/*
 * Undo percent-encoding, strictly: NULL when a '%' is not followed by two digits, or when the result is
 * not UTF-8 or has a NUL.  In a query '+' is a blank.
 */
const char *percent_decode(struct arena *arena, const char *text, size_t size, bool query);

/* Where the query of an address lies ("a=b&c=d"), without bytes when it has none. */
struct slice url_query(const char *url);

/* The next "name=value" of a query, which moves behind it; false at the end.  Those that cannot be decoded
 * and those without a name are passed over. */
struct url_pair {
    const char *name, *value;
};
bool url_next(struct arena *arena, struct slice *query, struct url_pair *pair);
