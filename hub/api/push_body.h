/*
 * Push_body: from what was sent to the records that go into the inbox.
 *
 * A body is read by its source's format: CSV with its header line, an XML document, fixed lines; of a source
 * that reads JSON also a single object, a list of them, JSON lines, or a form.  What is wrong with a
 * record costs that record.
 */
#pragma once

#include "hub/http/message.h"
#include "hub/store/feed.h"

#define PUSH_RECORDS_MOST 10000 /* in one delivery */

struct push_body {
    struct feed_list {
        struct feed_item *list;
        size_t count, room;
    } items;
    struct slice header;
    /* Those that cannot be decoded, or not even be cut.  The former go into the inbox as they are: a worker will
     * set them aside, so that they can be replayed. */
    struct fault_list {
        struct push_fault {
            size_t item;
            struct reject reject;
        } * list;
        size_t count, room;
    } faults;
    /* Where it cannot be read: what to answer. */
    enum problem problem;
    const char *why;
};

/* What a body is. */
struct push_given {
    const char *content_type; /* NULL: as the source's format has it */
    struct slice body;
    const char *delivery; /* what names it, so that it counts once; NULL: it counts each time */
};

/* False with `problem` and `why`: the content type is not taken, or there are too many records. */
bool push_body_read(struct arena *arena, const struct mapping *mapping,
                    const struct push_given *given, struct push_body *body) MUST_CHECK;
