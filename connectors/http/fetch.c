#include "connectors/http/fetch.h"

#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "connectors/http/paging.h"
#include "connectors/oauth.h"
#include "connectors/secret.h"
#include "connectors/transfer.h"

#define REDIRECTS_MOST 5
#define HEADER_MOST 65536   /* bytes of one of those that we keep */
#define HEADERS_MOST 262144 /* of all that come */
#define WAIT_MOST_MS 300000LL
#define KEY_HEADER "X-API-Key"

struct fetcher {
    const struct pull *pull;
    const struct transport *from;
    struct transfer *transfer;
    struct oauth *oauth; /* NULL: no token is needed */
};

/* The headers that count. */
enum { LINK, ETAG, MODIFIED, DATE, LOCATION, RETRY_AFTER, TYPE, HEADER_COUNT };
static const char *const header_names[HEADER_COUNT] = {
    "link", "etag", "last-modified", "date", "location", "retry-after", "content-type"};

/* One request on its way. */
struct exchange {
    struct arena *arena;
    const char *values[HEADER_COUNT];
    size_t bytes;
    struct curl_slist *headers;
};

int64_t fetch_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct fetcher *fetch_open(struct arena *session, const struct pull *pull, struct error *err)
{
    const struct transport *from = &pull->source->mapping->from;
    struct fetcher *fetcher = NEW(session, struct fetcher);
    *fetcher = (struct fetcher){.pull = pull, .from = from};
    fetcher->transfer = transfer_open(session, pull, from->url, "https,http", err);
    bool ready = fetcher->transfer && oauth_open(session, pull, &fetcher->oauth, err);
    return ready ? fetcher : NULL;
}

/* A Link may stand in several headers; of others the last one counts. */
static void keep(struct exchange *exchange, size_t which, const char *value)
{
    const char *before = exchange->values[which];
    if (strlen(value) > HEADER_MOST)
        return;
    if (which == LINK && before && strlen(before) < HEADER_MOST)
        value = arena_printf(exchange->arena, "%s, %s", before, value);
    exchange->values[which] = value;
}

static size_t on_header(char *bytes, size_t each, size_t count, void *context)
{
    size_t size = each * count;
    struct exchange *exchange = context;
    exchange->bytes += size;
    if (exchange->bytes > HEADERS_MOST)
        return 0;
    if (size >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
        memset(exchange->values, 0, sizeof(exchange->values));
    for (size_t i = 0; i < HEADER_COUNT; i++) {
        size_t length = strlen(header_names[i]), end = size;
        if (size <= length || bytes[length] != ':' ||
            strncasecmp(bytes, header_names[i], length) != 0)
            continue;
        while (end > length + 1 && strchr("\r\n", bytes[end - 1]) && bytes[end - 1])
            end--;
        const char *value = text_repair(exchange->arena, bytes + length + 1, end - length - 1);
        keep(exchange, i, text_trim(exchange->arena, value));
    }
    return size;
}

static void drop_headers(void *exchange)
{
    curl_slist_free_all(((struct exchange *)exchange)->headers);
}

static void add_header(struct exchange *exchange, const char *name, const char *value)
{
    struct curl_slist *more =
        value ? curl_slist_append(exchange->headers,
                                  arena_printf(exchange->arena, "%s: %s", name, value))
              : exchange->headers;
    if (value && !more)
        abort(); /* out of memory */
    exchange->headers = more;
}

static bool add_login(struct fetcher *fetcher, struct exchange *exchange, struct error *err)
{
    const char *secret;
    struct arena *arena = exchange->arena;
    CURL *curl = fetcher->transfer->curl;
    const struct transport *from = fetcher->from;
    if (fetcher->oauth) {
        if (!oauth_token(fetcher->oauth, &secret, err))
            return false;
        add_header(exchange, "Authorization", arena_printf(arena, "Bearer %s", secret));
    }
    if (from->key_file) {
        if (!secret_read(arena, fetcher->pull, from->key_file, &secret, err))
            return false;
        add_header(exchange, from->header ? from->header : KEY_HEADER, secret);
    }
    if (from->user && from->password_file) {
        if (!secret_read(arena, fetcher->pull, from->password_file, &secret, err))
            return false;
        (void)curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        (void)curl_easy_setopt(curl, CURLOPT_USERNAME, from->user);
        (void)curl_easy_setopt(curl, CURLOPT_PASSWORD, secret);
    }
    return true;
}

/* "30", or when: then by the server's own clock. */
static int64_t wait_of(const char *said, int64_t date_ms)
{
    int64_t seconds;
    if (!said)
        return 0;
    if (!text_to_int(said, 0, INT32_MAX, &seconds)) {
        time_t when = curl_getdate(said, NULL);
        seconds = when < 0 ? 0 : when - date_ms / 1000;
    }
    int64_t ms = seconds > 0 ? seconds * 1000 : 0;
    return ms < WAIT_MOST_MS ? ms : WAIT_MOST_MS;
}

static void read_answer(const struct fetcher *fetcher, const struct exchange *exchange,
                        const char *url, struct answer *answer)
{
    const char *date = exchange->values[DATE];
    time_t seconds = date ? curl_getdate(date, NULL) : -1;
    *answer = (struct answer){.url = url,
                              .link = exchange->values[LINK],
                              .etag = exchange->values[ETAG],
                              .modified = exchange->values[MODIFIED],
                              .type = exchange->values[TYPE],
                              .date_ms = seconds > 0 ? (int64_t)seconds * 1000 : fetch_now(),
                              .size = fetcher->transfer->got};
    (void)curl_easy_getinfo(fetcher->transfer->curl, CURLINFO_RESPONSE_CODE, &answer->status);
    answer->wait_ms = wait_of(exchange->values[RETRY_AFTER], answer->date_ms);
}

/* One request, without going where its answer leads. */
static bool request(struct fetcher *fetcher, const struct ask *ask, struct exchange *exchange,
                    const char *url, struct error *err)
{
    struct transfer *transfer = fetcher->transfer;
    add_header(exchange, "Accept", ask->accept);
    add_header(exchange, "If-None-Match", ask->etag);
    add_header(exchange, "If-Modified-Since", ask->modified);
    if (!add_login(fetcher, exchange, err))
        return false;
    (void)curl_easy_setopt(transfer->curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(transfer->curl, CURLOPT_USERAGENT, "axle");
    (void)curl_easy_setopt(transfer->curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    (void)curl_easy_setopt(transfer->curl, CURLOPT_HTTPHEADER, exchange->headers);
    (void)curl_easy_setopt(transfer->curl, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(transfer->curl, CURLOPT_HEADERDATA, exchange);
    if (ftruncate(ask->fd, 0) != 0 || lseek(ask->fd, 0, SEEK_SET) != 0)
        return error_set(err, ERROR_RETRY, "cannot write what comes: %m");
    transfer_to_file(transfer, ask->fd, ask->most);
    bool done = transfer_run(transfer, err);
    (void)curl_easy_setopt(transfer->curl, CURLOPT_HTTPHEADER, NULL);
    if (exchange->bytes > HEADERS_MOST)
        return error_set(err, ERROR_RETRY, "the answer has more than %d bytes of headers",
                         HEADERS_MOST);
    return done;
}

static bool leads_on(const struct answer *answer, const char *location)
{
    static const long statuses[] = {301, 302, 303, 307, 308};
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        if (answer->status == statuses[i])
            return location;
    return false;
}

bool fetch(struct arena *arena, struct fetcher *fetcher, const struct ask *ask,
           struct answer *answer, struct error *err)
{
    const char *url = ask->url;
    bool renewed = false;
    for (int redirects = 0; redirects <= REDIRECTS_MOST;) {
        ARENA(headers);
        struct exchange exchange = {.arena = arena};
        arena_defer(headers, drop_headers, &exchange);
        if (!request(fetcher, ask, &exchange, url, err))
            return false;
        read_answer(fetcher, &exchange, url, answer);
        if (answer->status == 401 && fetcher->oauth && !renewed) {
            oauth_refused(fetcher->oauth);
            renewed = true;
            continue;
        }
        if (!leads_on(answer, exchange.values[LOCATION]))
            return true;
        redirects++;
        if (!(url = url_follow(arena, url, exchange.values[LOCATION], err)))
            return false;
    }
    return error_set(err, ERROR_FATAL,
                     "the server leads from one address to the next, without end");
}
