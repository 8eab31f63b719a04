/*
 * Attachments: files that come with the messages of a mailbox and belong to other sources.
 *
 * A source says <attachment of="MAILBOX" pattern="*.csv" sender="*@dealer.example"/>, and each file that
 * fits is staged by that source's own format, before its message is.
 */
#pragma once

#include "connectors/connector.h"

struct attachment {
    const char *source; /* that it belongs to */
    const char *name;
    struct slice content;
};

struct attachments {
    struct attachment *list;
    size_t count, room;
};

/* The sources that take files from this mailbox; ends with NULL. */
const struct source *const *attachments_wanted(struct arena *arena, const struct pull *pull);
/* The files of a message that they want.  A message that cannot be read has none: its reject comes when it
 * is decoded. */
void attachments_find(struct arena *arena, const struct pull *pull,
                      const struct source *const *wanted, struct slice raw,
                      struct attachments *attachments);
/* Put one where it can be staged from; the path, or NULL with a RETRY error. */
const char *attachments_write(struct arena *arena, const struct pull *pull,
                              const struct attachment *attachment, struct error *err);
