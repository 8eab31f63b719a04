#include "connectors/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/list.h"
#include "hub/base/log.h"
#include "hub/store/stage.h"

#define SETTLE_MS \
    1000 /* a file that nobody has touched for so long is whole, if we cannot know better */

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

/* Regular files of a directory, sorted by name.  A directory that is not there holds none. */
static bool list_files(struct arena *arena, const char *path, const char *pattern,
                       struct names *names, struct error *err)
{
    DIR *directory = opendir(path);
    if (!directory)
        return errno == ENOENT || error_set(err, ERROR_RETRY, "cannot open '%s': %m", path);
    arena_defer(arena, close_directory, directory);
    for (const struct dirent *entry; (entry = readdir(directory));) {
        struct stat status;
        if (entry->d_name[0] == '.' || fnmatch(pattern, entry->d_name, 0) != 0 ||
            fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(status.st_mode))
            continue;
        LIST_ADD(arena, names, arena_strdup(arena, entry->d_name));
    }
    if (names->count)
        qsort(names->list, names->count, sizeof(*names->list), by_name);
    return true;
}

/*
 * Is its writer done?  A lease is granted only while nobody has the file open for writing; where we may
 * not ask for one (it belongs to somebody else), a file that has settled counts as whole.
 */
static bool is_whole(const char *path)
{
    struct stat status;
    struct timespec now;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == EACCES; /* take it: staging says what is wrong */
    bool leased = fcntl(fd, F_SETLEASE, F_RDLCK) == 0;
    bool busy = !leased && errno == EAGAIN;
    if (leased)
        (void)fcntl(fd, F_SETLEASE, F_UNLCK);
    bool known = fstat(fd, &status) == 0;
    (void)close(fd);
    if (leased || busy || !known)
        return leased;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    int64_t age = (now.tv_sec - status.st_mtim.tv_sec) * 1000 +
                  (now.tv_nsec - status.st_mtim.tv_nsec) / 1000000;
    return age >= SETTLE_MS || age < -SETTLE_MS;
}

/* Move a taken file aside, under a name that is still free there. */
static bool put_aside(struct arena *arena, const char *taken, const char *folder, const char *name,
                      struct error *err)
{
    const char *target = arena_printf(arena, "%s/%s", folder, name);
    for (unsigned n = 1; renameat2(AT_FDCWD, taken, AT_FDCWD, target, RENAME_NOREPLACE) != 0; n++) {
        if (errno != EEXIST)
            return error_set(err, ERROR_RETRY, "cannot move '%s' to '%s': %m", taken, folder);
        target = arena_printf(arena, "%s/%s.%u", folder, name, n);
    }
    return true;
}

static bool stage_taken(const struct pull *pull, const char *folder, const char *name,
                        struct error *err)
{
    ARENA(work);
    struct staged staged;
    const char *taken = arena_printf(work, "%s/.taken/%s", folder, name), *aside = "done";
    if (!stage_file(pull->db, pull->source, taken, name, NULL, &staged, err)) {
        if (err->kind != ERROR_REJECT)
            return error_wrap(err, "file '%s'", name);
        log_line(LOG_WARNING, "source '%s': file '%s' is set aside as failed: see its reject",
                 pull->source->mapping->source, name);
        aside = "failed";
    }
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

bool directory_pull(const struct pull *pull, bool *took, struct error *err)
{
    ARENA(work);
    struct names left = {0}, dropped = {0};
    const struct mapping *mapping = pull->source->mapping;
    const char *folder = arena_printf(work, "%s/in/%s", pull->instance->home, mapping->source);
    const char *taken = arena_printf(work, "%s/.taken", folder);
    if (!make_folders(work, folder, err) || !list_files(work, taken, "*", &left, err) ||
        !list_files(work, folder, mapping->from.pattern, &dropped, err))
        return false;
    for (size_t i = 0; i < left.count; i++, *took = true) /* of an earlier life */
        if (!stage_taken(pull, folder, left.list[i], err))
            return false;
    for (size_t i = 0; i < dropped.count; i++) {
        const char *path = arena_printf(work, "%s/%s", folder, dropped.list[i]);
        const char *mine = arena_printf(work, "%s/%s", taken, dropped.list[i]);
        if (!is_whole(path) || renameat2(AT_FDCWD, path, AT_FDCWD, mine, RENAME_NOREPLACE) != 0)
            continue; /* not yet, or another process was faster */
        *took = true;
        if (!stage_taken(pull, folder, dropped.list[i], err))
            return false;
    }
    return true;
}
