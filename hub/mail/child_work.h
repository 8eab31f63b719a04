/* Child work: what the two ends of the socket agree on; for child.c and child_work.c alone. */
#pragma once

#include <stdint.h>

#include "hub/base/compiler.h"

enum mail_question { MAIL_JSON, MAIL_FILES };

/* Followed by the message. */
struct mail_ask {
    uint32_t question;
    uint64_t size;
};

/* Followed by a text, JSON or why it is no message, and the files' contents one after the other. */
struct mail_answer {
    uint32_t good;
    uint64_t text, content;
};

/* What the child does until its socket is closed.  It writes one byte when it is ready. */
NORETURN void child_work(int socket);
