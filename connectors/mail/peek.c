#include "connectors/mail/peek.h"

#include "hub/base/hash.h"

#define SECONDS 60
#define BYTES_A_SECOND 16384 /* slower than that, and the connection is given up */
#define SET_MOST 4000        /* bytes of a list of UIDs: servers take lines of 8 KiB */
#define START "0.65536"
#define TRIES 3

/* What one command asks for. */
struct asking {
    const struct message *messages;
    struct slice *bodies;
    size_t count, bytes;
    bool start; /* only the start of it: it is too long */
    struct buffer set;
};

bool peek_list(struct peek *peek, struct connection *connection, const struct folder *folder,
               int64_t uid, struct error *err)
{
    peek_forget(peek);
    peek->arena = arena_new();
    return folder_messages(peek->arena, connection, folder, uid, &peek->messages, err);
}

void peek_forget(struct peek *peek)
{
    arena_free(peek->arena);
    *peek = (struct peek){.alone = peek->alone};
}

size_t peek_waiting(struct peek *peek, int64_t uid)
{
    const struct messages *messages = &peek->messages;
    for (peek->next = 0; peek->next < messages->count; peek->next++)
        if (messages->list[peek->next].uid > uid)
            break;
    return messages->count - peek->next;
}

/* Add a UID to a set: "4:7,9". */
static void add_uid(struct asking *asking, size_t which)
{
    const struct message *at = &asking->messages[which];
    bool follows = which && at[-1].uid + 1 == at->uid;
    bool goes_on = which + 1 < asking->count && at->uid + 1 == at[1].uid;
    if (!follows)
        buffer_printf(&asking->set, "%s%lld", which ? "," : "", (long long)at->uid);
    else if (!goes_on)
        buffer_printf(&asking->set, ":%lld", (long long)at->uid);
}

static bool fits(const struct peek *peek, const struct asking *asking, size_t size)
{
    size_t most = peek->alone ? 1 : PULL_RECORDS, room = SET_MOST / 11;
    if (!asking->count)
        return true;
    /* A run of UIDs needs no more room than its ends. */
    const struct message *first = asking->messages, *last = &first[asking->count];
    bool is_run = last->uid - first->uid == (int64_t)asking->count;
    return asking->count < most && (is_run || asking->count < room) &&
           asking->bytes + size <= PULL_BYTES && size <= MESSAGE_MOST;
}

static struct asking choose(struct arena *work, const struct peek *peek)
{
    const struct messages *messages = &peek->messages;
    struct asking asking = {.messages = &messages->list[peek->next], .set = {.arena = work}};
    while (peek->next + asking.count < messages->count && !asking.start) {
        int64_t size = asking.messages[asking.count].size;
        if (!fits(peek, &asking, (size_t)size))
            break;
        asking.start = size > (int64_t)MESSAGE_MOST;
        asking.bytes += asking.start ? IMAP_HEAD_MOST : (size_t)size;
        asking.count++;
    }
    for (size_t i = 0; i < asking.count; i++)
        add_uid(&asking, i);
    asking.bodies = NEW_ARRAY(work, struct slice, asking.count);
    return asking;
}

static void keep_body(void *to, const struct imap_answer *answer)
{
    const struct asking *asking = to;
    size_t low = 0, high = asking->count;
    if (answer->kind != IMAP_FETCH || !answer->has_body)
        return;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (asking->messages[middle].uid < answer->uid)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < asking->count && asking->messages[low].uid == answer->uid)
        asking->bodies[low] = answer->body;
}

/* Its content names a message: its Message-ID, where it has one, is a part of that. */
static bool add_item(struct batch *batch, const struct message *message, struct feed_item item)
{
    const char *hash = sha256_hex(batch->arena, item.raw.bytes, item.raw.size);
    item.position = message->uid;
    item.name = (struct slice){hash, strlen(hash)};
    item.remember = true;
    if (item.reject && item.length)
        item.hash = hash;
    batch->cursor = arena_printf(batch->arena, "%lld", (long long)message->uid);
    return batch_add(batch, item);
}

static bool add_too_long(struct batch *batch, const struct message *message, struct slice start,
                         uint64_t length)
{
    struct reject *reject = NEW(batch->arena, struct reject);
    size_t kept = start.size < IMAP_HEAD_MOST ? start.size : IMAP_HEAD_MOST;
    *reject =
        (struct reject){.stage = "size",
                        .code = "too-long",
                        .message = arena_printf(batch->arena,
                                                "a message of %llu bytes is longer than %zu; "
                                                "its first %zu were read, and hashed",
                                                (unsigned long long)length, MESSAGE_MOST, kept)};
    return add_item(batch, message,
                    (struct feed_item){.raw = {start.bytes, kept},
                                       .length = length > INT64_MAX ? INT64_MAX : (size_t)length,
                                       .reject = reject});
}

/* Nothing of it can be had. */
static bool add_refused(struct batch *batch, const struct message *message, const char *said)
{
    struct reject *reject = NEW(batch->arena, struct reject);
    *reject = (struct reject){.stage = "transport",
                              .code = "refused",
                              .message = arena_printf(batch->arena,
                                                      "the mail server does not give the message "
                                                      "with UID %lld: %.300s",
                                                      (long long)message->uid, said)};
    const char *uid =
        arena_printf(batch->arena, "%s;UID=%lld", batch->stream, (long long)message->uid);
    struct feed_item item = {
        .position = message->uid, .name = {uid, strlen(uid)}, .remember = true, .reject = reject};
    batch->cursor = arena_printf(batch->arena, "%lld", (long long)message->uid);
    return batch_add(batch, item);
}

/* Those that came go into the batch, those that did not are gone from the folder, and from the list. */
static void add_all(struct peek *peek, const struct asking *asking, struct batch *batch)
{
    struct message *list = peek->messages.list;
    size_t kept = peek->next, i = 0;
    bool room = true;
    for (; i < asking->count && room; i++) {
        struct message message = asking->messages[i];
        struct slice body = asking->bodies[i];
        if (!body.bytes)
            continue;
        room = asking->start ? add_too_long(batch, &message, body, (uint64_t)message.size)
                             : add_item(batch, &message, (struct feed_item){.raw = body});
        list[kept++] = message;
    }
    size_t rest = peek->messages.count - peek->next - i;
    memmove(&list[kept], &list[peek->next + i], rest * sizeof(*list));
    peek->messages.count = kept + rest;
}

static const char *command_text(struct arena *work, const struct asking *asking)
{
    return arena_printf(work, "UID FETCH %s (UID BODY.PEEK[]%s)", buffer_string(&asking->set),
                        asking->start ? "<" START ">" : "");
}

/* The server says no.  What passes is waited for; one message that it never gives is set aside. */
static bool refused(struct peek *peek, const struct asking *asking, const struct pull *pull,
                    const struct imap_answer *done, struct batch *batch, struct error *err)
{
    static const char *const passing[] = {"UNAVAILABLE", "INUSE", "LIMIT", "CLOSED", "EXPIRED"};
    (void)error_set(err, ERROR_RETRY, "the server does not give messages: %s", done->text);
    for (size_t i = 0; i < COUNT_OF(passing); i++)
        if (text_equal(done->code, passing[i]))
            return false;
    if (asking->count > 1) {
        peek->alone = asking->count;
        return true;
    }
    for (int tries = 1; tries < TRIES; tries++)
        if (pull_first(pull, arena_printf(batch->arena, "imap %s;UID=%lld, try %d", batch->stream,
                                          (long long)asking->messages->uid, tries)))
            return false;
    (void)add_refused(batch, asking->messages, done->text);
    return true;
}

/* The connection failed.  Was it a message that is longer than the server had said? */
static bool was_too_long(struct peek *peek, const struct asking *asking,
                         const struct connection *connection, struct batch *batch)
{
    struct slice start;
    uint64_t length = connection_too_long(connection, &start);
    if (!length)
        return false;
    if (asking->count > 1)
        peek->alone = asking->count;
    else
        (void)add_too_long(batch, asking->messages, start, length);
    return true;
}

bool peek_batch(struct peek *peek, struct connection *connection, const struct pull *pull,
                struct batch *batch, bool *again, struct error *err)
{
    ARENA(work);
    struct imap_answer done;
    struct asking asking = choose(work, peek);
    struct command command = {
        .text = command_text(work, &asking),
        .seconds = SECONDS + (unsigned)(asking.bytes / BYTES_A_SECOND),
        .literals_most = asking.count == 1 ? MESSAGE_MOST : 2 * asking.bytes + ((size_t)1 << 20),
        .each = keep_body,
        .to = &asking};
    *again = true;
    if (!connection_run(connection, batch->arena, &command, &done, err))
        return was_too_long(peek, &asking, connection, batch);
    if (done.result != IMAP_OK && !text_equal(done.code, "EXPUNGEISSUED"))
        return refused(peek, &asking, pull, &done, batch, err);
    *again = false;
    if (peek->alone)
        peek->alone--;
    add_all(peek, &asking, batch);
    return true;
}
