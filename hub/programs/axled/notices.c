#include "hub/programs/axled/notices.h"

#include <signal.h>

#include "hub/base/clock.h"
#include "hub/base/log.h"
#include "hub/base/notify.h"
#include "hub/base/text.h"

#define NOTICE_MOST 4096

int notices_open(struct arena *arena, struct error *err)
{
    const char *address;
    int fd = notify_listen(arena, &address, err);
    if (fd >= 0)
        (void)setenv("NOTIFY_SOCKET", address, 1);
    /* How often we are to speak is not how often they are. */
    (void)unsetenv("WATCHDOG_USEC");
    (void)unsetenv("WATCHDOG_PID");
    return fd;
}

static struct child *child_of(const struct children *children, pid_t pid)
{
    for (size_t i = 0; i < children->count; i++)
        if (children->list[i].pid == pid)
            return &children->list[i];
    return NULL;
}

/* What somebody says goes into a file of lines. */
static void keep_status(struct child *child, const char *words)
{
    (void)snprintf(child->status, sizeof(child->status), "%s", words);
    for (char *c = child->status; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
}

static bool take(struct child *child, const char *notice)
{
    ARENA(scratch);
    size_t count;
    bool status = false;
    const char **lines = text_split(scratch, notice, '\n', &count);
    child->heard = clock_ms();
    for (size_t i = 0; i < count; i++)
        if (text_starts(lines[i], "STATUS=")) {
            keep_status(child, lines[i] + strlen("STATUS="));
            status = true;
        }
    return status;
}

void notices_read(int fd, struct children *children)
{
    char notice[NOTICE_MOST];
    pid_t sender;
    bool any = false;
    while (notify_receive(fd, &sender, notice, sizeof(notice))) {
        struct child *child = sender ? child_of(children, sender) : NULL;
        if (child && take(child, notice))
            any = true;
    }
    if (any)
        children_record(children);
}

void notices_end_stuck(const struct children *children)
{
    int64_t now = clock_ms();
    for (size_t i = 0; i < children->count; i++) {
        const struct child *child = &children->list[i];
        if (!child->pid || !child->program->silence || now - child->heard < child->program->silence)
            continue;
        log_line(LOG_WARNING, "%s (process %d) has been silent for %lld s: it is stuck, and killed",
                 child->name, (int)child->pid, (long long)(now - child->heard) / 1000);
        (void)kill(child->pid, SIGKILL);
    }
}
