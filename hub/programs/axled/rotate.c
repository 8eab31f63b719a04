#include "hub/programs/axled/rotate.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "hub/base/log.h"
#include "hub/base/text.h"

#define LOG_MOST ((off_t)64 * 1024 * 1024)
#define SECONDS_BETWEEN 10

/* Copied and cut, for whoever writes it keeps the file open; a line written in between is lost. */
static void rotate(const char *path)
{
    ARENA(scratch);
    int from = open(path, O_RDWR | O_CLOEXEC);
    int to =
        open(arena_printf(scratch, "%s.1", path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    ssize_t copied = 1;
    while (from >= 0 && to >= 0 && copied > 0)
        copied = copy_file_range(from, NULL, to, NULL, (size_t)LOG_MOST, 0);
    if (from >= 0 && ftruncate(from, 0))
        log_line(LOG_WARNING, "cannot cut the log %s", path);
    if (from >= 0)
        (void)close(from);
    if (to >= 0)
        (void)close(to);
}

void rotate_logs(const struct instance *instance)
{
    static time_t last;
    if (time(NULL) - last < SECONDS_BETWEEN)
        return;
    last = time(NULL);
    ARENA(scratch);
    DIR *logs = opendir(arena_printf(scratch, "%s/log", instance->home));
    if (!logs)
        return;
    for (const struct dirent *entry = readdir(logs); entry; entry = readdir(logs)) {
        const char *path = arena_printf(scratch, "%s/log/%s", instance->home, entry->d_name);
        struct stat status;
        if (text_ends(entry->d_name, ".log") && stat(path, &status) == 0 &&
            status.st_size > LOG_MOST)
            rotate(path);
    }
    (void)closedir(logs);
}
