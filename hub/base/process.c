#include "hub/base/process.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hub/base/text.h"

#define STATUS_NOT_STARTED 127

static bool become(const char *user)
{
    const struct passwd *entry = getpwnam(user);
    return entry && initgroups(user, entry->pw_gid) == 0 && setgid(entry->pw_gid) == 0 &&
           setuid(entry->pw_uid) == 0;
}

/* Open `path` and let it stand in for the standard files from `first` to `last`. */
static bool redirect(const char *path, int flags, int first, int last)
{
    int file = open(path, flags, 0640);
    if (file < 0)
        return false;
    for (int standard = first; standard <= last; standard++)
        if (dup2(file, standard) < 0)
            return false;
    return true;
}

NORETURN static void give_up(const char *what)
{
    (void)dprintf(STDERR_FILENO, "%s: %s\n", what, strerror(errno));
    _exit(STATUS_NOT_STARTED);
}

NORETURN static void child(const struct process_plan *plan, pid_t parent)
{
    const char *argv[64] = {plan->program};
    for (size_t i = 0; plan->args && plan->args[i]; i++) {
        assert(i + 2 < COUNT_OF(argv));
        argv[i + 1] = plan->args[i];
    }
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    if (plan->detached)
        (void)setsid();
    if (!redirect(plan->input ? plan->input : "/dev/null", O_RDONLY, STDIN_FILENO, STDIN_FILENO))
        give_up(plan->input ? plan->input : "/dev/null");
    if (plan->log &&
        !redirect(plan->log, O_WRONLY | O_APPEND | O_CREAT, STDOUT_FILENO, STDERR_FILENO))
        give_up(plan->log);
    (void)close_range(STDERR_FILENO + 1, ~0U, 0);
    if (plan->user && !become(plan->user))
        give_up(plan->user);
    /* Only now: changing the user resets it.  The parent may have died meanwhile. */
    if (plan->death_signal) {
        (void)prctl(PR_SET_PDEATHSIG, plan->death_signal);
        if (getppid() != parent)
            _exit(STATUS_NOT_STARTED);
    }
    union {
        const char **constant;
        char **plain;
    } arguments = {.constant = argv};
    (void)execv(plan->program, arguments.plain);
    give_up(plan->program);
}

pid_t process_start(const struct process_plan *plan, struct error *err)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        child(plan, parent);
    if (pid < 0)
        (void)error_set(err, ERROR_RETRY, "cannot start %s: %s", plan->program, strerror(errno));
    return pid;
}

static int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return STATUS_NOT_STARTED << 8;
    return status;
}

bool process_run(const struct process_plan *plan, struct error *err)
{
    pid_t pid = process_start(plan, err);
    if (pid < 0)
        return false;
    int status = wait_for(pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFSIGNALED(status))
        return error_set(err, ERROR_FATAL, "%s was killed by signal %d", plan->program,
                         WTERMSIG(status));
    return error_set(err, ERROR_FATAL, "%s failed with status %d", plan->program,
                     WEXITSTATUS(status));
}

bool process_may_enter(const char *user, const char *directory)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(become(user) && access(directory, X_OK) == 0 ? 0 : 1);
    return pid > 0 && wait_for(pid) == 0;
}

/* The command line of a process, its arguments divided by '\n'; "" when there is none. */
static void command_of(const char *pid, char *command, size_t size)
{
    char path[64];
    command[0] = '\0';
    (void)snprintf(path, sizeof(path), "/proc/%.20s/cmdline", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t length = read(file, command, size - 1);
    (void)close(file);
    for (ssize_t i = 0; i < length; i++)
        if (command[i] == '\0')
            command[i] = '\n';
    command[length > 0 ? length : 0] = '\0';
}

void process_each(void (*visit)(void *context, pid_t pid, const char *command), void *context)
{
    DIR *proc = opendir("/proc");
    if (!proc)
        return;
    for (const struct dirent *entry = readdir(proc); entry; entry = readdir(proc)) {
        int64_t pid;
        char command[4096];
        if (!text_to_int(entry->d_name, 1, INT32_MAX, &pid))
            continue;
        command_of(entry->d_name, command, sizeof(command));
        if (command[0])
            visit(context, (pid_t)pid, command);
    }
    (void)closedir(proc);
}

bool process_is(pid_t pid, const char *program)
{
    char number[24], command[4096];
    (void)snprintf(number, sizeof(number), "%d", (int)pid);
    command_of(number, command, sizeof(command));
    size_t length = strcspn(command, "\n");
    command[length] = '\0';
    const char *slash = strrchr(command, '/');
    return text_equal(slash ? slash + 1 : command, program);
}

int process_watch(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}
