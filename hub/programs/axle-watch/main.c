/*
 * axle-watch PID PROGRAM [ARGUMENT...]: wait for the end of process PID, then become PROGRAM.
 *
 * The supervisor starts everything else; this starts the supervisor when it was killed.
 */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "hub/base/log.h"
#include "hub/base/process.h"
#include "hub/base/text.h"

int main(int argc, char **argv)
{
    int64_t pid;
    if (argc < 3 || !text_to_int(argv[1], 1, INT32_MAX, &pid)) {
        (void)fputs("usage: axle-watch PID PROGRAM [ARGUMENT...]\n", stderr);
        return 2;
    }
    struct pollfd watch = {.fd = process_watch((pid_t)pid), .events = POLLIN};
    while (watch.fd >= 0 && poll(&watch, 1, -1) < 0 && errno == EINTR)
        ;
    if (watch.fd >= 0)
        (void)close(watch.fd);
    log_line(LOG_WARNING, "the supervisor (process %d) is gone; starting it again", (int)pid);
    (void)execv(argv[2], argv + 2);
    log_line(LOG_ERROR, "cannot start %s: %s", argv[2], strerror(errno));
    return 2;
}
