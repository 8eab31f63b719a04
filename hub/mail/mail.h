/*
 * Mail: what a message says, as one JSON object whose members are the fields that mappings/README.md
 * lists: "From.address", "Subject", "signature.phone", "form.Name", the lists "vcards" and so on.
 *
 * Nothing here trusts the message, and nothing here is cheap: whoever is not a test or a fuzzer asks a
 * process that may die of it (child.h), after mail_scan() has let it pass (scan.h).
 */
#pragma once

#include "hub/base/text.h"

#define MAIL_TEXT_MOST ((size_t)262144) /* bytes of body.text */
#define MAIL_FIELD_MOST ((size_t)16384) /* bytes of a header */
#define MAIL_HEADERS_KEPT 500           /* as header:NAME */
#define MAIL_ITEMS_MOST 200             /* of each list */

/* What is set up once and used for many messages, by one thread. */
struct mail_reader;
struct mail_reader *mail_reader_new(struct arena *arena);

/* NULL with *fault when it is no message.  The text is JSON. */
const char *mail_to_json(struct arena *arena, const struct mail_reader *reader, struct slice raw,
                         const char **fault);

/* Files that came with a message, decoded. */
struct mail_file {
    const char *name, *type; /* "clients.csv", "text/csv"; a name is "" where there is none */
    struct slice content;
};
struct mail_files {
    struct mail_file *list;
    size_t count, room;
};
/* False with *fault when it is no message. */
bool mail_files(struct arena *arena, const struct mail_reader *reader, struct slice raw,
                struct mail_files *files, const char **fault);
