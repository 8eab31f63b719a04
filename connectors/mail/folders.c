#include "connectors/mail/folders.h"

#include <fnmatch.h>

#include "connectors/mail/login.h"

#define FOLDERS_MOST 10000
#define SECONDS 60
#define NAMES_MOST ((size_t)1 << 20) /* bytes of names that come as literals */
#define MESSAGES_MOST 20000
#define WIDTH 5000 /* UIDs that are asked about at once; more where none of them is there */

struct finding_folders {
    struct arena *arena;
    const struct transport *from;
    const char *wanted; /* the folder that the URL names */
    struct folders *folders;
};

static bool is_wanted(const struct finding_folders *finding, const char *shown)
{
    if (finding->from->pattern)
        return fnmatch(finding->from->pattern, shown, 0) == 0;
    return text_equal(finding->wanted, shown);
}

static void find_status(const struct finding_folders *finding, const struct imap_answer *answer)
{
    for (size_t i = 0; i < finding->folders->count; i++) {
        struct folder *folder = &finding->folders->list[i];
        if (!text_equal(folder->name, answer->folder))
            continue;
        folder->uid_next = answer->uid_next;
        folder->uid_validity = answer->uid_validity;
    }
}

static void find_folder(void *to, const struct imap_answer *answer)
{
    const struct finding_folders *finding = to;
    struct folders *folders = finding->folders;
    if (answer->kind == IMAP_STATUS)
        find_status(finding, answer);
    if (answer->kind != IMAP_LIST || answer->closed || folders->count == FOLDERS_MOST)
        return;
    const char *shown = imap_folder_name(finding->arena, answer->folder, answer->delimiter);
    if (!is_wanted(finding, shown))
        return;
    LIST_ADD(finding->arena, folders, ((struct folder){answer->folder, shown, 0, 0}));
    struct folder *last = &folders->list[folders->count - 1], first = *folders->list;
    if (text_same(shown, "INBOX")) {
        *folders->list = *last;
        *last = first;
    }
}

bool folders_find(struct arena *arena, struct connection *connection, const struct transport *from,
                  struct folders *folders, struct error *err)
{
    struct finding_folders finding = {arena, from, login_folder(arena, from->url), folders};
    struct imap_answer done;
    bool status = imap_can(connection_words(connection), "LIST-STATUS");
    if (!from->pattern && text_same(finding.wanted, "INBOX")) {
        LIST_ADD(arena, folders, ((struct folder){"INBOX", "INBOX", 0, 0}));
        return true;
    }
    const struct command command = {status ? "LIST \"\" \"*\" RETURN (STATUS (UIDNEXT UIDVALIDITY))"
                                           : "LIST \"\" \"*\"",
                                    SECONDS, NAMES_MOST, find_folder, &finding};
    if (!connection_run(connection, arena, &command, &done, err))
        return false;
    if (done.result != IMAP_OK)
        return error_set(err, ERROR_RETRY, "the server does not list folders: %s", done.text);
    if (folders->count)
        return true;
    return from->pattern
               ? error_set(err, ERROR_FATAL, "no folder fits the pattern '%s'", from->pattern)
               : error_set(err, ERROR_FATAL, "there is no folder '%s'", finding.wanted);
}

static void keep_numbers(void *to, const struct imap_answer *answer)
{
    struct folder *folder = to;
    int64_t number;
    if (answer->kind != IMAP_STATE || !answer->value ||
        !text_to_int(answer->value, 1, IMAP_UID_MOST, &number))
        return;
    if (text_equal(answer->code, "UIDVALIDITY"))
        folder->uid_validity = number;
    if (text_equal(answer->code, "UIDNEXT"))
        folder->uid_next = number;
}

bool folder_open(struct arena *arena, struct connection *connection, struct folder *folder,
                 struct error *err)
{
    struct imap_answer done;
    const char *name = imap_quote(arena, folder->name);
    const struct command command = {arena_printf(arena, "EXAMINE %s", text_or_empty(name)), SECONDS,
                                    0, keep_numbers, folder};
    if (!name)
        return error_set(err, ERROR_NOT_FOUND, "no command can carry the folder's name");
    folder->uid_validity = folder->uid_next = 0;
    if (!connection_run(connection, arena, &command, &done, err))
        return false;
    connection_forget_news(connection);
    if (done.result != IMAP_OK)
        return error_set(err, ERROR_NOT_FOUND, "the server does not open the folder: %s",
                         done.text);
    return folder->uid_validity ||
           error_set(err, ERROR_NOT_FOUND, "the server does not number the folder's messages");
}

struct finding_messages {
    struct arena *arena;
    int64_t from, to;
    int64_t dropped; /* the first of those for which there was no room; 0: there was */
    struct messages *messages;
};

static void find_message(void *to, const struct imap_answer *answer)
{
    struct finding_messages *finding = to;
    if (answer->kind != IMAP_FETCH || answer->uid < finding->from || answer->uid > finding->to)
        return;
    if (finding->messages->count < MESSAGES_MOST)
        LIST_ADD(finding->arena, finding->messages, ((struct message){answer->uid, answer->size}));
    else if (!finding->dropped || answer->uid < finding->dropped)
        finding->dropped = answer->uid;
}

static int by_uid(const void *left, const void *right)
{
    const struct message *a = left, *b = right;
    return (a->uid > b->uid) - (a->uid < b->uid);
}

/* In their order, each once, and none behind one that is missing. */
static void put_in_order(struct messages *messages, int64_t dropped)
{
    size_t count = 0;
    if (messages->count)
        qsort(messages->list, messages->count, sizeof(*messages->list), by_uid);
    for (size_t i = 0; i < messages->count; i++)
        if ((!count || messages->list[count - 1].uid < messages->list[i].uid) &&
            (!dropped || messages->list[i].uid < dropped))
            messages->list[count++] = messages->list[i];
    messages->count = count;
}

static bool list_messages(struct connection *connection, struct finding_messages *finding,
                          struct error *err)
{
    ARENA(work);
    struct imap_answer done;
    const char *text = arena_printf(work, "UID FETCH %lld:%lld (UID RFC822.SIZE)",
                                    (long long)finding->from, (long long)finding->to);
    const struct command command = {text, 2 * SECONDS, 0, find_message, finding};
    finding->messages->count = 0;
    finding->dropped = 0;
    if (!connection_run(connection, work, &command, &done, err))
        return false;
    if (done.result != IMAP_OK && !text_equal(done.code, "EXPUNGEISSUED"))
        return error_set(err, ERROR_RETRY, "the server does not list messages: %s", done.text);
    put_in_order(finding->messages, finding->dropped);
    return finding->messages->count || !finding->dropped ||
           error_set(err, ERROR_RETRY, "the server lists its messages backwards");
}

bool folder_messages(struct arena *arena, struct connection *connection,
                     const struct folder *folder, int64_t uid, struct messages *messages,
                     struct error *err)
{
    int64_t last = folder->uid_next ? folder->uid_next - 1 : IMAP_UID_MOST;
    struct finding_messages finding = {.arena = arena, .to = uid, .messages = messages};
    messages->count = 0;
    for (int64_t width = WIDTH; !messages->count && finding.to < last; width *= 2) {
        finding.from = finding.to + 1;
        finding.to = width < last - finding.to ? finding.to + width : last;
        if (!list_messages(connection, &finding, err))
            return false;
    }
    return true;
}
