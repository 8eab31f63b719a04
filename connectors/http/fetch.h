/*
 * Fetch: one GET of a source, with its login, and an answer that is bounded in every way.
 *
 * Redirects are followed to the same server only, a token that is refused is renewed once, and what comes
 * packed is unpacked on its way.
 */
#pragma once

#include "connectors/connector.h"

struct fetcher;

struct ask {
    const char *url, *accept;
    const char *etag, *modified; /* of what is there already; NULL: nothing is */
    int fd;                      /* where the body goes */
    size_t most;                 /* bytes of it, unpacked */
};

struct answer {
    long status;                               /* whatever it is: see transfer_status() */
    const char *url;                           /* that it came from, behind redirects */
    const char *link, *etag, *modified, *type; /* headers; NULL: not there */
    int64_t date_ms; /* the server's time, or ours where it does not say */
    int64_t wait_ms; /* how long it asks to be left alone; 0: it does not */
    size_t size;     /* of the body */
};

struct fetcher *fetch_open(struct arena *session, const struct pull *pull, struct error *err);
/* True when the server answered. */
bool fetch(struct arena *arena, struct fetcher *fetcher, const struct ask *ask,
           struct answer *answer, struct error *err) MUST_CHECK;
/* Our time, in milliseconds since 1970. */
int64_t fetch_now(void);
