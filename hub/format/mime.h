/*
 * Mime: what only messages have, for those who bring them.
 *
 *     struct mail_files files = {0};
 *     if (!mime_attachments(work, raw, &files, &reject))
 *         ...;                                     // as format_decode() would refuse it
 *     for (size_t i = 0; i < files.count; i++)
 *         files.list[i].name, .type, .content      // "clients.csv", "text/csv", decoded
 */
#pragma once

#include "hub/mail/mail.h"
#include "hub/record/reject.h"

/* The files that came with a message, by its bytes; reading it costs no more than format_decode() may
 * (25 MiB in, 256 MiB and two seconds of a process that may die of it).  False with *reject filled in. */
bool mime_attachments(struct arena *arena, struct slice raw, struct mail_files *files,
                      struct reject *reject) MUST_CHECK;
