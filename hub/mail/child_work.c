/* The child's side: one message after the other, and nothing else. */
#include "hub/mail/child_work.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hub/base/json.h"
#include "hub/mail/child.h"

#define SOCKET 3
#define FILES_MOST 32 /* open ones: tables of character sets */

static bool read_all(int socket, void *bytes, size_t size)
{
    for (ssize_t got; size; size -= (size_t)got, bytes = (char *)bytes + got)
        if ((got = read(socket, bytes, size)) <= 0)
            return false;
    return true;
}

static void write_all(const void *bytes, size_t size)
{
    const char *at = bytes;
    for (ssize_t put; size; size -= (size_t)put, at += put)
        if ((put = write(SOCKET, at, size)) <= 0)
            _exit(0);
}

static void limit(__rlimit_resource_t resource, rlim_t most)
{
    const struct rlimit limit = {most, most};
    (void)setrlimit(resource, &limit);
}

/* Its address space, in bytes. */
static size_t size_now(void)
{
    char text[64] = "";
    int file = open("/proc/self/statm", O_RDONLY);
    ssize_t got = file < 0 ? -1 : read(file, text, sizeof(text) - 1);
    if (file >= 0)
        (void)close(file);
    return got > 0 ? strtoull(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : (size_t)2 << 30;
}

/* Should nobody be there to watch it any more. */
static void limit_time(void)
{
    struct rusage used;
    (void)getrusage(RUSAGE_SELF, &used);
    rlim_t seconds = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + MAIL_SECONDS + 2;
    const struct rlimit limit = {seconds, RLIM_INFINITY};
    (void)setrlimit(RLIMIT_CPU, &limit);
}

static void lock_in(int socket)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < COUNT_OF(ignored); i++)
        (void)signal(ignored[i], SIG_IGN);
    (void)dup2(socket, SOCKET);
    int nothing = open("/dev/null", O_RDWR);
    for (int i = 0; i < SOCKET && nothing >= 0; i++)
        (void)dup2(nothing, i);
    (void)close_range(SOCKET + 1, ~0U, 0);
    limit(RLIMIT_AS, size_now() + MAIL_MEMORY);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NPROC, 0);
    limit(RLIMIT_NOFILE, FILES_MOST);
}

static const char *list_files(struct arena *arena, const struct mail_files *files)
{
    struct json_writer json = {.out = {.arena = arena}};
    json_open(&json, '[');
    for (size_t i = 0; i < files->count; i++) {
        json_open(&json, '{');
        json_member(&json, "name", files->list[i].name);
        json_member(&json, "type", files->list[i].type);
        json_member_int(&json, "size", (int64_t)files->list[i].content.size);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    return buffer_string(&json.out);
}

static void answer(struct arena *work, const struct mail_reader *reader, uint32_t question,
                   struct slice raw)
{
    struct mail_files files = {0};
    const char *fault = NULL, *text = NULL;
    if (question == MAIL_JSON)
        text = mail_to_json(work, reader, raw, &fault);
    else if (mail_files(work, reader, raw, &files, &fault))
        text = list_files(work, &files);
    struct mail_answer head = {.good = text != NULL};
    if (!text)
        text = fault;
    head.text = strlen(text);
    for (size_t i = 0; i < files.count; i++)
        head.content += files.list[i].content.size;
    write_all(&head, sizeof(head));
    write_all(text, head.text);
    for (size_t i = 0; i < files.count; i++)
        write_all(files.list[i].content.bytes, files.list[i].content.size);
}

/* What other threads held when this process was made stays locked in it for ever: better that it hangs
 * now than over a message. */
static void warm_up(const struct mail_reader *reader)
{
    static const char message[] =
        "From: =?ISO-2022-JP?B?GyRCJCIbKEI=?= <a@b.example>\nDate: Mon, 6 May 2024 10:00:00 +1000\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; "
        "charset=koi8-r\n"
        "Content-Transfer-Encoding: base64\n\n8PLJ18XUPHA+PGI+YSZhbXA7YjwvYj4=\n--b\n"
        "Content-Type: text/plain; charset=gb18030\n\n\xc4\xe3\n-- \nAnn Lee\nTel: 02 5550 "
        "1234\n--b--\n";
    ARENA(work);
    const char *fault;
    (void)mail_to_json(work, reader, (struct slice){message, sizeof(message) - 1}, &fault);
}

void child_work(int socket)
{
    lock_in(socket);
    ARENA(life);
    const struct mail_reader *reader = mail_reader_new(life);
    struct mail_ask ask;
    limit_time();
    warm_up(reader);
    write_all("", 1);
    while (read_all(SOCKET, &ask, sizeof(ask))) {
        ARENA(work);
        char *bytes = arena_alloc(work, ask.size + 1);
        limit_time();
        if (!read_all(SOCKET, bytes, ask.size))
            break;
        answer(work, reader, ask.question, (struct slice){bytes, ask.size});
    }
    _exit(0);
}
