#include "connectors/sftp/sftp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "connectors/sftp/listing.h"
#include "connectors/sftp/sftp_login.h"
#include "connectors/transfer.h"
#include "hub/base/clock.h"
#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "hub/base/json.h"
#include "hub/base/log.h"

#define MINUTE_MS 61000            /* a listing tells times to the minute */
#define OLD_S ((int64_t)24 * 3600) /* nobody writes at that time any more, whatever the clocks */
#define LISTING_MOST ((size_t)32 << 20)

/* What is known of a file that is there. */
struct known {
    struct listed taken; /* as it was listed when it was taken; no time: it never was */
    int64_t mtime;       /* its exact time then */
    int64_t check_ms;    /* when to look whether it changed within its minute; 0: it did not */
    struct listed now;   /* as it was listed last, */
    int64_t since_ms;    /* and since when it is so */
    bool refused;        /* as it is now it cannot be read */
};

struct session {
    const struct pull *pull;
    struct arena *arena;
    struct transfer *transfer;
    struct sftp_login *login;
    const char *url;    /* of the folder, with a slash at its end */
    const char *folder; /* of ours, where files come to */
    struct map known;   /* by name, of struct known */
    struct arena *looked;
    struct listing listing; /* of the last look; what is to be taken stands from `at` on */
    size_t at;
    int64_t due_ms; /* when a file may have settled; 0: none is waited for */
    struct known *taking;
    int64_t taking_mtime;
};

static const char *stream_of(struct arena *arena, const struct session *s, const char *name)
{
    char *escaped = curl_easy_escape(s->transfer->curl, name, 0);
    const char *stream = arena_printf(arena, "sftp:%s", text_or_empty(escaped));
    curl_free(escaped);
    return stream;
}

/* One thing done with the server, at the folder or a file in it. */
static bool run(const struct session *s, const char *name, bool body, struct error *err)
{
    CURL *curl = s->transfer->curl;
    char *escaped = curl_easy_escape(curl, name, 0);
    ARENA(scratch);
    (void)curl_easy_setopt(curl, CURLOPT_URL,
                           arena_printf(scratch, "%s%s", s->url, text_or_empty(escaped)));
    (void)curl_easy_setopt(curl, CURLOPT_NOBODY, body ? 0L : 1L);
    curl_free(escaped);
    *s->transfer->said = '\0';
    CURLcode code = curl_easy_perform(curl);
    (void)!transfer_said(s->transfer, code, err);
    return sftp_login_done(s->login, code, err);
}

/* The exact time and size of a file. */
static bool look_at(const struct session *s, const char *name, int64_t *size, int64_t *mtime,
                    struct error *err)
{
    curl_off_t time = -1, length = -1;
    struct buffer none = {0};
    transfer_to_text(s->transfer, &none, 0);
    if (!run(s, name, false, err))
        return false;
    (void)curl_easy_getinfo(s->transfer->curl, CURLINFO_FILETIME_T, &time);
    (void)curl_easy_getinfo(s->transfer->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    *size = length;
    *mtime = time;
    return true;
}

static void free_looked(void *session)
{
    struct session *s = session;
    arena_free(s->looked);
}

static void *sftp_open(struct arena *arena, const struct pull *pull, struct error *err)
{
    const char *url = pull->source->mapping->from.url;
    struct session *s = NEW(arena, struct session);
    *s = (struct session){
        .pull = pull,
        .arena = arena,
        .transfer = transfer_open(arena, pull, url, "sftp", err),
        .url = arena_printf(arena, "%s%s", url, text_ends(url, "/") ? "" : "/"),
        .folder = arena_printf(arena, "%s/run/sftp/%s", pull->instance->home,
                               pull->source->mapping->source),
        .known = {.arena = arena},
    };
    arena_defer(arena, free_looked, s);
    if (!s->transfer || !(s->login = sftp_login_new(arena, s->transfer, err)) ||
        !file_make_directory(s->folder, 0700, err))
        return NULL;
    (void)curl_easy_setopt(s->transfer->curl, CURLOPT_FILETIME, 1L);
    return s;
}

/* What is known of a listed file: from before this process too. */
static struct known *know(struct session *s, const char *name, struct error *err)
{
    struct known *known = map_get_text(&s->known, name);
    if (known)
        return known;
    ARENA(work);
    const char *cursor;
    struct json_fault fault;
    int64_t now = (int64_t)time(NULL);
    if (!pull_cursor(work, s->pull, stream_of(work, s, name), &cursor, err))
        return NULL;
    const struct json *json = cursor ? json_parse(work, cursor, strlen(cursor), &fault) : NULL;
    const char *size = json_get_text(json, "size"), *mtime = json_get_text(json, "mtime");
    known = NEW(s->arena, struct known);
    if (size && mtime && text_to_int(size, 0, INT64_MAX, &known->taken.size) &&
        text_to_int(mtime, INT64_MIN, INT64_MAX, &known->mtime)) {
        known->taken.time = arena_strdup(s->arena, text_or_empty(json_get_text(json, "listed")));
        bool is_old = now - known->mtime > OLD_S || known->mtime - now > OLD_S;
        known->check_ms = is_old ? 0 : clock_ms();
    }
    map_put_text(&s->known, arena_strdup(s->arena, name), known);
    return known;
}

static bool is_same(const struct listed *left, const struct listed *right)
{
    return left->time && right->time && left->size == right->size &&
           text_equal(left->time, right->time);
}

/* Has it been written anew within the minute, and with the size, that the listing tells? */
static bool changed_unseen(struct session *s, const char *name, struct known *known, bool *changed,
                           struct error *err)
{
    int64_t size, mtime;
    *changed = false;
    if (!known->check_ms || clock_ms() < known->check_ms)
        return true;
    if (!look_at(s, name, &size, &mtime, err))
        return err->kind == ERROR_NOT_FOUND || err->kind == ERROR_FATAL;
    *changed = size != known->taken.size || mtime != known->mtime;
    known->check_ms = 0;
    return true;
}

/* Is it time to take it? */
static bool consider(struct session *s, const struct listed *listed, bool *take, struct error *err)
{
    int64_t now = clock_ms(), settled_ms = s->pull->source->mapping->from.settled_ms;
    struct known *known = know(s, listed->name, err);
    *take = false;
    if (!known)
        return false;
    if (!is_same(&known->now, listed)) {
        bool first = !is_same(&known->taken, listed);
        known->now = (struct listed){NULL, listed->size, arena_strdup(s->arena, listed->time)};
        known->since_ms = first ? now : now - settled_ms;
        known->refused = false;
    }
    if (is_same(&known->taken, listed)) {
        bool changed;
        if (!changed_unseen(s, listed->name, known, &changed, err))
            return false;
        if (!changed)
            return true;
        known->taken.time = NULL;
        known->since_ms = now;
    }
    if (known->refused)
        return true;
    *take = now - known->since_ms >= settled_ms;
    if (!*take && (!s->due_ms || known->since_ms + settled_ms < s->due_ms))
        s->due_ms = known->since_ms + settled_ms;
    return true;
}

/* A look at the folder. */

static bool list_folder(struct session *s, struct error *err)
{
    struct buffer text = {.arena = s->looked};
    transfer_to_text(s->transfer, &text, LISTING_MOST);
    if (!run(s, "", true, err))
        return error_wrap(err, "cannot list the folder");
    listing_read(s->looked, buffer_string(&text), &s->listing);
    if (s->listing.unread && pull_first(s->pull, s->folder))
        log_line(LOG_WARNING, "source '%s': %zu lines of the server's listing cannot be read",
                 s->pull->source->mapping->source, s->listing.unread);
    return true;
}

/* What is left of the list is to be taken. */
static bool look(struct session *s, struct error *err)
{
    size_t count = 0;
    arena_free(s->looked);
    s->looked = arena_new();
    s->listing = (struct listing){0};
    s->at = 0;
    s->due_ms = 0;
    if (!list_folder(s, err))
        return false;
    size_t all = s->listing.count;
    s->listing.count = 0;
    for (size_t i = 0; i < all; i++) {
        bool take = false;
        const struct listed *listed = &s->listing.list[i];
        if (i % 100 == 0)
            pull_beat(s->pull);
        if (pull_stopping(s->pull))
            return error_set(err, ERROR_RETRY, "it was asked to end");
        if (transport_takes(&s->pull->source->mapping->from, listed->name) &&
            !consider(s, listed, &take, err))
            return false;
        if (take)
            s->listing.list[count++] = *listed;
    }
    s->listing.count = count;
    return true;
}

/* A file comes over. */

struct coming {
    const struct listed *listed;
    const char *path; /* here; another one when size or time of the file are others */
    int64_t size, mtime;
};

static void close_fd(void *fd)
{
    (void)close(*(int *)fd);
}

static bool receive(struct session *s, const struct coming *coming, struct error *err)
{
    ARENA(work);
    struct stat status;
    int fd = open(coming->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || fstat(fd, &status) != 0)
        return error_set(err, ERROR_RETRY, "cannot write '%s': %s", coming->path, strerror(errno));
    arena_defer(work, close_fd, &fd);
    if (status.st_size >= coming->size)
        return true;
    CURL *curl = s->transfer->curl;
    transfer_to_file(s->transfer, fd, (size_t)(coming->size - status.st_size));
    (void)curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)status.st_size);
    bool done = run(s, coming->listed->name, true, err);
    (void)curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)0);
    return done;
}

/* False with a fine error: it is not whole, or another one by now. */
static bool is_whole(struct session *s, const struct coming *coming, struct error *err)
{
    struct stat status;
    int64_t size, mtime;
    err->kind = ERROR_NONE;
    if (stat(coming->path, &status) == 0 && status.st_size == coming->size &&
        look_at(s, coming->listed->name, &size, &mtime, err) && size == coming->size &&
        mtime == coming->mtime)
        return true;
    if (err->kind == ERROR_NONE)
        (void)unlink(coming->path);
    return false;
}

static bool bring(struct session *s, struct coming *coming, struct error *err)
{
    const char *name = coming->listed->name;
    if (!look_at(s, name, &coming->size, &coming->mtime, err))
        return false;
    err->kind = ERROR_NONE;
    if (coming->size != coming->listed->size)
        return false; /* it is being written */
    const char *which = arena_printf(s->looked, "%s/%lld/%lld", name, (long long)coming->size,
                                     (long long)coming->mtime);
    coming->path =
        arena_printf(s->looked, "%s/%016llx", s->folder, (unsigned long long)hash64_text(which));
    return receive(s, coming, err) && is_whole(s, coming, err);
}

static void offer(struct session *s, const struct coming *coming, struct batch *batch)
{
    struct json_writer cursor = {.out = {.arena = batch->arena}};
    json_open(&cursor, '{');
    json_member_int(&cursor, "size", coming->size);
    json_member_int(&cursor, "mtime", coming->mtime);
    json_member(&cursor, "listed", coming->listed->time);
    json_close(&cursor, '}');
    const char *name = coming->listed->name;
    batch->stream = stream_of(batch->arena, s, name);
    batch->label = text_repair(batch->arena, name, strlen(name));
    batch->file = coming->path;
    batch->cursor = buffer_string(&cursor.out);
    batch->arrived_ms = coming->mtime * 1000;
    s->taking = map_get_text(&s->known, name);
    s->taking_mtime = coming->mtime;
}

/* Trouble with a file costs that file alone, until it is another one: it is told of once. */
static bool pass_over(struct session *s, const struct listed *listed, struct error *err)
{
    ARENA(work);
    struct known *known = map_get_text(&s->known, listed->name);
    if (err->kind == ERROR_NONE || err->kind == ERROR_NOT_FOUND) {
        known->since_ms = clock_ms();
        return true;
    }
    if (err->kind == ERROR_RETRY || err->kind == ERROR_CONFLICT)
        return false;
    known->refused = true;
    log_line(LOG_WARNING, "source '%s': the file '%s' cannot be taken: %s",
             s->pull->source->mapping->source,
             text_repair(work, listed->name, strlen(listed->name)), err->text);
    return true;
}

static bool sftp_pull(void *session, struct batch *batch, struct error *err)
{
    struct session *s = session;
    if (s->at == s->listing.count && !look(s, err))
        return false;
    while (!batch->file && s->at < s->listing.count) {
        struct coming coming = {.listed = &s->listing.list[s->at]};
        if (bring(s, &coming, err))
            offer(s, &coming, batch);
        else if (!pass_over(s, coming.listed, err))
            return error_wrap(err, "a file");
        s->at++;
    }
    pull_behind(s->pull, (int64_t)(s->listing.count - s->at));
    batch->more = s->at < s->listing.count;
    return true;
}

/* It is stored: a change that the listing cannot tell is looked for once the minute is over. */
static bool sftp_settle(void *session, const struct batch *batch, struct error *err)
{
    struct session *s = session;
    struct known *taken = s->taking;
    (void)err;
    if (!batch->file || !taken)
        return true;
    taken->taken = taken->now;
    taken->mtime = s->taking_mtime;
    taken->check_ms = clock_ms() + MINUTE_MS;
    s->taking = NULL;
    (void)unlink(batch->file);
    return true;
}

static bool sftp_wait(void *session, int milliseconds, bool *came, struct error *err)
{
    const struct session *s = session;
    int64_t left = s->due_ms ? s->due_ms - clock_ms() : milliseconds;
    left = left < 0 ? 0 : left < milliseconds ? left : milliseconds;
    (void)err;
    (void)poll(NULL, 0, (int)left);
    *came = s->due_ms && clock_ms() >= s->due_ms;
    return true;
}

const struct connector sftp_connector = {.kind = TRANSPORT_SFTP,
                                         .open = sftp_open,
                                         .pull = sftp_pull,
                                         .settle = sftp_settle,
                                         .wait = sftp_wait};
