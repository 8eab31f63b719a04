#include "hub/base/crew.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOK_NS 5000000 /* between looks at who has ended */
#define TICK_LOOKS 20   /* looks between ticks */

struct shared {
    void *address;
    size_t size;
};

static void unshare_memory(void *arg)
{
    struct shared *shared = arg;
    (void)munmap(shared->address, shared->size);
}

void *crew_share(struct arena *arena, size_t size)
{
    struct shared *shared = NEW(arena, struct shared);
    shared->size = size ? size : 1;
    shared->address = mmap(NULL, shared->size, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (shared->address == MAP_FAILED)
        abort(); /* out of memory, as everywhere */
    arena_defer(arena, unshare_memory, shared);
    return shared->address;
}

/* One of the crew, and what it told when it failed. */
struct member {
    pid_t pid; /* 0: not there any more */
    struct error err;
};

/* Never returns: what the parent's arenas hold is the parent's to end. */
static void be_member(const struct crew *crew, size_t i, pid_t parent, struct member *me)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)signal(SIGINT, SIG_IGN); /* of a terminal: the parent decides */
    if (getppid() != parent)
        _exit(1);
    _exit(crew->work(crew->to, i, &me->err) ? 0 : 1);
}

static bool start(const struct crew *crew, struct member *members, struct error *err)
{
    pid_t parent = getpid();
    for (size_t i = 0; i < crew->count; i++) {
        pid_t pid = fork();
        if (pid < 0)
            return error_set(err, ERROR_RETRY, "cannot start a process: %s", strerror(errno));
        if (pid == 0)
            be_member(crew, i, parent, &members[i]);
        members[i].pid = pid;
    }
    return true;
}

static void end_all(const struct crew *crew, struct member *members)
{
    for (size_t i = 0; i < crew->count; i++)
        if (members[i].pid)
            (void)kill(members[i].pid, SIGKILL);
    for (size_t i = 0; i < crew->count; i++)
        while (members[i].pid && waitpid(members[i].pid, NULL, 0) < 0 && errno == EINTR)
            ;
}

/* Take note of who has ended; *left is how many have not. */
static bool look(const struct crew *crew, struct member *members, size_t *left, struct error *err)
{
    *left = 0;
    for (size_t i = 0; i < crew->count; i++) {
        struct member *member = &members[i];
        int status = 0;
        if (!member->pid)
            continue;
        if (waitpid(member->pid, &status, WNOHANG) != member->pid) {
            ++*left;
            continue;
        }
        member->pid = 0;
        if (WIFSIGNALED(status) && crew->died)
            *crew->died = i;
        if (WIFSIGNALED(status))
            return error_set(err, ERROR_FATAL, "a process died: %s", strsignal(WTERMSIG(status)));
        if (WEXITSTATUS(status)) {
            *err = member->err;
            return err->kind != ERROR_NONE ? false
                                           : error_set(err, ERROR_FATAL, "a process ended early");
        }
    }
    return true;
}

static bool wait_for_all(const struct crew *crew, struct member *members, struct error *err)
{
    static const struct timespec pause = {.tv_nsec = LOOK_NS};
    for (unsigned looks = 1;; looks++) {
        size_t left;
        if (!look(crew, members, &left, err))
            return false;
        if (!left)
            return true;
        if (crew->tick && looks % TICK_LOOKS == 0 && !crew->tick(crew->to))
            return error_set(err, ERROR_RETRY, "interrupted");
        (void)nanosleep(&pause, NULL);
    }
}

bool crew_run(const struct crew *crew, struct error *err)
{
    ARENA(scratch);
    struct member *members = crew_share(scratch, crew->count * sizeof(*members));
    if (crew->died)
        *crew->died = crew->count;
    (void)fflush(NULL); /* or each would say again what waits there to be said */
    bool done = start(crew, members, err) && wait_for_all(crew, members, err);
    end_all(crew, members);
    return done;
}
