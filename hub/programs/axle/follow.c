#include "hub/programs/axle/follow.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/map.h"
#include "hub/base/process.h"
#include "hub/base/text.h"

#define ANSWER_SECONDS 2
#define LINE_SHOWN 160
#define CHUNK_MOST 16384

pid_t follow_supervisor(const struct instance *instance)
{
    ARENA(scratch);
    struct slice content;
    struct error ignored;
    int64_t pid = 0;
    const char *path = arena_printf(scratch, "%s/run/axled.pid", instance->home);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    /* Who runs holds the lock; a process id alone could be anybody's by now. */
    bool runs = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    (void)close(file);
    if (!runs || !file_read(scratch, path, 100, &content, &ignored) ||
        !text_to_int(text_trim(scratch, content.bytes), 1, INT32_MAX, &pid))
        return 0;
    return (pid_t)pid;
}

static int connect_to(const char *host, uint16_t port)
{
    char service[8];
    (void)snprintf(service, sizeof(service), "%u", (unsigned)port);
    struct addrinfo hints = {.ai_flags = AI_NUMERICSERV, .ai_socktype = SOCK_STREAM}, *found = NULL;
    if (getaddrinfo(host, service, &hints, &found))
        return -1;
    struct timeval wait = {.tv_sec = ANSWER_SECONDS};
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) ||
                    connect(fd, found->ai_addr, found->ai_addrlen))) {
        (void)close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

/* GET /readyz is answered with 200. */
static bool api_answers(struct arena *arena, const struct instance *instance)
{
    const char *host = "";
    uint16_t port = 0;
    struct error ignored;
    if (!instance_address(arena, instance->url + strlen("http://"), &host, &port, &ignored))
        return false;
    int fd = connect_to(host, port);
    if (fd < 0)
        return false;
    char answer[64] = "";
    const char *request = arena_printf(
        arena, "GET /readyz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", instance->listen);
    bool sent = send(fd, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request);
    bool good = sent && recv(fd, answer, sizeof(answer) - 1, MSG_WAITALL) > 0 &&
                text_starts(answer, "HTTP/1.1 200");
    (void)close(fd);
    return good;
}

bool follow_ready(struct arena *arena, const struct instance *instance)
{
    if (access(arena_printf(arena, "%s/run/ready", instance->home), F_OK))
        return false;
    if (access(arena_printf(arena, "%s/axle-api", instance->bin), X_OK))
        return true;
    return api_answers(arena, instance);
}

/* PROGRAM NUMBER PROCESS SINCE RESTARTS SOURCE STATUS...; a source of "-" is none. */
static bool read_process(struct arena *arena, const char *line, struct process_row *row)
{
    size_t parts;
    const char *status = line;
    const char **part = text_split(arena, line, ' ', &parts);
    int64_t number, pid, since, restarts;
    if (parts < 6 || !text_to_int(part[1], 0, INT32_MAX, &number) ||
        !text_to_int(part[2], 0, INT32_MAX, &pid) || !text_to_int(part[3], 0, INT64_MAX, &since) ||
        !text_to_int(part[4], 0, INT32_MAX, &restarts))
        return false;
    for (int blanks = 0; blanks < 6 && (status = strchr(status, ' ')); blanks++)
        status++;
    *row = (struct process_row){.name = part[0],
                                .source = text_equal(part[5], "-") ? NULL : part[5],
                                .status = status ? status : "",
                                .number = (int)number,
                                .pid = (pid_t)pid,
                                .since = since,
                                .restarts = (int)restarts};
    return true;
}

const struct process_row *follow_processes(struct arena *arena, const struct instance *instance,
                                           size_t *count)
{
    struct slice content;
    struct error ignored;
    const char *path = arena_printf(arena, "%s/run/processes", instance->home);
    *count = 0;
    if (!file_read(arena, path, 100000, &content, &ignored))
        return NULL;
    size_t lines;
    const char **line = text_split(arena, content.bytes, '\n', &lines);
    struct process_row *rows = NEW_ARRAY(arena, struct process_row, lines);
    for (size_t i = 0; i < lines; i++)
        *count += read_process(arena, line[i], &rows[*count]);
    return rows;
}

/* ---- log files */

struct follow_logs {
    struct arena *arena;
    const char *directory;
    struct map ends; /* by file name: an off_t that was read up to */
};

/* Visit each log file with its name, path and size. */
static void each_log(struct follow_logs *logs, FILE *out,
                     void (*visit)(struct follow_logs *, const char *, const char *, off_t, FILE *))
{
    ARENA(scratch);
    DIR *directory = opendir(logs->directory);
    if (!directory)
        return;
    for (const struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        struct stat status;
        const char *path = arena_printf(scratch, "%s/%s", logs->directory, entry->d_name);
        if (text_ends(entry->d_name, ".log") && stat(path, &status) == 0)
            visit(logs, entry->d_name, path, status.st_size, out);
    }
    (void)closedir(directory);
}

static off_t *end_of(struct follow_logs *logs, const char *name)
{
    off_t *end = map_get_text(&logs->ends, name);
    if (!end) {
        end = NEW(logs->arena, off_t);
        map_put_text(&logs->ends, arena_strdup(logs->arena, name), end);
    }
    return end;
}

static void skip(struct follow_logs *logs, const char *name, const char *path, off_t size,
                 FILE *out)
{
    (void)path;
    (void)out;
    *end_of(logs, name) = size;
}

struct follow_logs *follow_logs(struct arena *arena, const struct instance *instance)
{
    struct follow_logs *logs = NEW(arena, struct follow_logs);
    logs->arena = arena;
    logs->directory = arena_printf(arena, "%s/log", instance->home);
    logs->ends.arena = arena;
    each_log(logs, NULL, skip);
    return logs;
}

/* Ours begin with <level>TIME program[PID]; PostgreSQL's with TIME [PID].  The text alone is shown. */
static void print_line(const char *name, const char *line, FILE *out)
{
    const char *text = line;
    if (line[0] == '<') {
        const char *program = strchr(line, ' ');
        const char *behind = program ? strstr(program, "] ") : NULL;
        text = behind ? behind + 2 : line;
    } else if (text_equal(name, "postgres.log")) {
        const char *behind = strstr(line, "  ");
        text = behind ? behind + 2 : line;
        if (text_starts(text, "LOG:"))
            return;
    }
    if (*text)
        (void)fprintf(out, "%.*s: %.*s\n", (int)strcspn(name, "."), name, LINE_SHOWN, text);
}

static void print_new(struct follow_logs *logs, const char *name, const char *path, off_t size,
                      FILE *out)
{
    ARENA(scratch);
    off_t *end = end_of(logs, name);
    if (size < *end)
        *end = 0;
    if (size - *end > CHUNK_MOST)
        *end = size - CHUNK_MOST;
    char chunk[CHUNK_MOST + 1];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : pread(file, chunk, CHUNK_MOST, *end);
    if (file >= 0)
        (void)close(file);
    /* Whole lines only; the rest comes next time. */
    while (length > 0 && chunk[length - 1] != '\n')
        length--;
    if (length <= 0)
        return;
    *end += length;
    chunk[length - 1] = '\0';
    size_t count;
    const char **lines = text_split(scratch, chunk, '\n', &count);
    for (size_t i = 0; i < count; i++)
        print_line(name, lines[i], out);
}

void follow_print(struct follow_logs *logs, FILE *out)
{
    each_log(logs, out, print_new);
    (void)fflush(out);
}
