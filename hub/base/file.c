#include "hub/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_later(void *fd)
{
    (void)close(*(const int *)fd);
}

static bool fail(const char *path, struct error *err)
{
    enum error_kind kind = errno == ENOENT || errno == ENOTDIR ? ERROR_NOT_FOUND : ERROR_FATAL;
    return error_set(err, kind, "cannot read '%s': %s", path, strerror(errno));
}

bool file_read(struct arena *arena, const char *path, size_t most, struct slice *content,
               struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not hold us up */
    ARENA(scratch);                                         /* after fd, so that it ends first */
    if (fd < 0)
        return fail(path, err);
    arena_defer(scratch, close_later, &fd);
    struct stat status;
    if (fstat(fd, &status))
        return fail(path, err);
    if (!S_ISREG(status.st_mode))
        return error_set(err, ERROR_FATAL, "cannot read '%s': not a regular file", path);
    if ((size_t)status.st_size > most)
        return error_set(err, ERROR_FATAL, "'%s' is too large: %zu bytes, at most %zu are read",
                         path, (size_t)status.st_size, most);
    size_t room = (size_t)status.st_size, size = 0;
    char *bytes = arena_alloc(arena, room + 1);
    while (size < room) {
        ssize_t got = read(fd, bytes + size, room - size);
        if (got < 0 && errno != EINTR)
            return fail(path, err);
        if (got == 0)
            break;
        size += got > 0 ? (size_t)got : 0;
    }
    *content = (struct slice){.bytes = bytes, .size = size};
    return true;
}

/* A directory may well bear a name that looks like a pattern. */
static const char *literally(struct arena *arena, const char *path)
{
    struct buffer out = {.arena = arena};
    for (const char *c = path; *c; c++) {
        if (strchr("*?[\\", *c))
            buffer_char(&out, '\\');
        buffer_char(&out, *c);
    }
    return buffer_string(&out);
}

const char *const *file_list(struct arena *arena, const char *directory, const char *pattern,
                             size_t *count)
{
    glob_t found = {0};
    const char *all = arena_printf(arena, "%s/%s", literally(arena, directory), pattern);
    *count = glob(all, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
    const char **paths = NEW_ARRAY(arena, const char *, *count + 1);
    for (size_t i = 0; i < *count; i++)
        paths[i] = arena_strdup(arena, found.gl_pathv[i]);
    globfree(&found);
    return paths;
}

static bool write_all(int fd, const char *text)
{
    size_t size = strlen(text);
    while (size) {
        ssize_t wrote = write(fd, text, size);
        if (wrote < 0 && errno != EINTR)
            return false;
        text += wrote > 0 ? wrote : 0;
        size -= wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}

bool file_write(const char *path, unsigned mode, const char *text, struct error *err)
{
    ARENA(scratch);
    const char *draft = arena_printf(scratch, "%s.%d", path, (int)getpid());
    int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    if (fd < 0)
        return error_set(err, ERROR_FATAL, "cannot write '%s': %s", path, strerror(errno));
    bool good = fchmod(fd, (mode_t)mode) == 0 && write_all(fd, text) && fsync(fd) == 0;
    int cause = errno;
    good = close(fd) == 0 && good;
    if (good && rename(draft, path) == 0)
        return true;
    cause = good ? errno : cause;
    (void)unlink(draft);
    return error_set(err, ERROR_FATAL, "cannot write '%s': %s", path, strerror(cause));
}

bool file_make_directory(const char *path, unsigned mode, struct error *err)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return true;
    ARENA(scratch);
    const char *slash = strrchr(path, '/');
    if (slash && slash > path &&
        !file_make_directory(arena_strndup(scratch, path, (size_t)(slash - path)), 0755, err))
        return false;
    if (mkdir(path, (mode_t)mode) && errno != EEXIST)
        return error_set(err, ERROR_FATAL, "cannot make directory '%s': %s", path, strerror(errno));
    return true;
}
