/*
 * Paging: what the pages of an HTTP interface say of each other.
 *
 * Pure: nothing here speaks to anybody.  Pages and headers are written by strangers, so nothing is believed:
 * what cannot be read is not there, and an address counts only where it stays at the source's own server.
 */
#pragma once

#include "hub/base/error.h"
#include "hub/base/text.h"

/* The target of the first link to the next page in a Link header (RFC 8288); NULL when there is none. */
const char *link_next(struct arena *arena, const char *header);

/* Where `link`, absolute or relative, leads from `base`; FATAL when that is no address, or another server
 * than that of `base`: another scheme, host or port. */
const char *url_follow(struct arena *arena, const char *base, const char *link, struct error *err);
/* The address with that parameter in its query, in place of any of the same name; as it is without a
 * value. */
const char *url_with(struct arena *arena, const char *url, const char *name, const char *value);
/* A parameter of its query; NULL when it has none. */
const char *url_parameter(struct arena *arena, const char *url, const char *name);

/*
 * Where a JSON Pointer leads in a page, however large: nothing but the way there is looked at, and no tree is
 * built.  False where there is nothing.
 */
bool page_find(struct slice page, const char *pointer, struct slice *value) MUST_CHECK;
/* The same for a link, a cursor or a number: its text.  *text is NULL where there is nothing to go on to:
 * it is absent, null, false or empty.  REJECT when it is no text. */
bool page_text(struct arena *arena, struct slice page, const char *pointer, const char **text,
               struct error *err) MUST_CHECK;
