#include "hub/base/mapped.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/base/resident.h"

struct mapped {
    const char *path;
    int fd;
    void *address;
    size_t size;
    struct timespec changed;
};

/* What the signal handler knows; one file at a time. */
static struct {
    char *volatile start;
    volatile size_t size;
    volatile sig_atomic_t lost;
} now_mapped;

static long page_size;

/* Put a page of zeros where the file has none.  Any other such signal takes its course when the
 * instruction is tried again. */
static void on_lost_page(int number, siginfo_t *info, void *context)
{
    int cause = errno;
    char *start = now_mapped.start, *at = info->si_addr;
    (void)context;
    if (start && at >= start && at < start + now_mapped.size) {
        char *page = start + (at - start) / page_size * page_size;
        now_mapped.lost = 1;
        if (mmap(page, (size_t)page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                 0) != MAP_FAILED) {
            errno = cause;
            return;
        }
    }
    (void)signal(number, SIG_DFL);
}

static void unmap(void *arg)
{
    struct mapped *mapped = arg;
    now_mapped.start = NULL;
    if (mapped->size)
        (void)munmap(mapped->address, mapped->size);
    (void)close(mapped->fd);
}

/* What stands in the way of opening a file. */
static enum error_kind kind_of(int cause)
{
    static const int of_the_file[] = {EACCES, EPERM, ELOOP, ENXIO, ENODEV, EISDIR, EOVERFLOW};
    for (size_t i = 0; i < COUNT_OF(of_the_file); i++)
        if (of_the_file[i] == cause)
            return ERROR_REJECT;
    return cause == ENOENT ? ERROR_NOT_FOUND : ERROR_RETRY;
}

static bool map(struct mapped *mapped, struct error *err)
{
    static const struct sigaction action = {.sa_sigaction = on_lost_page, .sa_flags = SA_SIGINFO};
    assert(!now_mapped.start);
    if (!mapped->size)
        return true;
    page_size = sysconf(_SC_PAGESIZE);
    mapped->address = mmap(NULL, mapped->size, PROT_READ, MAP_PRIVATE, mapped->fd, 0);
    if (mapped->address == MAP_FAILED) {
        mapped->size = 0;
        return error_set(err, ERROR_RETRY, "cannot map '%s': %m", mapped->path);
    }
    (void)madvise(mapped->address, mapped->size, MADV_SEQUENTIAL);
    now_mapped.size = mapped->size;
    now_mapped.lost = 0;
    now_mapped.start = mapped->address;
    (void)sigaction(SIGBUS, &action, NULL);
    return true;
}

const struct mapped *mapped_open(struct arena *arena, const char *path, struct slice *content,
                                 struct error *err)
{
    struct stat status;
    struct mapped *mapped = NEW(arena, struct mapped);
    *mapped = (struct mapped){.path = arena_strdup(arena, path)};
    mapped->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (mapped->fd < 0) {
        (void)error_set(err, kind_of(errno), "cannot open '%s': %m", path);
        return NULL;
    }
    arena_defer(arena, unmap, mapped);
    if (fstat(mapped->fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        (void)error_set(err, ERROR_REJECT, "'%s' is not a regular file", path);
        return NULL;
    }
    mapped->size = (size_t)status.st_size;
    mapped->changed = status.st_mtim;
    if (!map(mapped, err))
        return NULL;
    resident_bound(arena, mapped->address, mapped->size);
    *content = (struct slice){mapped->size ? mapped->address : "", mapped->size};
    return mapped;
}

/* Written over in place, a file has another time; at its end, another size too. */
bool mapped_intact(const struct mapped *mapped, struct error *err)
{
    struct stat status;
    bool same = fstat(mapped->fd, &status) == 0 && !(mapped->size && now_mapped.lost);
    if (same && (size_t)status.st_size <= mapped->size)
        same = (size_t)status.st_size == mapped->size &&
               status.st_mtim.tv_sec == mapped->changed.tv_sec &&
               status.st_mtim.tv_nsec == mapped->changed.tv_nsec;
    return same || error_set(err, ERROR_RETRY, "'%s' changed while it was read", mapped->path);
}
