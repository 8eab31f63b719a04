/*
 * Mail child: messages are read by a process of their own, so that one that costs too much costs itself.
 *
 * That process holds no file but its end of a socket, may use 256 MiB more than it was born with, and two
 * seconds of the processor for a message; it is started when it is first needed, and again when it died.
 * Any thread may ask; one is answered after the other.
 */
#pragma once

#include "hub/mail/mail.h"
#include "hub/record/reject.h"

#define MAIL_SECONDS 2
#define MAIL_MEMORY ((size_t)256 << 20)

/* The text of mail_to_json().  NULL with *reject filled in: stage "decode", code "mime" where it is no
 * message, or has too many parts or too long headers, "costs" where reading it takes too much. */
const char *mail_ask_json(struct arena *arena, struct slice raw, struct reject *reject);
/* The same for mail_files(). */
bool mail_ask_files(struct arena *arena, struct slice raw, struct mail_files *files,
                    struct reject *reject) MUST_CHECK;
