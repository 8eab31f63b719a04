/*
 * Reject: why an input was set aside, and where it stands; what a steward reads.
 *
 * The message is lower-case and factual, with the source's own data in single quotes.
 */
#pragma once

struct reject {
    const char *stage;     /* transport decode map validate size id */
    const char *code;      /* short and stable: "quote", "encoding", "no-key", ... */
    unsigned line, column; /* from 1, in the file; 0: unknown */
    const char *message;
};
