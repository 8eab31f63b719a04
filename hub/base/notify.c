#include "hub/base/notify.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "hub/base/arena.h"
#include "hub/base/clock.h"
#include "hub/base/error.h"
#include "hub/base/text.h"

#define ALIVE_MS 5000
#define STATUS_MOST 200

/* To whom we speak, found out once: a supervisor has another NOTIFY_SOCKET for its children. */
static struct {
    struct sockaddr_un address;
    socklen_t size;
    int fd; /* -1: to nobody */
} above = {.fd = -1};
static pthread_once_t found = PTHREAD_ONCE_INIT;

static void find_above(void)
{
    const char *name = getenv("NOTIFY_SOCKET");
    size_t length = name ? strlen(name) : 0;
    if (length < 2 || length > sizeof(above.address.sun_path) || !strchr("/@", name[0]))
        return;
    above.address.sun_family = AF_UNIX;
    memcpy(above.address.sun_path, name, length);
    if (name[0] == '@')
        above.address.sun_path[0] = '\0';
    above.size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    above.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

void notify_say(const char *assignments)
{
    (void)pthread_once(&found, find_above);
    if (above.fd >= 0) /* a supervisor that does not keep up hears the next one */
        (void)sendto(above.fd, assignments, strlen(assignments), MSG_DONTWAIT | MSG_NOSIGNAL,
                     (const struct sockaddr *)&above.address, above.size);
}

void notify_ready(void)
{
    notify_say("READY=1\nWATCHDOG=1");
}

void notify_alive(void)
{
    static _Thread_local int64_t said;
    int64_t now = clock_ms();
    if (said && now - said < ALIVE_MS)
        return;
    said = now;
    notify_say("WATCHDOG=1");
}

void notify_status(const char *words)
{
    static _Thread_local char said[STATUS_MOST];
    char line[STATUS_MOST + sizeof("STATUS=")];
    if (strncmp(said, words, STATUS_MOST - 1) == 0)
        return;
    (void)snprintf(said, sizeof(said), "%s", words);
    (void)snprintf(line, sizeof(line), "STATUS=%.*s", (int)strcspn(said, "\n"), said);
    notify_say(line);
}

int notify_listen(struct arena *arena, const char **address, struct error *err)
{
    (void)pthread_once(&found, find_above);
    /* Bound to nothing but its family, it gets a free name from the kernel. */
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t size = sizeof(name);
    static const int yes = 1;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) ||
        bind(fd, (const struct sockaddr *)&name, sizeof(name.sun_family)) ||
        getsockname(fd, (struct sockaddr *)&name, &size)) {
        (void)error_set(err, ERROR_FATAL, "cannot open a socket for notices: %s", strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return -1;
    }
    size_t length = size - offsetof(struct sockaddr_un, sun_path) - 1;
    *address = arena_printf(arena, "@%.*s", (int)length, name.sun_path + 1);
    return fd;
}

/* The sender, as the kernel vouches for it. */
static pid_t sender_of(struct msghdr *message)
{
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
        struct ucred sender;
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_CREDENTIALS)
            continue;
        memcpy(&sender, CMSG_DATA(part), sizeof(sender));
        return sender.pid;
    }
    return 0;
}

bool notify_receive(int fd, pid_t *sender, char *text, size_t size)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))];
    struct iovec room = {.iov_base = text, .iov_len = size - 1};
    struct msghdr message = {.msg_iov = &room,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
    ssize_t length = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length < 0)
        return false;
    text[length] = '\0';
    *sender = sender_of(&message);
    return true;
}
