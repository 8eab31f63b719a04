/*
 * Mailbox: the messages of an IMAP server's folders, each once, and nothing there is changed.
 *
 * A stream is a folder at its UIDVALIDITY, a message's position its UID, the cursor the last UID.  What comes
 * again under another number, because a message was moved or the folder numbered anew, is known by its
 * content.
 */
#pragma once

#include "connectors/connector.h"

extern const struct connector imap_connector;
