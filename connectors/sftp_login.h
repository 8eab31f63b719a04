/* Sftp login: who we are to an SFTP server, and whether it is the one that it should be. */
#pragma once

#include "connectors/transfer.h"

struct sftp_login;

/* Set a transfer up to log in as the mapping says, and only at the server whose key it names.  FATAL when a
 * file of it cannot be read. */
struct sftp_login *sftp_login_new(struct arena *arena, struct transfer *transfer,
                                  struct error *err);
/* Say in an error what the matter was with keys; always returns false. */
bool sftp_login_explain(const struct sftp_login *login, struct error *err);
