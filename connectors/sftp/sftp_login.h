/* Sftp login: who we are to an SFTP server, and whether it is the one that it should be. */
#pragma once

#include "connectors/transfer.h"

struct sftp_login;

/* Set a transfer up to log in as the mapping says, and only at the server whose key it names.  FATAL when a
 * file of it cannot be read. */
struct sftp_login *sftp_login_new(struct arena *arena, struct transfer *transfer,
                                  struct error *err);
/* What came of a transfer, err being what transfer_said() says of it: true for CURLE_OK; otherwise it says
 * also what the matter was with keys. */
bool sftp_login_done(const struct sftp_login *login, CURLcode code, struct error *err) MUST_CHECK;
