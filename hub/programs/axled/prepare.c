#include "hub/programs/axled/prepare.h"

#include <dirent.h>
#include <errno.h>
#include <netdb.h>
#include <sodium.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "hub/base/log.h"
#include "hub/base/text.h"

#define TOKEN_BYTES 32
#define MAPPING_MOST ((size_t)1024 * 1024)
#define SAMPLE_MOST ((size_t)64 * 1024 * 1024)
/* Ports for homes of their own: below those that the kernel hands out. */
#define PORT_FIRST 20000
#define PORT_COUNT 10000
#define PORT_TRIES 50
#define FREE_TRIES 30
#define FREE_PAUSE 50000000L

static void close_later(void *directory)
{
    (void)closedir(directory);
}

static DIR *open_directory(struct arena *arena, const char *path)
{
    DIR *directory = opendir(path);
    if (directory)
        arena_defer(arena, close_later, directory);
    return directory;
}

/* Whoever copies a file to in/SOURCE before that is a folder makes it one that can be none. */
static void clear_place(struct arena *arena, const char *folder)
{
    struct stat status;
    const char *aside = arena_printf(arena, "%s.misplaced", folder);
    if (lstat(folder, &status) || !S_ISREG(status.st_mode) || rename(folder, aside))
        return;
    log_line(LOG_WARNING, "a file lay where a drop folder belongs; it is '%s' now", aside);
}

static bool make_drop_folder(struct arena *arena, const struct instance *instance,
                             const char *source, struct error *err)
{
    const char *folder = arena_printf(arena, "%s/in/%s", instance->home, source);
    clear_place(arena, folder);
    return file_make_directory(folder, 0750, err) &&
           file_make_directory(arena_printf(arena, "%s/done", folder), 0750, err) &&
           file_make_directory(arena_printf(arena, "%s/failed", folder), 0750, err);
}

/* A folder that nobody looks into would keep files for ever.  A mapping that cannot be read is no reason
 * to go without. */
static bool wants_folder(const char *mapping)
{
    ARENA(scratch);
    struct slice content;
    struct error ignored;
    return !file_read(scratch, mapping, MAPPING_MOST, &content, &ignored) ||
           strstr(content.bytes, "<directory") != NULL;
}

/* Of the mapping in that file, where the source reads one. */
static bool prepare_source(struct arena *arena, const struct instance *instance, const char *file,
                           struct error *err)
{
    const char *source = arena_strndup(arena, file, strlen(file) - strlen(".xml"));
    return !wants_folder(arena_printf(arena, "%s/mappings/%s", instance->site, file)) ||
           make_drop_folder(arena, instance, source, err);
}

bool prepare_directories(struct arena *arena, const struct instance *instance, struct error *err)
{
    static const struct {
        const char *name;
        unsigned mode;
    } places[] = {{"in", 0750}, {"log", 0750}, {"run", 0711}};
    if (!file_make_directory(instance->home, 0755, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (!file_make_directory(arena_printf(arena, "%s/%s", instance->home, places[i].name),
                                 places[i].mode, err))
            return false;
    DIR *mappings = open_directory(arena, arena_printf(arena, "%s/mappings", instance->site));
    if (!mappings)
        return true;
    for (const struct dirent *entry = readdir(mappings); entry; entry = readdir(mappings)) {
        if (entry->d_name[0] != '.' && text_ends(entry->d_name, ".xml") &&
            !prepare_source(arena, instance, entry->d_name, err))
            return false;
    }
    return true;
}

bool prepare_token(struct arena *arena, const struct instance *instance, struct error *err)
{
    if (instance_token(arena, instance))
        return true;
    unsigned char secret[TOKEN_BYTES];
    char text[TOKEN_BYTES * 2];
    if (sodium_init() < 0)
        return error_set(err, ERROR_FATAL, "no source of random numbers");
    randombytes_buf(secret, sizeof(secret));
    (void)sodium_bin2base64(text, sizeof(text), secret, sizeof(secret),
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return file_write(arena_printf(arena, "%s/run/token", instance->home), 0600,
                      arena_printf(arena, "axle_%s\n", text), err);
}

static bool is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* A file SOURCE.csv goes into the drop folder of SOURCE, where the site has such a source. */
static bool feed(struct arena *arena, const struct instance *instance, const char *name, bool *fed,
                 struct error *err)
{
    const char *dot = strrchr(name, '.');
    if (name[0] == '.' || !dot)
        return true;
    const char *source = arena_strndup(arena, name, (size_t)(dot - name));
    const char *folder = arena_printf(arena, "%s/in/%s", instance->home, source);
    if (!is_directory(folder))
        return true;
    ARENA(scratch);
    struct slice content;
    if (!file_read(scratch, arena_printf(scratch, "%s/%s", instance->samples, name), SAMPLE_MOST,
                   &content, err))
        return false;
    *fed = true;
    return file_write(arena_printf(scratch, "%s/%s", folder, name), 0644, content.bytes, err);
}

bool prepare_samples(struct arena *arena, const struct instance *instance, struct error *err)
{
    const char *marker = arena_printf(arena, "%s/run/samples", instance->home);
    DIR *samples = instance->samples ? open_directory(arena, instance->samples) : NULL;
    if (!samples || access(marker, F_OK) == 0)
        return true;
    bool fed = false;
    for (const struct dirent *entry = readdir(samples); entry; entry = readdir(samples))
        if (!feed(arena, instance, entry->d_name, &fed, err))
            return error_wrap(err, "cannot feed the samples");
    if (!fed)
        return true;
    log_line(LOG_NOTICE, "fed the samples from %s", instance->samples);
    return file_write(marker, 0644, "fed\n", err);
}

/* Could somebody listen there? */
static bool is_free(const char *host, uint16_t port)
{
    char service[8];
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    (void)snprintf(service, sizeof(service), "%u", (unsigned)port);
    if (getaddrinfo(text_equal(host, "*") ? NULL : host, service, &hints, &found))
        return false;
    int one = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool free_port = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
                     bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, 1) == 0;
    if (fd >= 0)
        (void)close(fd);
    freeaddrinfo(found);
    return free_port;
}

/* An API of ours may be about to die there. */
static bool becomes_free(const char *host, uint16_t port)
{
    for (int i = 0; i < FREE_TRIES; i++) {
        if (is_free(host, port))
            return true;
        (void)nanosleep(&(struct timespec){.tv_nsec = FREE_PAUSE}, NULL);
    }
    return false;
}

const char *prepare_listen(struct arena *arena, const struct instance *instance, struct error *err)
{
    const char *host = "127.0.0.1";
    uint16_t port = 0;
    if (instance->usual_home || !instance->usual_listen) {
        const char *wish = instance->usual_listen ? INSTANCE_LISTEN : instance->listen;
        if (!instance_address(arena, wish, &host, &port, err))
            return NULL;
        if (becomes_free(host, port))
            return wish;
        (void)error_set(err, ERROR_FATAL, "cannot listen on %s (in use?); give another AXLE_LISTEN",
                        wish);
        return NULL;
    }
    uint64_t start = hash64_text(instance->home);
    for (uint64_t i = 0; i < PORT_TRIES; i++) {
        port = (uint16_t)(PORT_FIRST + (start + i) % PORT_COUNT);
        if (is_free(host, port))
            return arena_printf(arena, "%s:%u", host, (unsigned)port);
    }
    (void)error_set(err, ERROR_FATAL, "no free port for the API; give AXLE_LISTEN");
    return NULL;
}
