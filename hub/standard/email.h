/*
 * Email: an address (RFC 5321, with internationalised ones of RFC 6531) out of what people write.
 *
 * Says nothing about whether a mailbox exists: no look-ups.
 */
#pragma once

#include "hub/base/text.h"

/*
 * The address alone, lower-case, its domain in A-labels: "Ann <ANN@Bücher.example>" is
 * "ann@xn--bcher-kva.example".  NULL when the text holds no address, more than one, or one whose domain
 * has no registrable part (a bare host name or public suffix).
 */
const char *email_read(struct arena *arena, const char *text);
