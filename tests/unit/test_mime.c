/* Messages as a format: fields by name, files of one and of many, and what reading them may cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hub/base/clock.h"
#include "hub/base/file.h"
#include "hub/format/format.h"
#include "hub/format/mime.h"
#include "hub/mail/child.h"
#include "tests/unit/shared.h"

static const struct format mime = {.kind = FORMAT_MIME};

static struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static const struct fields *decode(struct arena *arena, struct slice raw, struct reject *reject)
{
    return format_decode(arena, &mime, (struct slice){0}, raw, 7, reject);
}

#define CARDS                                                                                    \
    "From: Ann <ann@lee.example>\nX-Thing: first\nX-THING: second\nContent-Type: text/vcard\n\n" \
    "BEGIN:VCARD\nFN:Ann Lee\nEMAIL:a@lee.example\nEND:VCARD\nBEGIN:VCARD\nFN:Bob "              \
    "Ray\nEND:VCARD\n"

static void test_fields(void **state)
{
    (void)state;
    ARENA(work);
    struct reject reject;
    const char *flag;
    const struct fields *const *items;
    const struct fields *fields = decode(work, slice_of(CARDS), &reject);
    assert_non_null(fields);
    assert_string_equal(fields_text(fields, "From.address", &flag), "ann@lee.example");
    assert_null(flag);
    assert_string_equal(fields_text(fields, "header:x-thing", &flag), "first");
    assert_string_equal(flag, "repeated");
    assert_null(fields_text(fields, "Subject", &flag));
    assert_null(fields_text(fields, "from.address", &flag));
    assert_int_equal(fields_kind(fields, "Subject"), FIELD_EMPTY);
    assert_int_equal(fields_kind(fields, "From.name"), FIELD_TEXT);
    assert_int_equal(fields_kind(fields, "vcards"), FIELD_NESTED);
    assert_int_equal(fields_each(work, fields, "vcards", &items), 2);
    assert_string_equal(fields_text(items[0], "email", &flag), "a@lee.example");
    assert_string_equal(fields_text(items[1], "name", &flag), "Bob Ray");
    assert_null(fields_text(items[1], "email", &flag));
    assert_int_equal(fields_each(work, fields, "bounces", &items), 0);
    bool named = false;
    for (const char *const *name = fields_names(work, fields); *name; name++)
        named = named || text_equal(*name, "header:X-Thing");
    assert_true(named);
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *from, *fault; /* how it ends */
    } rows[] = {
        {"From.address", NULL},
        {"header:X-Anything", NULL},
        {"form.First name", NULL},
        {"vcards", NULL},
        {"street", NULL},
        {"header:", "the like"},
        {"From.adress", "did you mean 'From.address'?"},
        {"body", "the like"},
        {"signature.fone", "did you mean 'signature.phone'?"},
        {"/from", "the like"},
        {"vcard", "did you mean 'vcards'?"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        const char *fault = format_fault(work, &mime, rows[i].from);
        assert_int_equal(!fault, !rows[i].fault);
        assert_true(!fault || text_ends(fault, rows[i].fault));
    }
    ARENA(work);
    assert_non_null(format_drop_fault(work, &mime, "From.address"));
    assert_true(format_has_lists(&mime));
}

static void test_streams(void **state)
{
    (void)state;
    static const struct {
        const char *stream, *expected; /* line, length and first bytes of each */
    } rows[] = {
        {"", ""},
        {"\n\n", ""},
        {"A: b\n\nFrom here\n", "1 16 A: b|"},
        {"\xef\xbb\xbf\r\nA: b\r\n\r\nx", "2 9 A: b|"},
        {"From a@b Mon May  6 10:00:00 2024\nA: b\n\nx\n\nFrom here it is quiet.\n\n"
         "From c@d Mon May  6 10:00:00 2024\r\nC: d\r\n\r\ny\r\n\r\n",
         "2 31 A: b|9 9 C: d|"},
        /* Without a blank line before it, and without a time, it is text. */
        {"From a@b 10:00\nA: b\n\nx\nFrom c@d 10:00\n", "2 22 A: b|"},
        {"From a@b 10:00\nFrom a@b 10:00\nA: b\n", "2 19 From|"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        struct buffer out = {.arena = work};
        struct splitter *splitter = splitter_new(work, &mime, slice_of(rows[i].stream));
        struct cut cut;
        while (splitter_next(splitter, &cut)) {
            assert_null(cut.reject);
            assert_int_equal(cut.raw.size, cut.length);
            buffer_printf(&out, "%u %zu %.4s|", cut.line, cut.length, cut.raw.bytes);
        }
        assert_string_equal(buffer_string(&out), rows[i].expected);
    }
}

/* So many times a text, between others. */
static struct slice repeated(struct arena *arena, const char *first, const char *text, size_t size,
                             const char *last)
{
    struct buffer out = {.arena = arena};
    buffer_text(&out, first);
    while (out.length < size)
        buffer_text(&out, text);
    buffer_text(&out, last);
    return (struct slice){buffer_string(&out), out.length};
}

static void test_sizes(void **state)
{
    (void)state;
    ARENA(work);
    struct cut cut;
    struct reject reject;
    size_t most = format_record_most(&mime);
    assert_int_equal(most, 25 << 20);
    struct slice raw = repeated(work, "A: b\n\n", "0123456789abcde\n", most, "");
    raw.size = most + 1;
    assert_true(splitter_next(splitter_new(work, &mime, raw), &cut));
    assert_string_equal(cut.reject->stage, "size");
    assert_string_equal(cut.reject->code, "too-long");
    assert_int_equal(cut.length, most + 1);
    assert_int_equal(cut.raw.size, FORMAT_REJECT_KEPT);
    assert_null(decode(work, raw, &reject));
    assert_string_equal(reject.stage, "size");
    raw.size = most;
    assert_true(splitter_next(splitter_new(work, &mime, raw), &cut));
    assert_null(cut.reject);
    assert_non_null(decode(work, raw, &reject));
}

#define MIXED "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
#define HTML "From: a@b.example\nContent-Type: text/html\n\n"

#define TOOK_MOST_MS 10000 /* of a machine with other things to do */
#define MIB ((size_t)1048576)

static const struct {
    const char *first, *text;
    size_t size;
    const char *last;
    const char *code; /* NULL: it is read */
} hostile[] = {
    {"", "", 0, "", "mime"},
    {"\001", "\002", 3, "", "mime"},
    {MIXED, "--b\n", 4 * MIB, "", "mime"},
    {"", "A: b\n", 24 * MIB, "\n", "mime"},
    {"A: ", "b", 2 * MIB, "\n\nx", "mime"},
    {"Subject: ", "=?utf-8?q?=C3=BC?= ", MIB - 100, "\n\nx", NULL},
    {"Subject: ", "=?utf-8?q?=C3=BC?=", MIB - 100, "\n\nx", NULL},
    {"Subject: =?utf-8?b?", "AAAA", MIB - 100, "\n\nx", NULL},
    {"From: ", "(", MIB - 100, "\n\nx", NULL},
    {"From: ", "a,", MIB - 100, "\n\nx", NULL},
    {"To: ", "g:", MIB - 100, "\n\nx", "costs"},
    {"References: ", "<a@b>", MIB - 100, "\n\nx", NULL},
    {"A: b\n", "Content-Type: multipart/mixed; boundary=b\n", MIB - 100, "\n", NULL},
    {"A: b\nContent-Type: text/plain", "; a*0*=b", MIB - 100, "\n\nx", NULL},
    {HTML, "<div>", 24 * MIB, "", NULL},
    {HTML, "<table><tr><td>", 24 * MIB, "", NULL},
    {HTML, "<a b='", 24 * MIB, "", NULL},
    {HTML, "<p>x</p></b>", 24 * MIB, "", NULL},
    {HTML, "&#x26;", 24 * MIB, "", NULL},
    {HTML, "<!--", 24 * MIB, "", NULL},
    {"A: b\n\n", "x", 24 * MIB, "", NULL},
    {"A: b\n\n", "\n", 24 * MIB, "", NULL},
    {"A: b\n\n", "a: b\n", 24 * MIB, "", NULL},
    {"A: b\n\nRegards\n", "0 ", 24 * MIB, "", NULL},
    {"A: b\n\nRegards\n1 a, ", "a ", 3 * MIB, "", NULL},
    {"A: b\nContent-Type: text/plain; charset=utf-16\n\n", "x", 24 * MIB, "", NULL},
    {"A: b\nContent-Type: text/plain; charset=utf-7\n\n", "+", 24 * MIB, "", NULL},
    {"A: b\nContent-Type: text/plain; charset=utf-8\n\n", "\xff", 24 * MIB, "", NULL},
    {"A: b\nContent-Transfer-Encoding: base64\n\n", "A", 24 * MIB, "", NULL},
    {"A: b\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n", "M", 24 * MIB, "", NULL},
    {"A: b\nContent-Type: text/vcard\n\n", "BEGIN:VCARD\nPHOTO:AAAA\n", 10 * MIB, "", NULL},
    {"A: b\nContent-Type: text/vcard\n\nBEGIN:VCARD\nFN:A\nPHOTO:", "\n A", 10 * MIB,
     "\nEND:VCARD\n", NULL},
    {"A: b\nContent-Type: text/vcard\n\nBEGIN:VCARD\n", "TEL;X=\"", 10 * MIB, "", NULL},
    {"A: b\nContent-Type: message/delivery-status\n\n", "Final-Recipient: a@b\n\n", 10 * MIB, "",
     NULL},
};

/* Whatever they are, they cost themselves only. */
static void test_hostile(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(hostile); i++) {
        ARENA(work);
        struct reject reject = {0};
        struct slice raw = hostile[i].size ? repeated(work, hostile[i].first, hostile[i].text,
                                                      hostile[i].size, hostile[i].last)
                                           : (struct slice){"", 0};
        int64_t start = clock_ms();
        const struct fields *fields = decode(work, raw, &reject);
        int64_t took = clock_ms() - start;
        if (!fields != !!hostile[i].code || took > TOOK_MOST_MS)
            fail_msg("row %zu: %s, %s after %d ms", i, fields ? "read" : reject.code,
                     fields ? "" : reject.message, (int)took);
        if (fields)
            continue;
        assert_string_equal(reject.stage, "decode");
        assert_string_equal(reject.code, hostile[i].code);
        assert_int_equal(reject.line, 7);
    }
}

/* The process that reads messages; 0 when there is none. */
static pid_t child_of_ours(void)
{
    DIR *all = opendir("/proc");
    pid_t found = 0;
    for (const struct dirent *entry; !found && (entry = readdir(all));) {
        ARENA(work);
        const char *path = arena_printf(work, "/proc/%s/status", entry->d_name);
        int64_t pid;
        if (!text_to_int(entry->d_name, 1, INT32_MAX, &pid))
            continue;
        FILE *file = fopen(path, "r");
        char line[200] = "";
        while (file && fgets(line, sizeof(line), file))
            if (text_equal(line, arena_printf(work, "PPid:\t%d\n", (int)getpid())))
                found = (pid_t)pid;
        if (file)
            (void)fclose(file);
    }
    (void)closedir(all);
    return found;
}

static size_t open_files(pid_t pid)
{
    ARENA(work);
    DIR *all = opendir(arena_printf(work, "/proc/%d/fd", (int)pid));
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(all));)
        count += entry->d_name[0] != '.';
    (void)closedir(all);
    return count;
}

static void read_one(void)
{
    ARENA(work);
    struct reject reject;
    const struct fields *fields = decode(work, slice_of(CARDS), &reject);
    assert_non_null(fields);
    assert_string_equal(fields_text(fields, "From.name", NULL), "Ann");
}

/* It holds nothing of ours, dies without being missed, and ends with its maker. */
static void test_child(void **state)
{
    (void)state;
    read_one();
    pid_t first = child_of_ours();
    assert_true(first > 0);
    assert_int_equal(open_files(first), 4);
    assert_int_equal(kill(first, SIGTERM), 0); /* as a terminal's Ctrl-C would reach it too */
    read_one();
    assert_int_equal(child_of_ours(), first);
    assert_int_equal(kill(first, SIGKILL), 0);
    read_one();
    pid_t second = child_of_ours();
    assert_true(second > 0 && second != first);
    assert_int_equal(kill(second, SIGSTOP), 0);
    assert_int_equal(kill(second, SIGCONT), 0);
    read_one();
}

/* A process that was made by one that reads messages has a reader of its own. */
static void test_fork(void **state)
{
    (void)state;
    int status = -1;
    read_one();
    pid_t first = child_of_ours();
    pid_t pid = fork();
    if (pid == 0) {
        read_one();
        _exit(child_of_ours() > 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(kill(first, 0), 0);
    read_one();
}

static void *read_many(void *unused)
{
    for (int i = 0; i < 50; i++)
        read_one();
    return unused;
}

static void test_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_many, NULL), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void test_attachments(void **state)
{
    (void)state;
    ARENA(work);
    struct reject reject;
    struct mail_files files = {0}, none = {0};
    static const char raw[] =
        MIXED "--b\n\ntext\n--b\nContent-Type: text/csv; name=a.csv\nContent-Transfer-Encoding: "
              "base64\n\nYSxiCjEsMgo=\n--b\nContent-Type: application/octet-stream\n\nx\n--b--\n";
    assert_true(mime_attachments(work, slice_of(raw), &files, &reject));
    assert_int_equal(files.count, 2);
    assert_string_equal(files.list[0].name, "a.csv");
    assert_int_equal(files.list[0].content.size, 8);
    assert_memory_equal(files.list[0].content.bytes, "a,b\n1,2\n", 8);
    assert_string_equal(files.list[1].name, "");
    assert_memory_equal(files.list[1].content.bytes, "x", 1);
    assert_false(mime_attachments(work, slice_of("no message"), &none, &reject));
    assert_string_equal(reject.code, "mime");
}

/* Whatever mail programs wrote; most of it to be read. */
static size_t read_folder(const char *folder, size_t *rejects)
{
    ARENA(work);
    size_t count, read = 0;
    const char *const *paths = file_list(work, folder, "*.eml", &count);
    for (size_t i = 0; i < count; i++) {
        ARENA(scratch);
        struct slice content;
        struct error err;
        struct reject reject;
        size_t bad;
        struct mail_files files = {0};
        assert_true(file_read(scratch, paths[i], FORMAT_MESSAGE_MOST, &content, &err));
        const struct fields *fields = decode(scratch, content, &reject);
        if (!fields) {
            print_message("%s: %s\n", paths[i], reject.message);
            ++*rejects;
            continue;
        }
        read++;
        for (const char *const *name = fields_names(scratch, fields); *name; name++) {
            const char *text = fields_text(fields, *name, NULL);
            assert_true(!text || text_check(text, strlen(text), &bad));
        }
        assert_true(mime_attachments(scratch, content, &files, &reject));
    }
    return read;
}

static void test_corpora(void **state)
{
    (void)state;
    ARENA(work);
    const char *root = shared_path(work, "corpora/mail/messages");
    if (!root)
        return;
    DIR *all = opendir(root);
    size_t read = 0, rejects = 0;
    for (const struct dirent *entry; (entry = readdir(all));)
        if (entry->d_name[0] != '.')
            read += read_folder(arena_printf(work, "%s/%s", root, entry->d_name), &rejects);
    (void)closedir(all);
    print_message("%zu messages read, %zu not\n", read, rejects);
    assert_true(read > 50 && rejects < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),      cmocka_unit_test(test_names),
        cmocka_unit_test(test_streams),     cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_child),       cmocka_unit_test(test_fork),
        cmocka_unit_test(test_threads),     cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_attachments), cmocka_unit_test(test_corpora),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
