/* Login: where a mailbox is, and as whom to read it. */
#pragma once

#include "connectors/oauth.h"
#include "connectors/transfer.h"

/* Set the server's URL and the login: a bearer token where `oauth` is not NULL, otherwise a password. */
bool login_set(struct arena *arena, const struct transfer *transfer, struct oauth *oauth,
               struct error *err) MUST_CHECK;
/* The server alone, "imaps://host:993"; and the folder that the URL names, INBOX where it names none. */
const char *login_server(struct arena *arena, const char *url);
const char *login_folder(struct arena *arena, const char *url);
