/*
 * Transfer: a libcurl handle with our limits.
 *
 * Whatever speaks to another machine by libcurl opens it here: certificates are checked, nothing leads to
 * another protocol, connecting, waiting and the whole have their time, what comes is bounded, and it ends
 * when the process is asked to.  Every failure becomes an error whose kind names the next step.
 *
 *     struct transfer *transfer = transfer_open(session, pull, from->url, "sftp", err);
 *     curl_easy_setopt(transfer->curl, CURLOPT_URL, url);
 *     transfer_to_file(transfer, fd, most);
 *     if (!transfer_run(transfer, err)) ...
 */
#pragma once

#include <curl/curl.h>

#include "connectors/connector.h"

struct transfer {
    CURL *curl;
    const struct pull *pull;
    struct buffer *text; /* where the body goes: here, */
    int fd;              /* or here */
    size_t most;         /* bytes of it */
    size_t got;
    bool overflown, unwritten;
    int64_t beat;
    char said[CURL_ERROR_SIZE];
};

/* For a server, by its URL.  `schemes`: the protocols it may speak, with commas between.  Closed with the
 * arena. */
struct transfer *transfer_open(struct arena *arena, const struct pull *pull, const char *url,
                               const char *schemes, struct error *err);
/* Where the next body goes to, and how much of it is taken; before, none is. */
void transfer_to_text(struct transfer *transfer, struct buffer *text, size_t most);
void transfer_to_file(struct transfer *transfer, int fd, size_t most);
/* Do what was set up. */
bool transfer_run(struct transfer *transfer, struct error *err) MUST_CHECK;
/* What a code of libcurl means, for who calls it beside transfer_run(); true for CURLE_OK. */
bool transfer_said(const struct transfer *transfer, CURLcode code, struct error *err) MUST_CHECK;
/* What a status of HTTP means: true for 2xx; RETRY for what passes; FATAL for the rest, which somebody must
 * mend. */
bool transfer_status(long status, struct error *err) MUST_CHECK;
