/*
 * Mail scan: what reading a message would cost, before anything is allocated for it.
 *
 * It follows headers, boundaries and messages within messages line by line, once, and stops at the first
 * limit.  What it cannot see (a boundary that is spread over several parameters, say) the limits of the
 * process that reads messages hold; see child.h.
 */
#pragma once

#include <stdbool.h>

#include "hub/base/text.h"

#define MAIL_DEPTH_MOST 20
#define MAIL_PARTS_MOST 1000
#define MAIL_HEADERS_MOST ((size_t)1048576) /* bytes, of all parts together */

struct mail_scan {
    size_t headers; /* bytes */
    size_t parts;   /* in multiparts and messages */
    size_t depth;   /* of multiparts and messages within each other */
    size_t lines, longest;
    bool has_nul;
};

/* Without the line "From ann@lee.example ..." that some put before a message. */
struct slice mail_start(struct slice raw);
/* NULL when it may be read; otherwise why not. */
const char *mail_scan(struct slice raw, struct mail_scan *scan);
