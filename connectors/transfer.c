#include "connectors/transfer.h"

#include <unistd.h>

#include "connectors/secret.h"
#include "hub/base/clock.h"

#define BEAT_MS 1000
#define CONNECT_SECONDS 10L
#define SLOW_SECONDS 30L
#define SLOW_BYTES 64L /* a second */
#define ALL_SECONDS 600L

/* What else can go wrong passes: a network that is down, a server that starts again. */
static const struct {
    CURLcode code;
    enum error_kind kind;
    const char *before, *behind; /* what libcurl says of it; NULL: nothing more is to be said */
} kinds[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, ERROR_FATAL, NULL, NULL},
    {CURLE_URL_MALFORMAT, ERROR_FATAL, NULL, NULL},
    {CURLE_NOT_BUILT_IN, ERROR_FATAL, NULL, NULL},
    {CURLE_LOGIN_DENIED, ERROR_FATAL, "the server refuses the login: ", NULL},
    {CURLE_AUTH_ERROR, ERROR_FATAL, NULL, NULL},
    {CURLE_REMOTE_ACCESS_DENIED, ERROR_FATAL, NULL, NULL},
    {CURLE_PEER_FAILED_VERIFICATION, ERROR_FATAL, NULL,
     "; ca-file names a certificate to trust instead of the system's"},
    {CURLE_SSL_CERTPROBLEM, ERROR_FATAL, NULL, NULL},
    {CURLE_SSL_CACERT_BADFILE, ERROR_FATAL, NULL, NULL},
    {CURLE_SSL_ISSUER_ERROR, ERROR_FATAL, NULL, NULL},
    {CURLE_USE_SSL_FAILED, ERROR_FATAL, NULL, NULL},
    {CURLE_TOO_MANY_REDIRECTS, ERROR_FATAL, NULL, NULL},
    {CURLE_REMOTE_FILE_NOT_FOUND, ERROR_NOT_FOUND, NULL, NULL},
    {CURLE_FILESIZE_EXCEEDED, ERROR_REJECT, NULL, NULL},
    {CURLE_OUT_OF_MEMORY, ERROR_RETRY, NULL,
     ", or a line of the answer's head is longer than 100 KB"},
};

static const struct {
    long least, most;
    enum error_kind kind;
    const char *text;
} statuses[] = {
    {200, 299, ERROR_NONE, NULL},
    {300, 399, ERROR_FATAL, "the server leads elsewhere"},
    {401, 401, ERROR_FATAL, "the server refuses the login"},
    {403, 403, ERROR_FATAL, "the server forbids it"},
    {404, 404, ERROR_FATAL, "the server has nothing there"},
    {407, 407, ERROR_FATAL, "the proxy refuses the login"},
    {408, 408, ERROR_RETRY, "the server waited too long for us"},
    {410, 410, ERROR_FATAL, "the server has nothing there any more"},
    {425, 425, ERROR_RETRY, "the server says it is too early"},
    {429, 429, ERROR_RETRY, "the server says there are too many requests"},
    {400, 499, ERROR_FATAL, "the server refuses the request"},
    {500, 599, ERROR_RETRY, "the server is in trouble"},
    {0, 999, ERROR_FATAL, "the server's answer is not understood"},
};

static void close_later(void *curl)
{
    curl_easy_cleanup(curl);
}

static int on_progress(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                       curl_off_t up)
{
    struct transfer *transfer = context;
    int64_t now = clock_ms();
    (void)down_all, (void)down, (void)up_all, (void)up;
    if (now - transfer->beat >= BEAT_MS) {
        transfer->beat = now;
        pull_beat(transfer->pull);
    }
    return pull_stopping(transfer->pull);
}

static size_t write_file(struct transfer *transfer, const char *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t wrote = write(transfer->fd, bytes + done, size - done);
        if (wrote <= 0) {
            transfer->unwritten = true;
            return 0;
        }
        done += (size_t)wrote;
    }
    return size;
}

static size_t on_body(char *bytes, size_t each, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t size = each * count;
    if (size > transfer->most - transfer->got) {
        transfer->overflown = true;
        return 0;
    }
    transfer->got += size;
    if (transfer->fd >= 0)
        return write_file(transfer, bytes, size);
    if (transfer->text)
        buffer_add(transfer->text, bytes, size);
    return size;
}

static void set_limits(struct transfer *transfer, const char *schemes)
{
    CURL *curl = transfer->curl;
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->said);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, schemes);
    (void)curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, schemes);
    (void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES);
    (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, SLOW_SECONDS);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, ALL_SECONDS);
    (void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    (void)curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    (void)curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    (void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
}

/* What goes unencrypted never leaves this machine, whatever proxy the environment names. */
static bool is_plain(const char *url)
{
    return text_starts(url, "http://") || text_starts(url, "imap://");
}

struct transfer *transfer_open(struct arena *arena, const struct pull *pull, const char *url,
                               const char *schemes, struct error *err)
{
    const char *ca_file = pull->source->mapping->from.ca_file;
    struct transfer *transfer = NEW(arena, struct transfer);
    *transfer = (struct transfer){.curl = curl_easy_init(), .pull = pull, .fd = -1};
    if (!transfer->curl) {
        (void)error_set(err, ERROR_RETRY, "libcurl cannot start");
        return NULL;
    }
    arena_defer(arena, close_later, transfer->curl);
    set_limits(transfer, schemes);
    if (is_plain(url))
        (void)curl_easy_setopt(transfer->curl, CURLOPT_PROXY, "");
    if (ca_file)
        (void)curl_easy_setopt(transfer->curl, CURLOPT_CAINFO, secret_path(arena, pull, ca_file));
    return transfer;
}

static void expect(struct transfer *transfer, size_t most)
{
    transfer->text = NULL;
    transfer->fd = -1;
    transfer->most = most;
    transfer->got = 0;
    transfer->overflown = transfer->unwritten = false;
}

void transfer_to_text(struct transfer *transfer, struct buffer *text, size_t most)
{
    expect(transfer, most);
    transfer->text = text;
}

void transfer_to_file(struct transfer *transfer, int fd, size_t most)
{
    expect(transfer, most);
    transfer->fd = fd;
}

bool transfer_said(const struct transfer *transfer, CURLcode code, struct error *err)
{
    ARENA(scratch);
    enum error_kind kind = ERROR_RETRY;
    if (code == CURLE_OK)
        return true;
    if (transfer->overflown)
        return error_set(err, ERROR_REJECT, "more than %zu bytes come; the rest is not read",
                         transfer->most);
    if (transfer->unwritten)
        return error_set(err, ERROR_RETRY, "what comes cannot be written");
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return error_set(err, ERROR_RETRY, "it was to end before it was done");
    const char *said = *transfer->said ? transfer->said : curl_easy_strerror(code);
    const char *before = NULL, *behind = NULL;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].code == code) {
            kind = kinds[i].kind;
            before = kinds[i].before;
            behind = kinds[i].behind;
        }
    return error_set(err, kind, "%s%s%s", text_or_empty(before),
                     text_repair(scratch, said, strlen(said)), text_or_empty(behind));
}

bool transfer_run(struct transfer *transfer, struct error *err)
{
    *transfer->said = '\0';
    return transfer_said(transfer, curl_easy_perform(transfer->curl), err);
}

bool transfer_status(long status, struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        if (status < statuses[i].least || status > statuses[i].most)
            continue;
        return statuses[i].kind == ERROR_NONE ||
               error_set(err, statuses[i].kind, "%s (%ld)", statuses[i].text, status);
    }
    return error_set(err, ERROR_FATAL, "the server's answer is not understood (%ld)", status);
}
