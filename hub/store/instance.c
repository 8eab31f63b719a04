#include "hub/store/instance.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "hub/base/file.h"

#define WORKERS_USUAL 2
#define WORKERS_MOST 64
#define BATCH_USUAL 200
#define BATCH_MOST 5000
#define INBOX_USUAL 200000
#define INBOX_MOST 100000000
#define CORES_MOST 256
#define MEMORY_LEAST 64 /* MiB */
#define MEMORY_USUAL 2048
#define MEMORY_MOST 1048576
#define BULK_USUAL 4000
#define BULK_MOST 1000000000

static const char *given(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* A number that is given wrongly, or outside its bounds, counts as not given. */
static int64_t given_number(const char *name, int64_t least, int64_t most, int64_t usual)
{
    int64_t number;
    const char *value = given(name);
    return value && text_to_int(value, least, most, &number) ? number : usual;
}

static bool exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

static const char *parent(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash > path ? arena_strndup(arena, path, (size_t)(slash - path)) : "/";
}

/* Absolute, and without links as far as it exists. */
static const char *absolute(struct arena *arena, const char *path)
{
    char resolved[PATH_MAX], here[PATH_MAX];
    if (realpath(path, resolved))
        return arena_strdup(arena, resolved);
    if (path[0] == '/' || !getcwd(here, sizeof(here)))
        return arena_strdup(arena, path);
    return arena_printf(arena, "%s/%s", here, path);
}

/* The variables that libpq would read, or half of a connection string would be somebody else's. */
static void forget_postgresql(struct arena *arena)
{
    size_t count = 0;
    while (environ[count])
        count++;
    const char **names = NEW_ARRAY(arena, const char *, count);
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (text_starts(environ[i], "PG"))
            names[found++] = arena_strndup(arena, environ[i], strcspn(environ[i], "="));
    for (size_t i = 0; i < found; i++)
        (void)unsetenv(names[i]);
}

/* From build/bin or build/VARIANT/bin up to the checkout; NULL when there is none. */
static const char *find_checkout(struct arena *arena, const char *bin)
{
    const char *at = bin;
    for (int up = 0; up < 3; up++) {
        at = parent(arena, at);
        if (exists(arena_printf(arena, "%s/schemas", at)) &&
            exists(arena_printf(arena, "%s/Makefile", at)))
            return at;
    }
    return NULL;
}

static const char *recorded_listen(struct arena *arena, const char *home)
{
    struct slice content;
    struct error ignored;
    if (!file_read(arena, arena_printf(arena, "%s/run/listen", home), 300, &content, &ignored))
        return NULL;
    const char *listen = text_trim(arena, content.bytes);
    return *listen ? listen : NULL;
}

/* A value in a connection string. */
static const char *quoted(struct arena *arena, const char *value)
{
    struct buffer out = {.arena = arena};
    for (const char *c = value; *c; c++) {
        if (*c == '\'' || *c == '\\')
            buffer_char(&out, '\\');
        buffer_char(&out, *c);
    }
    return buffer_string(&out);
}

static void open_places(struct arena *arena, struct instance *instance)
{
    const char *checkout = find_checkout(arena, instance->bin);
    const char *home = given("AXLE_HOME"), *site = given("AXLE_SITE");
    instance->installed = !checkout;
    instance->usual_home = !home;
    instance->usual_site = !site;
    if (!home)
        home = checkout ? arena_printf(arena, "%s/var", checkout) : "/var/lib/axle";
    instance->home = absolute(arena, home);
    if (checkout) {
        instance->schemas = arena_printf(arena, "%s/schemas", checkout);
        instance->samples = site ? NULL : arena_printf(arena, "%s/tests/data/sample", checkout);
    } else {
        instance->schemas =
            arena_printf(arena, "%s/share/axle/schemas", parent(arena, instance->bin));
    }
    if (!site)
        site = checkout ? checkout : "/etc/axle";
    instance->site = absolute(arena, site);
}

bool instance_open(struct arena *arena, struct instance *instance, struct error *err)
{
    *instance = (struct instance){0};
    char exe[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    if (length < 0)
        return error_set(err, ERROR_FATAL, "cannot read /proc/self/exe: %s", strerror(errno));
    exe[length] = '\0';
    forget_postgresql(arena);
    instance->bin = parent(arena, exe);
    open_places(arena, instance);
    instance->workers = (int)given_number("AXLE_WORKERS", 0, WORKERS_MOST, WORKERS_USUAL);
    instance->batch = (size_t)given_number("AXLE_BATCH", 1, BATCH_MOST, BATCH_USUAL);

    instance->inbox_most = (size_t)given_number("AXLE_INBOX_MOST", 1, INBOX_MOST, INBOX_USUAL);
    instance->cores = (unsigned)given_number("AXLE_CORES", 1, CORES_MOST, get_nprocs());
    instance->memory = (size_t)given_number("AXLE_MEMORY", MEMORY_LEAST, MEMORY_MOST, MEMORY_USUAL);
    instance->bulk_least = (size_t)given_number("AXLE_BULK_LEAST", 1, BULK_MOST, BULK_USUAL);

    const char *dsn = given("AXLE_DSN");
    instance->embedded = !dsn;
    instance->dsn = dsn ? dsn
                        : arena_printf(arena, "host='%s' port=%d user=%s dbname=%s",
                                       quoted(arena, instance_socket(arena, instance)),
                                       INSTANCE_SOCKET_PORT, INSTANCE_ROLE, INSTANCE_DATABASE);

    const char *listen = given("AXLE_LISTEN");
    instance->usual_listen = !listen;
    if (!listen)
        listen = recorded_listen(arena, instance->home);
    instance->listen = listen ? listen : INSTANCE_LISTEN;
    const char *host = "";
    uint16_t port = 0;
    if (!instance_address(arena, instance->listen, &host, &port, err))
        return error_wrap(err, "AXLE_LISTEN");
    bool any = text_equal(host, "0.0.0.0") || text_equal(host, "::") || text_equal(host, "*");
    instance->url =
        arena_printf(arena, strchr(host, ':') && !any ? "http://[%s]:%d" : "http://%s:%d",
                     any ? "127.0.0.1" : host, (int)port);
    return true;
}

const char *instance_socket(struct arena *arena, const struct instance *instance)
{
    /* Where the path is too long for a socket, or closed to the server, a link leads elsewhere. */
    const char *path = arena_printf(arena, "%s/run/pg", instance->home);
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof(target) - 1);
    return length > 0 ? arena_strndup(arena, target, (size_t)length) : path;
}

const char *instance_token(struct arena *arena, const struct instance *instance)
{
    struct slice content;
    struct error ignored;
    if (!file_read(arena, arena_printf(arena, "%s/run/token", instance->home), 300, &content,
                   &ignored))
        return NULL;
    return text_trim(arena, content.bytes);
}

bool instance_address(struct arena *arena, const char *listen, const char **host, uint16_t *port,
                      struct error *err)
{
    const char *colon = strrchr(listen, ':');
    int64_t number;
    if (!colon || colon == listen || !text_to_int(colon + 1, 1, UINT16_MAX, &number))
        return error_set(err, ERROR_FATAL, "'%s' is no HOST:PORT, such as " INSTANCE_LISTEN,
                         listen);
    size_t length = (size_t)(colon - listen);
    if (listen[0] == '[' && length > 2 && colon[-1] == ']')
        *host = arena_strndup(arena, listen + 1, length - 2);
    else
        *host = arena_strndup(arena, listen, length);
    *port = (uint16_t)number;
    return true;
}
