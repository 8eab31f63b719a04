#include "connectors/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/log.h"

/* A file that nobody has touched for so long is whole, where we cannot know better. */
#define SETTLE_MS 5000

/* How soon to look again at what is not whole yet: its writer may be done any moment, or in an hour. */
#define AGAIN_MS 2
#define AGAIN_MOST_MS 250

struct names {
    const char **list;
    size_t count, room;
};

/* What lies in .taken, from one look to the next. */
struct directory {
    const struct pull *pull;
    const char *folder;
    int watch;          /* inotify's; -1: there is none to be had */
    struct arena *look; /* for the queue */
    struct names queue;
    size_t next;     /* of the queue */
    bool unfinished; /* something is still being written */
    int again_ms;
};

static void close_directory(void *directory)
{
    (void)closedir(directory);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool is_folder_of_ours(const char *name)
{
    return text_equal(name, "done") || text_equal(name, "failed");
}

/* What a directory holds, sorted by name: files, and what is no file but is named like one.  A directory
 * that is not there holds nothing.  What `transport` (NULL: any) does not take goes to
 * *strays. */
static bool list_files(struct arena *arena, const char *path, const struct transport *transport,
                       struct names *names, struct names *strays, struct error *err)
{
    DIR *directory = opendir(path);
    if (!directory)
        return errno == ENOENT || error_set(err, ERROR_RETRY, "cannot open '%s': %m", path);
    arena_defer(arena, close_directory, directory);
    for (const struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] == '.' || is_folder_of_ours(entry->d_name))
            continue;
        bool takes = !transport || transport_takes(transport, entry->d_name);
        struct names *list = takes ? names : strays;
        LIST_ADD(arena, list, arena_strdup(arena, entry->d_name));
    }
    if (names->count)
        qsort(names->list, names->count, sizeof(*names->list), by_name);
    return true;
}

static bool has_settled(const struct stat *status)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    int64_t age = (now.tv_sec - status->st_mtim.tv_sec) * 1000 +
                  (now.tv_nsec - status->st_mtim.tv_nsec) / 1000000;
    return age >= SETTLE_MS || age < -SETTLE_MS;
}

/*
 * Is its writer done?  A lease is granted only while nobody has the file open for writing; where we may
 * not ask for one (it belongs to somebody else), a file that has settled counts as whole.  What cannot be
 * opened, or is no file, is taken too: staging says what is wrong with it.
 */
static bool is_whole(const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return false;
    if (!S_ISREG(status.st_mode))
        return true;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == EACCES;
    bool leased = fcntl(fd, F_SETLEASE, F_RDLCK) == 0;
    bool busy = !leased && errno == EAGAIN;
    if (leased)
        (void)fcntl(fd, F_SETLEASE, F_UNLCK);
    (void)close(fd);
    return leased || (!busy && has_settled(&status));
}

/* A name with a number behind it, shortened where it would be too long: whole characters go. */
static const char *numbered(struct arena *arena, const char *name, unsigned n)
{
    const char *suffix = arena_printf(arena, ".%u", n);
    size_t length = strlen(name), most = NAME_MAX - strlen(suffix);
    if (length > most)
        for (length = most; length && ((unsigned char)name[length] & 0xc0) == 0x80;)
            length--;
    return arena_printf(arena, "%.*s%s", (int)length, name, suffix);
}

/* Move a taken file aside, under a name that is still free there. */
static bool put_aside(struct arena *arena, const char *taken, const char *folder, const char *name,
                      struct error *err)
{
    const char *target = arena_printf(arena, "%s/%s", folder, name);
    for (unsigned n = 1; renameat2(AT_FDCWD, taken, AT_FDCWD, target, RENAME_NOREPLACE) != 0; n++) {
        if (errno != EEXIST)
            return error_set(err, ERROR_RETRY, "cannot move '%s' to '%s': %m", taken, folder);
        target = arena_printf(arena, "%s/%s", folder, numbered(arena, name, n));
    }
    return true;
}

/* Make a dropped file ours, unless it is not time yet or another process was faster. */
static bool take(struct directory *d, const char *name, struct error *err)
{
    ARENA(work);
    const char *path = arena_printf(work, "%s/%s", d->folder, name);
    const char *mine = arena_printf(work, "%s/.taken/%s", d->folder, name);
    if (!is_whole(path)) {
        d->unfinished = true;
        return true;
    }
    if (renameat2(AT_FDCWD, path, AT_FDCWD, mine, RENAME_NOREPLACE) == 0 || errno == ENOENT)
        return true;
    d->unfinished = true;
    return errno == EEXIST ||
           error_set(err, ERROR_RETRY, "cannot move '%s' to '%s': %m", path, mine);
}

static bool make_folders(struct arena *work, const char *folder, struct error *err)
{
    static const char *const folders[] = {"", "/.taken", "/done", "/failed"};
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        if (mkdir(arena_printf(work, "%s%s", folder, folders[i]), 0755) != 0 && errno != EEXIST)
            return error_set(err, ERROR_RETRY, "cannot make '%s%s': %m", folder, folders[i]);
    return true;
}

/* A file that waits for ever in its folder is told of once; by then it is no file in the making. */
static void tell_strays(const struct pull *pull, const char *folder, const struct names *strays)
{
    for (size_t i = 0; i < strays->count; i++) {
        ARENA(work);
        struct stat status;
        const struct mapping *mapping = pull->source->mapping;
        const char *path = arena_printf(work, "%s/%s", folder, strays->list[i]);
        if (lstat(path, &status) != 0 || !has_settled(&status) || !pull_first(pull, path))
            continue;
        log_line(LOG_WARNING,
                 "source '%s': the file '%s' stays in its folder: it does not fit the pattern '%s'",
                 mapping->source, text_repair(work, strays->list[i], strlen(strays->list[i])),
                 mapping->from.pattern);
    }
}

/* A folder may have been made anew: watching one again costs nothing. */
static void watch(const struct directory *d)
{
    ARENA(work);
    const char *taken = arena_printf(work, "%s/.taken", d->folder);
    if (d->watch < 0)
        return;
    (void)inotify_add_watch(d->watch, d->folder, IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE);
    (void)inotify_add_watch(d->watch, taken, IN_CLOSE_WRITE);
}

/* Take what has come.  Trouble with one file stops no other; the first is what is told. */
static bool take_all(struct directory *d, struct error *err)
{
    struct names dropped = {0}, strays = {0};
    struct error each;
    bool fine = true;
    const struct transport *from = &d->pull->source->mapping->from;
    if (!list_files(d->look, d->folder, from, &dropped, &strays, err))
        return false;
    tell_strays(d->pull, d->folder, &strays);
    for (size_t i = 0; i < dropped.count; i++) {
        bool taken = take(d, dropped.list[i], fine ? err : &each);
        fine = fine && taken;
    }
    return fine;
}

/* What lies in .taken, with what was taken just now. */
static bool look(struct directory *d, struct error *err)
{
    struct names strays = {0};
    struct error trouble;
    arena_free(d->look);
    d->look = arena_new();
    d->queue = (struct names){0};
    d->next = 0;
    d->unfinished = false;
    if (!make_folders(d->look, d->folder, err))
        return false;
    watch(d);
    bool fine = take_all(d, &trouble);
    if (!list_files(d->look, arena_printf(d->look, "%s/.taken", d->folder), NULL, &d->queue,
                    &strays, err))
        return false;
    if (!fine && !d->queue.count)
        *err = trouble;
    return fine || d->queue.count;
}

/* The next file of the queue.  Whoever opened it for writing before it was taken may write still: then
 * it waits for the next look. */
static bool directory_pull(void *session, struct batch *batch, struct error *err)
{
    struct directory *d = session;
    if (d->next == d->queue.count && !look(d, err))
        return false;
    while (d->next < d->queue.count && !batch->file) {
        const char *name = d->queue.list[d->next++];
        const char *path = arena_printf(batch->arena, "%s/.taken/%s", d->folder, name);
        struct stat status;
        if (!is_whole(path) || lstat(path, &status) != 0) {
            d->unfinished = true;
            continue;
        }
        batch->file = path;
        batch->label = arena_strdup(batch->arena, name);
        batch->arrived_ms =
            (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000;
    }
    pull_behind(d->pull, (int64_t)(d->queue.count - d->next));
    batch->more = batch->file != NULL; /* something may have come meanwhile */
    if (batch->file || !d->unfinished)
        d->again_ms = AGAIN_MS;
    return true;
}

static bool directory_settle(void *session, const struct batch *batch, struct error *err)
{
    ARENA(work);
    const struct directory *d = session;
    const char *folder = batch->refused ? "failed" : "done";
    return put_aside(work, batch->file, arena_printf(work, "%s/%s", d->folder, folder),
                     batch->label, err);
}

static void drain(int watch)
{
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    while (read(watch, events, sizeof(events)) > 0)
        continue;
}

static bool directory_wait(void *session, int milliseconds, bool *came, struct error *err)
{
    (void)err;
    struct directory *d = session;
    struct pollfd news = {.fd = d->watch, .events = POLLIN};
    bool soon = d->unfinished && d->again_ms < milliseconds;
    int got = poll(&news, 1, soon ? d->again_ms : milliseconds);
    if (d->again_ms < AGAIN_MOST_MS)
        d->again_ms *= 2;
    if (got > 0) {
        drain(d->watch);
        d->again_ms = AGAIN_MS;
    }
    *came = got > 0 || (got == 0 && soon);
    return true;
}

static void end(void *session)
{
    const struct directory *d = session;
    arena_free(d->look);
    if (d->watch >= 0)
        (void)close(d->watch);
}

static void *directory_open(struct arena *session, const struct pull *pull, struct error *err)
{
    struct directory *d = NEW(session, struct directory);
    *d = (struct directory){.pull = pull, .again_ms = AGAIN_MS};
    d->folder =
        arena_printf(session, "%s/in/%s", pull->instance->home, pull->source->mapping->source);
    d->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    arena_defer(session, end, d);
    return make_folders(session, d->folder, err) ? d : NULL;
}

const struct connector directory_connector = {
    .kind = TRANSPORT_DIRECTORY,
    .open = directory_open,
    .pull = directory_pull,
    .settle = directory_settle,
    .wait = directory_wait,
};
