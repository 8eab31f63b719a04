#include "connectors/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/list.h"
#include "hub/base/log.h"
#include "hub/store/stage.h"

/* A file that nobody has touched for so long is whole, where we cannot know better. */
#define SETTLE_MS 5000

struct names {
    const char **list;
    size_t count, room;
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
static bool take(const char *folder, const char *name, struct error *err)
{
    ARENA(work);
    const char *path = arena_printf(work, "%s/%s", folder, name);
    const char *mine = arena_printf(work, "%s/.taken/%s", folder, name);
    return !is_whole(path) || renameat2(AT_FDCWD, path, AT_FDCWD, mine, RENAME_NOREPLACE) == 0 ||
           errno == ENOENT || errno == EEXIST ||
           error_set(err, ERROR_RETRY, "cannot move '%s' to '%s': %m", path, mine);
}

/* Stage what lies in .taken.  Whoever opened it for writing before it came there may write still: then it
 * waits for the next look. */
static bool stage_taken(const struct pull *pull, const char *folder, const char *name, bool *took,
                        struct error *err)
{
    ARENA(work);
    struct staged staged;
    const char *taken = arena_printf(work, "%s/.taken/%s", folder, name), *aside = "done";
    const char *run = arena_printf(work, "%s/run", pull->instance->home);
    const struct incoming file = {.path = taken, .label = name, .scratch = run};
    if (!is_whole(taken))
        return true;
    if (!stage_file(pull->db, pull->source, &file, &staged, err)) {
        if (err->kind != ERROR_REJECT)
            return error_wrap(err, "file '%s'", name);
        log_line(LOG_WARNING, "source '%s': file '%s' is set aside as failed: see its reject",
                 pull->source->mapping->source, text_repair(work, name, strlen(name)));
        aside = "failed";
    }
    *took = true;
    return put_aside(work, taken, arena_printf(work, "%s/%s", folder, aside), name, err);
}

static bool make_folders(struct arena *work, const char *folder, struct error *err)
{
    static const char *const folders[] = {"", "/.taken", "/done", "/failed"};
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        if (mkdir(arena_printf(work, "%s%s", folder, folders[i]), 0755) != 0 && errno != EEXIST)
            return error_set(err, ERROR_RETRY, "cannot make '%s%s': %m", folder, folders[i]);
    return true;
}

/* Trouble with one file stops no other; the first is what is told. */
static void note(bool done, const struct error *each, bool *fine, struct error *err)
{
    if (!done && *fine)
        *err = *each;
    *fine = *fine && done;
}

/* A file that waits for ever in its folder is told of once; by then it is no file in the making. */
static void tell_strays(const struct pull *pull, const char *folder, const struct names *strays)
{
    for (size_t i = 0; i < strays->count; i++) {
        ARENA(work);
        struct stat status;
        const struct mapping *mapping = pull->source->mapping;
        const char *path = arena_printf(work, "%s/%s", folder, strays->list[i]);
        if (lstat(path, &status) != 0 || !has_settled(&status) || map_get_text(pull->told, path))
            continue;
        map_put_text(pull->told, arena_strdup(pull->told->arena, path), pull->told);
        log_line(LOG_WARNING,
                 "source '%s': the file '%s' stays in its folder: it does not fit the pattern '%s'",
                 mapping->source, text_repair(work, strays->list[i], strlen(strays->list[i])),
                 mapping->from.pattern);
    }
}

bool directory_pull(const struct pull *pull, bool *took, struct error *err)
{
    ARENA(work);
    struct error each;
    struct names dropped = {0}, taken = {0}, strays = {0};
    const struct mapping *mapping = pull->source->mapping;
    const char *folder = arena_printf(work, "%s/in/%s", pull->instance->home, mapping->source);
    bool fine = true;
    if (!make_folders(work, folder, err) ||
        !list_files(work, folder, &mapping->from, &dropped, &strays, err))
        return false;
    tell_strays(pull, folder, &strays);
    for (size_t i = 0; i < dropped.count; i++)
        note(take(folder, dropped.list[i], &each), &each, &fine, err);
    if (!list_files(work, arena_printf(work, "%s/.taken", folder), NULL, &taken, &strays,
                    fine ? err : &each))
        return false;
    for (size_t i = 0; i < taken.count; i++)
        note(stage_taken(pull, folder, taken.list[i], took, &each), &each, &fine, err);
    return fine;
}
