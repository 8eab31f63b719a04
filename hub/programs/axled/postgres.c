#include "hub/programs/axled/postgres.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "hub/base/log.h"
#include "hub/base/text.h"
#include "hub/base/uuid.h"

/* sun_path holds 107 bytes and a NUL; the socket's own name takes 15 of them. */
#define SOCKET_DIRECTORY_MOST (107 - 15)
/* For data that user postgres could not reach under home. */
#define ELSEWHERE "/var/lib/axle-postgresql"
#define MEMORY_MOST 512
#define MEMORY_LEAST 32
#define EIGHT_MEGABYTES ((uint64_t)8 * 1024 * 1024)
#define ARGUMENTS_MOST 100

static const char *const settings[] = {
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "max_wal_size=2GB",
    "wal_compression=lz4",
    "checkpoint_timeout=5min",
    "work_mem=16MB",
    "maintenance_work_mem=128MB",
    "random_page_cost=1.1",
    "jit=off",
    "autovacuum_naptime=15s",
    "autovacuum_vacuum_scale_factor=0.05",
    "autovacuum_analyze_scale_factor=0.02",
    "max_connections=300",
    "log_line_prefix=%m [%p] %a ",
    "log_timezone=UTC",
    /* Details, contexts and statements would quote what customers said. */
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
    "timezone=UTC",
};

static bool exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

/* The cluster's own version where there is one; otherwise 15, and then whatever is newer. */
static bool find_programs(struct arena *arena, struct postgres *postgres, const char *data,
                          struct error *err)
{
    struct slice content;
    struct error ignored;
    int64_t least = 15, most = 19;
    if (file_read(arena, arena_printf(arena, "%s/PG_VERSION", data), 20, &content, &ignored) &&
        text_to_int(text_trim(arena, content.bytes), 10, 99, &least))
        most = least;
    for (int64_t version = least; version <= most; version++) {
        postgres->bin = arena_printf(arena, "/usr/lib/postgresql/%d/bin", (int)version);
        if (exists(arena_printf(arena, "%s/initdb", postgres->bin)))
            return true;
    }
    return error_set(err, ERROR_FATAL,
                     "no PostgreSQL %d in /usr/lib/postgresql; run deploy/install-deps, or give "
                     "AXLE_DSN",
                     (int)least);
}

static bool find_user(struct postgres *postgres, struct error *err)
{
    postgres->user = geteuid() == 0 ? "postgres" : NULL;
    if (postgres->user && !getpwnam(postgres->user))
        return error_set(err, ERROR_FATAL,
                         "PostgreSQL does not run as root, and there is no user postgres");
    return true;
}

/* A directory for the server's user alone. */
static bool own_directory(const struct postgres *postgres, const char *path, struct error *err)
{
    if (!file_make_directory(path, 0700, err))
        return false;
    const struct passwd *user = postgres->user ? getpwnam(postgres->user) : NULL;
    struct stat status;
    if (lstat(path, &status) || !S_ISDIR(status.st_mode) ||
        (status.st_uid != geteuid() && !(user && status.st_uid == user->pw_uid)))
        return error_set(err, ERROR_FATAL, "'%s' belongs to somebody else", path);
    if (chmod(path, 0700) || (user && chown(path, user->pw_uid, user->pw_gid)))
        return error_set(err, ERROR_FATAL, "cannot take over '%s': %s", path, strerror(errno));
    return true;
}

static bool put_link(const char *target, const char *path, struct error *err)
{
    if (symlink(target, path))
        return error_set(err, ERROR_FATAL, "cannot make link '%s': %s", path, strerror(errno));
    return true;
}

/* What `path` is or leads to. */
static const char *follow(struct arena *arena, const char *path)
{
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof(target) - 1);
    return length > 0 ? arena_strndup(arena, target, (size_t)length) : path;
}

/* Home and run are ours: open them for passing through.  What lies above them is not. */
static bool reachable(struct arena *arena, const struct postgres *postgres,
                      const struct instance *instance)
{
    if (!postgres->user)
        return true;
    const char *run = arena_printf(arena, "%s/run", instance->home);
    (void)chmod(instance->home, 0755);
    (void)chmod(run, 0711);
    return process_may_enter(postgres->user, run);
}

static bool choose_places(struct arena *arena, struct postgres *postgres,
                          const struct instance *instance, struct error *err)
{
    const char *pg = arena_printf(arena, "%s/pg", instance->home);
    const char *run = arena_printf(arena, "%s/run/pg", instance->home);
    if (!exists(pg) && !reachable(arena, postgres, instance)) {
        char name[UUID_TEXT];
        uuid_text(uuid_new(), name);
        const char *base = arena_printf(arena, ELSEWHERE "/%s", name);
        log_line(LOG_WARNING, "user %s may not enter %s; its data goes to %s", postgres->user,
                 instance->home, base);
        (void)unlink(run);
        if (!file_make_directory(base, 0755, err) ||
            !put_link(arena_printf(arena, "%s/pg", base), pg, err) || !put_link(base, run, err))
            return false;
    }
    if (!exists(run) && strlen(run) > SOCKET_DIRECTORY_MOST) {
        uint64_t hash = hash64_text(instance->home);
        if (!put_link(arena_printf(arena, "/tmp/axle-%016llx", (unsigned long long)hash), run, err))
            return false;
    }
    postgres->data = follow(arena, pg);
    postgres->socket = follow(arena, run);
    return own_directory(postgres, postgres->socket, err);
}

static bool run_program(struct arena *arena, const struct postgres *postgres, const char *program,
                        const char *const *args, const char *input, struct error *err)
{
    const char *path = arena_printf(arena, "%s/%s", postgres->bin, program);
    return process_run(&(struct process_plan){.program = path,
                                              .args = args,
                                              .input = input,
                                              .user = postgres->user,
                                              .log = "/dev/null"},
                       err);
}

/* Made beside its place and moved there: an interrupted attempt leaves no half cluster. */
static bool make_cluster(struct arena *arena, const struct postgres *postgres,
                         const struct instance *instance, struct error *err)
{
    const char *draft = arena_printf(arena, "%s.new", postgres->data);
    const char *input = arena_printf(arena, "%s/run/create.sql", instance->home);
    const struct process_plan clear = {.program = "/bin/rm",
                                       .args = (const char *[]){"-rf", draft, NULL}};
    const char *const initdb[] = {"-D",    draft, "-U",   INSTANCE_ROLE,      "-A",
                                  "trust", "-E",  "UTF8", "--locale=C.UTF-8", NULL};
    const char *const single[] = {"--single", "-D", draft, "postgres", NULL};
    if (!process_run(&clear, err) || !own_directory(postgres, draft, err) ||
        !run_program(arena, postgres, "initdb", initdb, NULL, err) ||
        !file_write(input, 0644, "create database " INSTANCE_DATABASE ";\n", err) ||
        !run_program(arena, postgres, "postgres", single, input, err))
        return error_wrap(err, "cannot make the database cluster");
    (void)unlink(input);
    if (rename(draft, postgres->data))
        return error_set(err, ERROR_FATAL, "cannot move '%s' in place: %s", draft, strerror(errno));
    return true;
}

bool postgres_prepare(struct arena *arena, struct postgres *postgres,
                      const struct instance *instance, struct error *err)
{
    const char *pg = arena_printf(arena, "%s/pg", instance->home);
    postgres->cluster = arena_printf(arena, "axle_%08x", (unsigned)hash64_text(instance->home));
    if (!find_programs(arena, postgres, pg, err) || !find_user(postgres, err) ||
        !choose_places(arena, postgres, instance, err))
        return false;
    if (exists(arena_printf(arena, "%s/PG_VERSION", postgres->data)))
        return true;
    if (exists(postgres->data))
        return error_set(err, ERROR_FATAL, "'%s' exists and is no database cluster; move it away",
                         postgres->data);
    log_line(LOG_NOTICE, "making a database cluster in %s", pg);
    return make_cluster(arena, postgres, instance, err);
}

/* An eighth of the memory, within limits. */
static int shared_buffers(void)
{
    struct sysinfo machine;
    if (sysinfo(&machine))
        return MEMORY_LEAST;
    uint64_t megabytes = (uint64_t)machine.totalram * machine.mem_unit / EIGHT_MEGABYTES;
    if (megabytes > MEMORY_MOST)
        return MEMORY_MOST;
    return megabytes < MEMORY_LEAST ? MEMORY_LEAST : (int)megabytes;
}

struct process_plan postgres_plan(struct arena *arena, const struct postgres *postgres)
{
    const char **args = NEW_ARRAY(arena, const char *, ARGUMENTS_MOST);
    const char *const own[] = {
        arena_printf(arena, "unix_socket_directories=%s", postgres->socket),
        arena_printf(arena, "port=%d", INSTANCE_SOCKET_PORT),
        arena_printf(arena, "cluster_name=%s", postgres->cluster),
        arena_printf(arena, "shared_buffers=%dMB", shared_buffers()),
    };
    size_t count = 0;
    args[count++] = "-D";
    args[count++] = postgres->data;
    for (size_t i = 0; i < COUNT_OF(own) + COUNT_OF(settings); i++) {
        args[count++] = "-c";
        args[count++] = i < COUNT_OF(own) ? own[i] : settings[i - COUNT_OF(own)];
    }
    return (struct process_plan){.program = arena_printf(arena, "%s/postgres", postgres->bin),
                                 .args = args,
                                 .user = postgres->user,
                                 .death_signal = SIGQUIT};
}

bool postgres_ready(const struct postgres *postgres, pid_t pid)
{
    /* What pg_ctl looks at, too: the first line is the process, the eighth the state. */
    ARENA(scratch);
    struct slice content;
    struct error ignored;
    const char *path = arena_printf(scratch, "%s/postmaster.pid", postgres->data);
    if (!file_read(scratch, path, 10000, &content, &ignored))
        return false;
    size_t count;
    const char **lines = text_split(scratch, content.bytes, '\n', &count);
    int64_t server;
    return count >= 8 && text_to_int(lines[0], 1, INT32_MAX, &server) && (pid_t)server == pid &&
           text_starts(lines[7], "ready");
}

struct sweep {
    const char *server, *backend;
    int signal;
    size_t count;
};

static void sweep_one(void *context, pid_t pid, const char *command)
{
    struct sweep *sweep = context;
    if (!strstr(command, sweep->server) && !text_starts(command, sweep->backend))
        return;
    sweep->count++;
    (void)kill(pid, sweep->signal);
}

size_t postgres_leftovers(const struct postgres *postgres, int signal)
{
    /* Backends retitle themselves; one that has just been forked still bears the server's line. */
    ARENA(scratch);
    struct sweep sweep = {
        .server = arena_printf(scratch, "/postgres\n-D\n%s\n", postgres->data),
        .backend = arena_printf(scratch, "postgres: %s: ", postgres->cluster),
        .signal = signal,
    };
    process_each(sweep_one, &sweep);
    return sweep.count;
}
