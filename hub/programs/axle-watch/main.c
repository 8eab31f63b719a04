/*
 * axle-watch PID AXLED [ARGUMENT...]: when process PID is gone, start AXLED, and again each time that it
 * is killed or cannot start.
 *
 * The supervisor starts everything else; this starts the supervisor.  A supervisor that ends of itself
 * takes this process with it, or has nothing left to watch over.
 */
#include <errno.h>
#include <poll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hub/base/log.h"
#include "hub/base/process.h"
#include "hub/base/text.h"

#define QUICK_SECONDS 1
#define PAUSE 100000000L
#define FAILURES_MOST 100 /* in a row: about ten seconds */

static void wait_for_stranger(pid_t pid)
{
    struct pollfd watch = {.fd = process_watch(pid), .events = POLLIN};
    while (watch.fd >= 0 && poll(&watch, 1, -1) < 0 && errno == EINTR)
        ;
    if (watch.fd >= 0)
        (void)close(watch.fd);
}

/* How a supervisor that we started came to its end. */
enum ending {
    ENDING_STOPPED, /* as it was asked to: nothing is left to watch over */
    ENDING_FAILED, /* it could not start, perhaps because what the one before had is not free yet */
    ENDING_KILLED,
};

static enum ending wait_for_child(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return ENDING_STOPPED;
    if (WIFSIGNALED(status))
        return ENDING_KILLED;
    return WEXITSTATUS(status) ? ENDING_FAILED : ENDING_STOPPED;
}

int main(int argc, char **argv)
{
    ARENA(process);
    int64_t pid;
    if (argc < 3 || !text_to_int(argv[1], 1, INT32_MAX, &pid)) {
        (void)fputs("usage: axle-watch PID AXLED [ARGUMENT...]\n", stderr);
        return 2;
    }
    const char **args = NEW_ARRAY(process, const char *, (size_t)argc + 1);
    args[0] = "--watcher";
    args[1] = arena_printf(process, "%d", (int)getpid());
    for (int i = 3; i < argc; i++)
        args[i - 1] = argv[i];
    const struct process_plan plan = {.program = argv[2], .args = args};

    wait_for_stranger((pid_t)pid);
    for (int failures = 0; failures < FAILURES_MOST;) {
        struct error err;
        enum ending ending = ENDING_FAILED;
        time_t started = time(NULL);
        log_line(LOG_WARNING, "the supervisor (process %d) is gone; starting it again", (int)pid);
        pid = process_start(&plan, &err);
        if (pid < 0)
            log_line(LOG_ERROR, "%s", err.text);
        else
            ending = wait_for_child((pid_t)pid);
        if (ending == ENDING_STOPPED)
            return 0;
        failures = ending == ENDING_FAILED ? failures + 1 : 0;
        if (time(NULL) - started <= QUICK_SECONDS)
            (void)nanosleep(&(struct timespec){.tv_nsec = PAUSE}, NULL);
    }
    log_line(LOG_ERROR, "the supervisor cannot be started; see why above, then 'axle up'");
    return 2;
}
