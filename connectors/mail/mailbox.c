#include "connectors/mail/mailbox.h"

#include <poll.h>
#include <time.h>

#include "connectors/mail/carry.h"
#include "connectors/mail/folders.h"
#include "connectors/mail/login.h"
#include "connectors/mail/peek.h"
#include "hub/base/clock.h"
#include "hub/base/log.h"

struct mailbox {
    struct arena *session;
    const struct pull *pull;
    struct oauth *oauth; /* NULL: by password */
    struct arena *line;  /* of the connection; NULL: there is none */
    struct connection *connection;

    struct arena *listed; /* of the folders */
    struct folders folders;
    size_t at;                 /* the folder that is being read; at the end of the list: none is */
    const struct folder *open; /* what the server has open */
    const char *stream;        /* of what is being read */
    struct peek peek;
    struct carry carry;
    bool told;       /* we look because the server told of news, in the first folder alone */
    int64_t told_ms; /* when it did */
    int64_t looked;  /* when we last looked at all folders */
};

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Forget what hangs on the connection: the next pull makes another. */
static void hang_up(struct mailbox *mailbox)
{
    arena_free(mailbox->line);
    mailbox->line = NULL;
    mailbox->connection = NULL;
    mailbox->open = NULL;
    mailbox->folders = (struct folders){0};
    mailbox->at = 0;
    mailbox->told = false;
    peek_forget(&mailbox->peek);
}

static void close_mailbox(void *context)
{
    struct mailbox *mailbox = context;
    hang_up(mailbox);
    carry_forget(&mailbox->carry);
    arena_free(mailbox->listed);
}

static bool call(struct mailbox *mailbox, struct error *err)
{
    /* A token that is refused has perhaps run out: then there is another. */
    for (int tries = mailbox->oauth ? 2 : 1; tries && !mailbox->connection; tries--) {
        hang_up(mailbox);
        mailbox->line = arena_new();
        mailbox->connection = connection_open(mailbox->line, mailbox->pull, mailbox->oauth, err);
        if (!mailbox->connection && err->kind != ERROR_FATAL)
            return false;
    }
    return mailbox->connection;
}

static void *mailbox_open(struct arena *session, const struct pull *pull, struct error *err)
{
    struct mailbox *mailbox = NEW(session, struct mailbox);
    *mailbox = (struct mailbox){.session = session, .pull = pull};
    mailbox->carry.wanted = attachments_wanted(session, pull);
    arena_defer(session, close_mailbox, mailbox);
    return oauth_open(session, pull, &mailbox->oauth, err) && call(mailbox, err) ? mailbox : NULL;
}

/* "imaps://user@host/Folder;UIDVALIDITY=1", as RFC 5092 writes it. */
static const char *name_stream(struct arena *arena, const struct pull *pull,
                               const struct folder *folder)
{
    const struct transport *from = &pull->source->mapping->from;
    const char *server = login_server(arena, from->url), *host = strstr(server, "://");
    host = host ? host + 3 : server;
    return arena_printf(arena, "%.*s%s@%s/%s;UIDVALIDITY=%lld", (int)(host - server), server,
                        from->user, host, folder->shown, (long long)folder->uid_validity);
}

/* Up to which UID a stream was read. */
static bool read_up_to(const struct mailbox *mailbox, const char *stream, int64_t *uid,
                       struct error *err)
{
    ARENA(scratch);
    const char *cursor;
    *uid = 0;
    if (!pull_cursor(scratch, mailbox->pull, stream, &cursor, err))
        return false;
    if (cursor && !text_to_int(cursor, 0, IMAP_UID_MOST, uid))
        return error_set(err, ERROR_FATAL, "the cursor '%s' is no UID", cursor);
    return true;
}

/* A new look at all folders. */
static bool look(struct mailbox *mailbox, struct error *err)
{
    arena_free(mailbox->listed);
    mailbox->listed = arena_new();
    mailbox->folders = (struct folders){0};
    mailbox->open = NULL;
    mailbox->at = 0;
    mailbox->told = false;
    mailbox->looked = clock_ms();
    return folders_find(mailbox->listed, mailbox->connection, &mailbox->pull->source->mapping->from,
                        &mailbox->folders, err);
}

/* Did the list of folders say already that there is nothing new in it? */
static bool is_read(const struct mailbox *mailbox, const struct folder *folder, bool *read,
                    struct error *err)
{
    ARENA(scratch);
    int64_t uid;
    *read = false;
    if (!folder->uid_validity || !folder->uid_next || mailbox->at == 0)
        return true;
    if (!read_up_to(mailbox, name_stream(scratch, mailbox->pull, folder), &uid, err))
        return false;
    *read = uid + 1 >= folder->uid_next;
    return true;
}

/* A folder that cannot be opened is told of once, and stops no other; when it is the only one, it is the
 * trouble. */
static bool pass_over(struct mailbox *mailbox, const struct folder *folder, struct error *err)
{
    ARENA(scratch);
    const char *source = mailbox->pull->source->mapping->source;
    if (err->kind != ERROR_NOT_FOUND)
        return false;
    if (mailbox->folders.count == 1)
        return error_set(err, ERROR_FATAL, "folder '%s': %s", folder->shown,
                         arena_strdup(scratch, err->text));
    const char *line = arena_printf(scratch, "source '%s': folder '%s' is not read: %s", source,
                                    folder->shown, err->text);
    if (pull_first(mailbox->pull, line))
        log_line(LOG_WARNING, "%s", line);
    return true;
}

static bool open_folder(struct mailbox *mailbox, size_t which, struct error *err)
{
    ARENA(work);
    struct folder *folder = &mailbox->folders.list[which];
    mailbox->open = NULL;
    if (!folder_open(work, mailbox->connection, folder, err))
        return pass_over(mailbox, folder, err);
    mailbox->open = folder;
    return true;
}

/* What one folder has behind the cursor; *found is false when that is nothing. */
static bool list_folder(struct mailbox *mailbox, bool *found, struct error *err)
{
    ARENA(work);
    const struct folder *folder = &mailbox->folders.list[mailbox->at];
    bool read;
    int64_t uid;
    *found = false;
    if (!is_read(mailbox, folder, &read, err))
        return false;
    if (read)
        return true;
    if (!open_folder(mailbox, mailbox->at, err))
        return false;
    if (!mailbox->open)
        return true;
    const char *stream = name_stream(work, mailbox->pull, folder);
    if (!read_up_to(mailbox, stream, &uid, err) ||
        !peek_list(&mailbox->peek, mailbox->connection, folder, uid, err))
        return false;
    mailbox->stream = arena_strdup(mailbox->peek.arena, stream);
    *found = peek_waiting(&mailbox->peek, uid);
    return true;
}

/* Find the next messages, in this folder or in those behind it. */
static bool find_messages(struct mailbox *mailbox, bool *found, struct error *err)
{
    *found = false;
    while (mailbox->at < mailbox->folders.count) {
        if (pull_stopping(mailbox->pull))
            return true;
        if (!list_folder(mailbox, found, err))
            return false;
        if (*found)
            return true;
        mailbox->at = mailbox->told ? mailbox->folders.count : mailbox->at + 1;
    }
    return true;
}

/* Begin anew: at the first folder, where the server told of news there; otherwise at all of them. */
static bool begin(struct mailbox *mailbox, struct error *err)
{
    int64_t every = mailbox->pull->source->mapping->from.every_ms;
    if (!connection_news(mailbox->connection) || clock_ms() - mailbox->looked >= every)
        return look(mailbox, err);
    mailbox->at = 0;
    mailbox->told = true;
    return true;
}

/* What is listed and not staged yet; *found is false when that is nothing. */
static bool go_on(struct mailbox *mailbox, bool *found, struct error *err)
{
    int64_t uid;
    *found = false;
    if (!mailbox->peek.messages.count)
        return true;
    if (!read_up_to(mailbox, mailbox->stream, &uid, err))
        return false;
    *found = peek_waiting(&mailbox->peek, uid);
    return true;
}

/* Fetch what comes next; an empty batch without a stream when there is nothing. */
static bool fetch_messages(struct mailbox *mailbox, struct batch *batch, bool *again,
                           struct error *err)
{
    bool found;
    if (!call(mailbox, err) || !go_on(mailbox, &found, err))
        return false;
    if (!found && mailbox->at == mailbox->folders.count && !begin(mailbox, err))
        return false;
    if (!found && !find_messages(mailbox, &found, err))
        return false;
    pull_behind(mailbox->pull, (int64_t)(mailbox->peek.messages.count - mailbox->peek.next));
    if (!found)
        return true;
    batch->stream = arena_strdup(batch->arena, mailbox->stream);
    batch->label = arena_strdup(batch->arena, mailbox->open->shown);
    batch->arrived_ms = mailbox->told ? mailbox->told_ms : 0;
    batch->more = true;
    return peek_batch(&mailbox->peek, mailbox->connection, mailbox->pull, batch, again, err);
}

static bool mailbox_pull(void *session, struct batch *batch, struct error *err)
{
    struct mailbox *mailbox = session;
    struct carry *carry = &mailbox->carry;
    bool again = false, carries = *carry->wanted;
    if (carry_waiting(carry))
        return carry_hand(carry, mailbox->pull, batch, err);
    struct batch *fetched = carries ? carry_begin(carry) : batch;
    bool done = fetch_messages(mailbox, fetched, &again, err);
    if (!done || again)
        hang_up(mailbox);
    batch->more = fetched->more;
    return done && (!carries || carry_hand(carry, mailbox->pull, batch, err));
}

static bool mailbox_settle(void *session, const struct batch *batch, struct error *err)
{
    (void)err;
    carry_settle(&((struct mailbox *)session)->carry, batch);
    return true;
}

/* Let the server tell of the first folder; where it cannot, only time goes by. */
static bool hear(struct mailbox *mailbox, int milliseconds, bool *came, struct error *err)
{
    if (!imap_can(connection_words(mailbox->connection), "IDLE")) {
        (void)poll(NULL, 0, milliseconds);
        return true;
    }
    if (mailbox->open != mailbox->folders.list && !open_folder(mailbox, 0, err))
        return false;
    if (!connection_idle(mailbox->connection, err) ||
        !connection_listen(mailbox->connection, milliseconds, err))
        return false;
    *came = connection_news(mailbox->connection);
    if (*came)
        mailbox->told_ms = now_ms();
    return true;
}

static bool mailbox_wait(void *session, int milliseconds, bool *came, struct error *err)
{
    struct mailbox *mailbox = session;
    *came = false;
    if (!mailbox->connection || !mailbox->folders.count) {
        (void)poll(NULL, 0, milliseconds);
        return true;
    }
    if (hear(mailbox, milliseconds, came, err))
        return true;
    hang_up(mailbox);
    return false;
}

const struct connector imap_connector = {
    .kind = TRANSPORT_IMAP,
    .open = mailbox_open,
    .pull = mailbox_pull,
    .settle = mailbox_settle,
    .wait = mailbox_wait,
};
