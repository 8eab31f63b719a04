/*
 * Oauth: the bearer token of a source, by client credentials (RFC 6749, 4.4) or from a file that somebody
 * else keeps fresh.
 *
 * A token is used until shortly before its end, and lives in memory alone.  Where a server refuses it
 * before, oauth_refused() and the next call bring another one.
 */
#pragma once

#include "connectors/connector.h"

struct oauth;

/* NULL in *oauth where the source needs no token. */
bool oauth_open(struct arena *session, const struct pull *pull, struct oauth **oauth,
                struct error *err) MUST_CHECK;
/* The token, which lives until the next call.  FATAL when the client is refused, or the file's token is
 * the one that was refused. */
bool oauth_token(struct oauth *oauth, const char **token, struct error *err) MUST_CHECK;
/* The server does not take the last one. */
void oauth_refused(struct oauth *oauth);
