/*
 * Connection: a mailbox server to talk to, once somebody is logged in there.
 *
 * libcurl connects, does TLS and the login; behind that, commands go out and answers come in through
 * imap.h.  Each command has its time as a whole, however the server spreads its bytes.  After a failure
 * the connection is of no more use: close its arena and open another.
 */
#pragma once

#include "connectors/connector.h"
#include "connectors/mail/imap.h"
#include "connectors/oauth.h"

struct connection;

/* By the settings of the source, with a token of `oauth` where that is not NULL.  It ends with the arena. */
struct connection *connection_open(struct arena *arena, const struct pull *pull,
                                   struct oauth *oauth, struct error *err);
/* What the server can do, for imap_can(). */
const char *connection_words(const struct connection *connection);

struct command {
    const char *text;     /* without tag and line end */
    unsigned seconds;     /* for all of it */
    size_t literals_most; /* bytes that its literals may have, all together */
    void (*each)(void *to,
                 const struct imap_answer *answer); /* of its untagged answers; may be NULL */
    void *to;
};

/* Send it and read up to its end, which is in *done; answers live in the arena.  Whether the server said OK
 * is for the caller to see. */
bool connection_run(struct connection *connection, struct arena *arena,
                    const struct command *command, struct imap_answer *done,
                    struct error *err) MUST_CHECK;
/* When a failure was a literal that is too long: how long, and what was kept of it (it lives as long as the
 * arena of the command); 0 otherwise. */
uint64_t connection_too_long(const struct connection *connection, struct slice *head);

/* Has the server told of messages since that was forgotten last? */
bool connection_news(const struct connection *connection);
void connection_forget_news(struct connection *connection);

/* Let the server tell by itself what comes (RFC 2177), up to the next command. */
bool connection_idle(struct connection *connection, struct error *err) MUST_CHECK;
/* Wait until there is news, or the time is over. */
bool connection_listen(struct connection *connection, int milliseconds,
                       struct error *err) MUST_CHECK;
