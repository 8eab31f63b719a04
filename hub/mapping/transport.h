/*
 * Transport: how the records of a source are reached: the <from> of its mapping.
 *
 * One row of settings for all kinds; what a kind does not have is NULL, 0 or false.  Files of secrets
 * are named here and read by whoever uses them (connectors/secret.h): a mapping holds none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum transport_kind {
    TRANSPORT_DIRECTORY,
    TRANSPORT_PUSH,
    TRANSPORT_HTTP,
    TRANSPORT_SFTP,
    TRANSPORT_POSTGRESQL,
    TRANSPORT_IMAP,
    TRANSPORT_ATTACHMENT,
};

struct transport {
    enum transport_kind kind;
    const char
        *pattern;  /* directory, sftp, attachment: which files, imap: which folders; fnmatch(3) */
    bool snapshot; /* directory, sftp: a file is the whole list; what it lacks is gone */

    const char *url;  /* http, sftp, imap */
    const char *user; /* to log in with, by the password or the key in these files */
    const char *password_file, *key_file;
    const char *ca_file;     /* the certificates to trust instead of the system's */
    const char *host_key;    /* sftp: "SHA256:..", the server's, as ssh-keygen -l writes it */
    const char *token_url;   /* OAuth 2: where a token is to be had, */
    const char *client;      /* by this client */
    const char *secret_file; /* and its secret; of push: what deliveries are signed with */
    const char *scope;       /* OAuth 2 */
    const char *token_file;  /* a bearer token that somebody else keeps fresh */
    const char *header;      /* http: of the API key in key_file; push: of the signature */

    unsigned every_ms;   /* between two looks */
    unsigned settled_ms; /* sftp: how long a file must have been the same to be taken */
    unsigned overlap_ms; /* how far behind the mark late ones may come */
    const char *id;    /* what names an item in its source, as `from` would; NULL: all of it does */
    const char *mark;  /* what only grows: the field (http) or column (postgresql) to go on from */
    const char *query; /* postgresql: a SELECT, without the mark and without an order */
    const char *dsn_file;

    const char *paging; /* http: none, link, cursor, page */
    const char *next;   /* the JSON Pointer of the next page's link or cursor */
    const char
        *since; /* the parameters that carry the mark, the cursor or page, the size of a page */
    const char *page;
    const char *size;
    unsigned page_size;

    const char *of;      /* attachment: the mailbox, a source */
    const char *sender;  /* whose attachments, as fnmatch(3) */
    const char *origins; /* push: the web sites whose forms may send, with blanks between */
    unsigned rate;       /* push: records a minute that one sender may send; 0: any number */
};

/* Is a file of that name one of the source's?  So it is with .gz behind it. */
bool transport_takes(const struct transport *transport, const char *name);
/* Does a daemon go and look for its records?  The others' are brought. */
bool transport_pulls(const struct transport *transport);
