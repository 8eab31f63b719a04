/* What an answer says, once all of it is there.  For imap.c alone. */
#pragma once

#include "connectors/mail/imap.h"

/* False when it is of a kind that is known, and cannot be read. */
bool imap_read_answer(const struct imap_reader *reader, struct imap_answer *answer) MUST_CHECK;
