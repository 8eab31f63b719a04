/*
 * Carry: messages that were fetched, handed on with the files that came with them.
 *
 * A pull brings either messages or one file; so what was fetched at once is handed on in pieces: messages
 * up to the first with files, each of its files, that message and those behind it.
 */
#pragma once

#include "connectors/mail/attachments.h"

struct carry {
    const struct source *const *wanted; /* which sources take files; none: nothing is carried */
    struct arena *arena;                /* of what was fetched */
    struct batch batch;
    size_t next;              /* the first message that is not staged */
    size_t looked;            /* one more than the message that was last looked into for files */
    struct attachments files; /* of that one */
    size_t file;              /* the first that is not staged */
};

/* Where to fetch to, in place of what was carried before. */
struct batch *carry_begin(struct carry *carry);
/* Is there anything to hand on? */
bool carry_waiting(const struct carry *carry);
/* The next piece. */
bool carry_hand(struct carry *carry, const struct pull *pull, struct batch *batch,
                struct error *err) MUST_CHECK;
/* It is stored. */
void carry_settle(struct carry *carry, const struct batch *batch);
void carry_forget(struct carry *carry);
