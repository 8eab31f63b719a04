/*
 * Imap: what an IMAP4rev1 server says (RFC 3501), read as it comes in.
 *
 * imap_take() cuts a server's bytes into answers, however they were divided on their way, and reads of
 * them what a reader of mailboxes needs.  It touches neither network nor clock.  A server is not to be
 * trusted: lines, literals and lists have limits, and what goes beyond them, or holds a NUL outside of a
 * literal, ends the reading with words.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/base/text.h"

#define IMAP_LINE_MOST 65536              /* bytes of an answer without its literals */
#define IMAP_LITERALS_MOST 8              /* of an answer */
#define IMAP_HEAD_MOST 65536              /* what is kept of a literal that is too long */
#define IMAP_TALK_MOST ((size_t)16 << 20) /* bytes of answers that hold words, to one command */
#define IMAP_UID_MOST 4294967295LL

enum imap_kind {
    IMAP_OTHER,    /* something that nobody here needs to know */
    IMAP_CONTINUE, /* "+": it waits for more of the command */
    IMAP_TAGGED,   /* the end of a command */
    IMAP_STATE,    /* OK, NO, BAD, BYE or PREAUTH, unasked or in passing */
    IMAP_CAPABILITY,
    IMAP_LIST,
    IMAP_STATUS,
    IMAP_FETCH,
    IMAP_EXISTS,
    IMAP_EXPUNGE,
};

enum imap_result { IMAP_OK, IMAP_NO, IMAP_BAD, IMAP_BYE, IMAP_PREAUTH };

/* One answer; what its kind does not have is NULL or 0. */
struct imap_answer {
    enum imap_kind kind;
    enum imap_result result; /* tagged, state */
    const char *tag;         /* tagged */
    const char *code,
        *value;        /* tagged, state: "UIDNEXT", "4"; the code in upper case, "" if none */
    const char *text;  /* tagged, state: for people; fits a line */
    const char *words; /* capability: in upper case, a blank before and behind each */

    const char *folder;             /* list, status: its name as the server writes it */
    char delimiter;                 /* list: between the levels of names; 0: there are none */
    bool closed;                    /* list: a folder that holds no messages and cannot be opened */
    int64_t uid_next, uid_validity; /* status */

    int64_t number;    /* exists, expunge, fetch */
    int64_t uid, size; /* fetch */
    bool has_body;     /* fetch: BODY[] is in it */
    struct slice body;
};

struct imap_literal {
    char *bytes;
    size_t size, filled;
};

/* To begin: {0}, and imap_begin(). */
struct imap_reader {
    struct arena *arena;  /* answers live here */
    size_t literals_most; /* how many bytes the literals to come may have, all together */
    size_t talk;          /* how many bytes of words came */

    /* Once it is broken: why, in words; and where a literal was too long, how long and its start. */
    const char *fault;
    uint64_t announced;
    struct slice head;

    /* Its own. */
    bool in_literal;
    size_t length, count;
    struct imap_literal literals[IMAP_LITERALS_MOST];
    char line[IMAP_LINE_MOST]; /* a NUL stands for the next literal */
};

/* Between two answers: those to come live in that arena, and have literals of so many bytes. */
void imap_begin(struct imap_reader *reader, struct arena *arena, size_t literals_most);
/* Did an answer begin whose literals are in the arena already?  Then that must live on. */
bool imap_is_within(const struct imap_reader *reader);

enum imap_step { IMAP_MORE, IMAP_ANSWER, IMAP_BROKEN };

/* Take from the input, which moves on, up to the end of one answer.  MORE: all of it was taken, and
 * the answer goes on.  After BROKEN nothing more can be read. */
enum imap_step imap_take(struct imap_reader *reader, struct slice *input,
                         struct imap_answer *answer);

/* Does a capability stand among the words? */
bool imap_can(const char *words, const char *capability);
/* A text as a quoted string of a command; NULL when it holds what none can carry. */
const char *imap_quote(struct arena *arena, const char *text);
/* A folder's name for people (modified UTF-7 decoded, RFC 3501 5.1.3), with '/' between its levels;
 * what is no such name comes as it is, repaired. */
const char *imap_folder_name(struct arena *arena, const char *name, char delimiter);
