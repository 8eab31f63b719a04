/*
 * Push_sign: is a delivery signed by who holds the source's secret?
 *
 * Two schemes, both HMAC-SHA256 over the body as it came, compared in constant time:
 *  - Standard Webhooks: `webhook-id`, `webhook-timestamp` (seconds since 1970, at most five minutes off) and
 *    `webhook-signature`, "v1,BASE64" (several with blanks between: secrets are exchanged that way), over
 *    "ID.TIMESTAMP.BODY";
 *  - where the mapping names a header: that header holds the hexadecimal signature of the body alone,
 *    with or without "sha256=" before it.
 */
#pragma once

#include "hub/http/message.h"

#define SIGNATURE_SECONDS 300

struct signing {
    const char *secret; /* a line of text; "whsec_BASE64" stands for the bytes it encodes */
    const char *header; /* NULL: Standard Webhooks */
    int64_t now;        /* seconds since 1970 */
};

/* Does the request bring a signature at all, right or wrong? */
bool signature_given(const struct request *request, const char *header);
/* REJECT, with a text for whoever signs, when it is not right. */
bool signature_check(const struct request *request, const struct signing *signing,
                     struct error *err) MUST_CHECK;
