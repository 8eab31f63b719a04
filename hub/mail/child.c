#include "hub/mail/child.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hub/base/clock.h"
#include "hub/base/json.h"
#include "hub/base/list.h"
#include "hub/mail/child_work.h"
#include "hub/mail/scan.h"

#define STARTS_MOST 10
#define READY_MS 5000
#define WALL_MS 30000 /* of a machine that has no time for it */
#define LOOK_MS 20
#define MESSAGES_MOST 5000 /* of one child: so what it loses comes back */
#define ANSWER_MOST ((uint64_t)64 << 20)

/* One of a process. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct child {
    pid_t owner, pid;
    int socket;
    unsigned messages;
} child = {.socket = -1};

enum outcome { DONE, DIED, COSTS };

/* How long one message may take. */
struct patience {
    int64_t wall_until, cpu_until; /* ms, and nanoseconds of the child's processor time */
};

static void end_child(void)
{
    if (child.socket >= 0)
        (void)close(child.socket);
    if (child.owner == getpid() && child.pid > 0) {
        (void)kill(child.pid, SIGKILL);
        while (waitpid(child.pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    child = (struct child){.socket = -1};
}

/* Nanoseconds; -1 when it is gone. */
static int64_t cpu_time(void)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(child.pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return -1;
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

/* Wait until the socket can be used; DONE when it can. */
static enum outcome wait_for(short events, const struct patience *patience)
{
    struct pollfd look = {.fd = child.socket, .events = events};
    for (;;) {
        int ready = poll(&look, 1, LOOK_MS);
        if (ready > 0)
            return DONE;
        if (ready < 0 && errno != EINTR)
            return DIED;
        if (clock_ms() > patience->wall_until || cpu_time() > patience->cpu_until)
            return COSTS;
    }
}

/* What send() or recv() moved; DONE: go on. */
static enum outcome count_moved(ssize_t moved, size_t *done)
{
    if (moved == 0 || (moved < 0 && errno != EINTR && errno != EAGAIN))
        return DIED;
    *done += moved > 0 ? (size_t)moved : 0;
    return DONE;
}

static enum outcome put(const void *bytes, size_t size, const struct patience *patience)
{
    enum outcome outcome = DONE;
    for (size_t done = 0; outcome == DONE && done < size;) {
        outcome = wait_for(POLLOUT, patience);
        if (outcome == DONE)
            outcome = count_moved(send(child.socket, (const char *)bytes + done, size - done,
                                       MSG_NOSIGNAL | MSG_DONTWAIT),
                                  &done);
    }
    return outcome;
}

static enum outcome get(void *bytes, size_t size, const struct patience *patience)
{
    enum outcome outcome = DONE;
    for (size_t done = 0; outcome == DONE && done < size;) {
        outcome = wait_for(POLLIN, patience);
        if (outcome == DONE)
            outcome = count_moved(
                recv(child.socket, (char *)bytes + done, size - done, MSG_DONTWAIT), &done);
    }
    return outcome;
}

static bool start_once(void)
{
    int pair[2];
    char ready;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0)
        child_work(pair[1]);
    (void)close(pair[1]);
    child = (struct child){.owner = getpid(), .pid = pid, .socket = pair[0]};
    const struct patience patience = {clock_ms() + READY_MS, INT64_MAX};
    if (pid > 0 && get(&ready, 1, &patience) == DONE)
        return true;
    end_child();
    return false;
}

/* Without it there is nothing to be done but to start this process again. */
static void start(void)
{
    bool fresh = child.owner == getpid() && child.messages < MESSAGES_MOST;
    if (fresh)
        return;
    end_child();
    for (int i = 0; i < STARTS_MOST; i++) {
        if (start_once())
            return;
        (void)usleep(100000);
    }
    abort(); /* no process can be started any more: as out of memory */
}

struct reply {
    struct mail_answer head;
    char *text, *content;
};

static enum outcome exchange(struct arena *arena, enum mail_question question, struct slice raw,
                             struct reply *reply)
{
    struct mail_ask ask = {.question = question, .size = raw.size};
    start();
    child.messages++;
    int64_t used = cpu_time();
    const struct patience patience = {clock_ms() + WALL_MS,
                                      used + (int64_t)MAIL_SECONDS * 1000000000};
    enum outcome outcome = put(&ask, sizeof(ask), &patience);
    if (outcome == DONE)
        outcome = put(raw.bytes, raw.size, &patience);
    if (outcome == DONE)
        outcome = get(&reply->head, sizeof(reply->head), &patience);
    if (outcome != DONE)
        return outcome;
    if (reply->head.text > ANSWER_MOST || reply->head.content > ANSWER_MOST)
        return COSTS;
    reply->text = arena_alloc(arena, reply->head.text + 1);
    reply->content = arena_alloc(arena, reply->head.content + 1);
    outcome = get(reply->text, reply->head.text, &patience);
    return outcome == DONE ? get(reply->content, reply->head.content, &patience) : outcome;
}

static bool refuse(struct reject *reject, const char *code, const char *message)
{
    *reject = (struct reject){.stage = "decode", .code = code, .message = message};
    return false;
}

static bool ask(struct arena *arena, enum mail_question question, struct slice raw,
                struct reply *reply, struct reject *reject)
{
    struct mail_scan scan;
    raw = mail_start(raw);
    const char *fault = mail_scan(raw, &scan);
    if (fault)
        return refuse(reject, "mime", fault);
    (void)pthread_mutex_lock(&lock);
    enum outcome outcome = exchange(arena, question, raw, reply);
    if (outcome != DONE)
        end_child();
    /* Whatever ended it may have been none of the message's doing. */
    if (outcome == DIED) {
        outcome = exchange(arena, question, raw, reply);
        if (outcome != DONE)
            end_child();
    }
    (void)pthread_mutex_unlock(&lock);
    if (outcome != DONE)
        return refuse(reject, "costs",
                      outcome == COSTS ? "reading it takes more than 2 seconds"
                                       : "reading it takes more than 256 MiB");
    return reply->head.good || refuse(reject, "mime", reply->text);
}

const char *mail_ask_json(struct arena *arena, struct slice raw, struct reject *reject)
{
    struct reply reply = {0};
    return ask(arena, MAIL_JSON, raw, &reply, reject) ? reply.text : NULL;
}

bool mail_ask_files(struct arena *arena, struct slice raw, struct mail_files *files,
                    struct reject *reject)
{
    struct reply reply = {0};
    struct json_fault fault;
    if (!ask(arena, MAIL_FILES, raw, &reply, reject))
        return false;
    const struct json *list = json_parse(arena, reply.text, reply.head.text, &fault);
    size_t at = 0;
    for (const struct json *item = list ? list->first : NULL; item; item = item->next) {
        int64_t size;
        const char *said = json_get_text(item, "size");
        if (!said || !text_to_int(said, 0, (int64_t)(reply.head.content - at), &size))
            return refuse(reject, "mime", "its attachments cannot be told apart");
        struct mail_file file = {.name = text_or_empty(json_get_text(item, "name")),
                                 .type = text_or_empty(json_get_text(item, "type")),
                                 .content = {reply.content + at, (size_t)size}};
        LIST_ADD(arena, files, file);
        at += (size_t)size;
    }
    return true;
}
