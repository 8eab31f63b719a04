/*
 * axled [--while PID] [--watcher PID]: the supervisor of one instance.
 *
 * With --while it ends when that process does: `axle run` is in front of it then.  With --watcher it was
 * started anew by that process.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/log.h"
#include "hub/base/text.h"
#include "hub/programs/axled/prepare.h"
#include "hub/programs/axled/supervisor.h"

#define LOCK_TRIES 60
#define LOCK_PAUSE 50000000L

/* Installed, nothing of ours runs as root. */
static bool leave_root(const struct instance *instance, struct error *err)
{
    if (geteuid() != 0)
        return true;
    if (!instance->installed) {
        log_line(LOG_WARNING, "running as root from a checkout; only PostgreSQL runs as postgres");
        return true;
    }
    const struct passwd *user = getpwnam("axle");
    if (!user)
        return error_set(err, ERROR_FATAL, "there is no user axle to run as");
    if (file_make_directory(instance->home, 0755, err) &&
        (chown(instance->home, user->pw_uid, user->pw_gid) ||
         initgroups(user->pw_name, user->pw_gid) || setgid(user->pw_gid) || setuid(user->pw_uid)))
        return error_set(err, ERROR_FATAL, "cannot become user axle: %s", strerror(errno));
    return geteuid() != 0;
}

/* One supervisor an instance.  The one before may be about to die: its lock goes with it. */
static bool take_lock(struct arena *arena, const struct instance *instance, struct error *err)
{
    const char *path = arena_printf(arena, "%s/run/axled.pid", instance->home);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0)
        return error_set(err, ERROR_FATAL, "cannot write '%s': %s", path, strerror(errno));
    int tries = 0;
    while (flock(file, LOCK_EX | LOCK_NB))
        if (++tries == LOCK_TRIES || nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE}, NULL))
            return error_set(err, ERROR_FATAL, "an instance in '%s' is running already",
                             instance->home);
    if (ftruncate(file, 0) || dprintf(file, "%d\n", (int)getpid()) < 0)
        return error_set(err, ERROR_FATAL, "cannot write '%s': %s", path, strerror(errno));
    return true; /* held until the process ends */
}

/* What all children find in their environment. */
static bool publish(struct arena *arena, struct instance *instance, struct error *err)
{
    const char *listen = prepare_listen(arena, instance, err);
    if (!listen ||
        !file_write(arena_printf(arena, "%s/run/listen", instance->home), 0644, listen, err))
        return false;
    const struct {
        const char *name, *value;
    } variables[] = {
        {"AXLE_HOME", instance->home},
        {"AXLE_SITE", instance->usual_site ? NULL : instance->site},
        {"AXLE_LISTEN", listen},
        {"LC_ALL", "C.UTF-8"},
        {"TZ", "UTC"},
    };
    for (size_t i = 0; i < COUNT_OF(variables); i++)
        if (variables[i].value)
            (void)setenv(variables[i].name, variables[i].value, 1);
    if (chdir("/"))
        return error_set(err, ERROR_FATAL, "cannot go to /: %s", strerror(errno));
    return instance_open(arena, instance, err);
}

static bool prepare(struct arena *arena, struct instance *instance, struct error *err)
{
    return instance_open(arena, instance, err) && leave_root(instance, err) &&
           prepare_directories(arena, instance, err) && take_lock(arena, instance, err) &&
           prepare_token(arena, instance, err) && prepare_samples(arena, instance, err) &&
           publish(arena, instance, err);
}

static bool read_arguments(int argc, char **argv, struct relatives *relatives)
{
    for (int i = 1; i < argc; i += 2) {
        int64_t pid;
        if (i + 1 == argc || !text_to_int(argv[i + 1], 1, INT32_MAX, &pid))
            return false;
        if (text_equal(argv[i], "--while"))
            relatives->front = (pid_t)pid;
        else if (text_equal(argv[i], "--watcher"))
            relatives->watcher = (pid_t)pid;
        else
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    ARENA(process);
    struct instance instance;
    struct error err = {0};
    struct relatives relatives = {0};
    if (!read_arguments(argc, argv, &relatives)) {
        (void)fputs("usage: axled [--while PID]\n", stderr);
        return 2;
    }
    if (!prepare(process, &instance, &err)) {
        log_line(LOG_ERROR, "%s", err.text);
        return 2;
    }
    int status = supervise(&instance, &relatives);
    (void)unlink(arena_printf(process, "%s/run/listen", instance.home));
    (void)unlink(arena_printf(process, "%s/run/processes", instance.home));
    return status;
}
