#include "connectors/mail/connection.h"

#include <poll.h>

#include "connectors/mail/login.h"
#include "hub/base/clock.h"
#include "hub/base/log.h"

#define LOGIN_SECONDS 60L
#define COMMAND_SECONDS 30
#define STEP_MS 250 /* so long a wait at most goes by before we look whether to end */
#define PIECE 65536
/* A server may hang up on who waits for half an hour. */
#define IDLE_MOST_MS (25L * 60000)

struct connection {
    const struct pull *pull;
    struct transfer *transfer;
    const char *words;
    unsigned tag;
    bool idling, news, ended;
    int64_t idle_since;
    struct slice input; /* what came and is not read yet, in `piece` */
    struct imap_reader reader;
    char piece[PIECE];
};

/* Wait until the socket is ready, a step or `until` at most. */
static void wait_socket(const struct connection *connection, short events, int64_t until)
{
    curl_socket_t socket = CURL_SOCKET_BAD;
    int64_t left = until - clock_ms();
    (void)curl_easy_getinfo(connection->transfer->curl, CURLINFO_ACTIVESOCKET, &socket);
    struct pollfd poller = {.fd = socket, .events = events};
    (void)poll(&poller, 1, (int)(left < 0 ? 0 : left < STEP_MS ? left : STEP_MS));
    pull_beat(connection->pull);
}

static bool go_on(const struct connection *connection, struct error *err)
{
    return !pull_stopping(connection->pull) || error_set(err, ERROR_RETRY, "asked to end");
}

/* More input, unless the time is over first: then there is none. */
static bool receive(struct connection *connection, int64_t until, struct error *err)
{
    for (;;) {
        size_t got = 0;
        CURLcode code = curl_easy_recv(connection->transfer->curl, connection->piece, PIECE, &got);
        if (code == CURLE_OK && !got)
            return error_set(err, ERROR_RETRY, "the server has closed the connection");
        if (code == CURLE_OK) {
            connection->input = (struct slice){connection->piece, got};
            return true;
        }
        if (code != CURLE_AGAIN)
            return transfer_said(connection->transfer, code, err);
        if (!go_on(connection, err))
            return false;
        if (clock_ms() >= until)
            return true;
        wait_socket(connection, POLLIN, until);
    }
}

static bool send_text(struct connection *connection, const char *text, struct error *err)
{
    int64_t until = clock_ms() + COMMAND_SECONDS * 1000L;
    for (size_t size = strlen(text); size;) {
        size_t sent = 0;
        CURLcode code = curl_easy_send(connection->transfer->curl, text, size, &sent);
        if (code != CURLE_OK && code != CURLE_AGAIN)
            return transfer_said(connection->transfer, code, err);
        text += sent;
        size -= sent;
        if (!size)
            return true;
        if (!go_on(connection, err))
            return false;
        if (clock_ms() >= until)
            return error_set(err, ERROR_RETRY, "the server takes no commands any more");
        wait_socket(connection, POLLOUT, until);
    }
    return true;
}

/* What the server wants people to read. */
static void tell_alert(const struct connection *connection, const struct imap_answer *answer)
{
    ARENA(scratch);
    const char *source = connection->pull->source->mapping->source;
    const char *line =
        arena_printf(scratch, "source '%s': the mail server says: %.300s", source, answer->text);
    if (pull_first(connection->pull, line))
        log_line(LOG_WARNING, "%s", line);
}

/* What each answer means for the connection itself. */
static void notice(struct connection *connection, const struct imap_answer *answer)
{
    bool state = answer->kind == IMAP_STATE || answer->kind == IMAP_TAGGED;
    if (state && text_equal(answer->code, "ALERT"))
        tell_alert(connection, answer);
    if (answer->kind == IMAP_EXISTS)
        connection->news = true;
    if (answer->kind == IMAP_STATE && answer->result == IMAP_BYE)
        connection->ended = true;
}

/* The next answer; *there is false when it did not come in time. */
static bool read_answer(struct connection *connection, int64_t until, struct imap_answer *answer,
                        bool *there, struct error *err)
{
    *there = false;
    for (;;) {
        switch (imap_take(&connection->reader, &connection->input, answer)) {
        case IMAP_ANSWER:
            notice(connection, answer);
            *there = true;
            return !connection->ended ||
                   error_set(err, ERROR_RETRY, "the server ends the connection: %s", answer->text);
        case IMAP_BROKEN:
            return error_set(err, ERROR_RETRY, "the server cannot be understood: %s",
                             connection->reader.fault);
        case IMAP_MORE:
            break;
        }
        /* However slowly it sends: the time is that of the whole. */
        if (clock_ms() >= until)
            return true;
        if (!receive(connection, until, err))
            return false;
        if (!connection->input.size)
            return true;
    }
}

static bool is_end(const struct connection *connection, const struct imap_answer *answer)
{
    ARENA(scratch);
    return answer->kind == IMAP_TAGGED &&
           text_equal(answer->tag, arena_printf(scratch, "x%u", connection->tag));
}

/* No more waiting: a command follows. */
static bool end_idle(struct connection *connection, struct error *err)
{
    ARENA(work);
    struct imap_answer answer;
    bool there;
    int64_t until = clock_ms() + COMMAND_SECONDS * 1000L;
    if (!connection->idling)
        return true;
    connection->idling = false;
    imap_begin(&connection->reader, work, 0);
    if (!send_text(connection, "DONE\r\n", err))
        return false;
    do {
        if (!read_answer(connection, until, &answer, &there, err))
            return false;
        if (!there)
            return error_set(err, ERROR_RETRY, "the server goes on waiting");
    } while (!is_end(connection, &answer));
    return true;
}

bool connection_run(struct connection *connection, struct arena *arena,
                    const struct command *command, struct imap_answer *done, struct error *err)
{
    ARENA(scratch);
    if (!end_idle(connection, err))
        return false;
    int64_t until = clock_ms() + (int64_t)command->seconds * 1000;
    imap_begin(&connection->reader, arena, command->literals_most);
    const char *line = arena_printf(scratch, "x%u %s\r\n", ++connection->tag, command->text);
    if (!send_text(connection, line, err))
        return false;
    for (;;) {
        bool there;
        if (!read_answer(connection, until, done, &there, err))
            return false;
        if (!there)
            return error_set(err, ERROR_RETRY, "the server did not answer within %u s",
                             command->seconds);
        if (is_end(connection, done))
            return true;
        if (command->each)
            command->each(command->to, done);
    }
}

uint64_t connection_too_long(const struct connection *connection, struct slice *head)
{
    *head = connection->reader.head;
    return connection->reader.announced;
}

bool connection_news(const struct connection *connection)
{
    return connection->news;
}

void connection_forget_news(struct connection *connection)
{
    connection->news = false;
}

bool connection_idle(struct connection *connection, struct error *err)
{
    ARENA(work);
    struct imap_answer answer;
    bool there;
    int64_t until = clock_ms() + COMMAND_SECONDS * 1000L;
    if (connection->idling && clock_ms() - connection->idle_since < IDLE_MOST_MS)
        return true;
    if (!end_idle(connection, err))
        return false;
    imap_begin(&connection->reader, work, 0);
    if (!send_text(connection, arena_printf(work, "x%u IDLE\r\n", ++connection->tag), err))
        return false;
    do {
        if (!read_answer(connection, until, &answer, &there, err))
            return false;
        if (!there || is_end(connection, &answer))
            return error_set(err, ERROR_RETRY, "the server does not wait with us");
    } while (answer.kind != IMAP_CONTINUE);
    connection->idling = true;
    connection->idle_since = clock_ms();
    return true;
}

bool connection_listen(struct connection *connection, int milliseconds, struct error *err)
{
    ARENA(work);
    bool there = true;
    int64_t until = clock_ms() + milliseconds;
    imap_begin(&connection->reader, work, 0);
    while (there && !connection->news) {
        struct imap_answer answer;
        if (!read_answer(connection, until, &answer, &there, err))
            return false;
    }
    return !imap_is_within(&connection->reader) ||
           error_set(err, ERROR_RETRY, "the server sends a literal that nobody asked for");
}

static void keep_words(void *to, const struct imap_answer *answer)
{
    if (answer->kind == IMAP_CAPABILITY)
        *(const char **)to = answer->words;
}

struct connection *connection_open(struct arena *arena, const struct pull *pull,
                                   struct oauth *oauth, struct error *err)
{
    struct connection *connection = NEW(arena, struct connection);
    struct imap_answer done;
    connection->pull = pull;
    connection->transfer =
        transfer_open(arena, pull, pull->source->mapping->from.url, "imap,imaps", err);
    if (!connection->transfer || !login_set(arena, connection->transfer, oauth, err))
        return NULL;
    (void)curl_easy_setopt(connection->transfer->curl, CURLOPT_CONNECT_ONLY, 1L);
    (void)curl_easy_setopt(connection->transfer->curl, CURLOPT_TIMEOUT, LOGIN_SECONDS);
    if (!transfer_run(connection->transfer, err)) {
        if (oauth && err->kind == ERROR_FATAL)
            oauth_refused(oauth);
        return NULL;
    }
    const struct command command = {"CAPABILITY", COMMAND_SECONDS, 0, keep_words,
                                    &connection->words};
    return connection_run(connection, arena, &command, &done, err) ? connection : NULL;
}

const char *connection_words(const struct connection *connection)
{
    return connection->words;
}
