/* What a process says of itself is what its supervisor hears, and from whom. */
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "hub/base/notify.h"
#include "hub/base/process.h"
#include "hub/base/text.h"

static char self[PATH_MAX];

/* The other side: this program again, told to speak. */
static int speak(void)
{
    notify_status("reading the mailbox");
    notify_status("reading the mailbox");
    notify_ready();
    for (int i = 0; i < 1000; i++)
        notify_alive();
    notify_status("waiting\nMAINPID=1");
    return 0;
}

static pid_t start_speaker(const char *address)
{
    static const char *const words[] = {"speak", NULL};
    struct error err;
    (void)setenv("NOTIFY_SOCKET", address, 1);
    pid_t pid = process_start(&(struct process_plan){.program = self, .args = words}, &err);
    assert_true(pid > 0);
    return pid;
}

static void test_is_heard(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    const char *address;
    char text[100];
    pid_t sender;
    static const char *const expected[] = {"STATUS=reading the mailbox", "READY=1\nWATCHDOG=1",
                                           "WATCHDOG=1", "STATUS=waiting"};
    int fd = notify_listen(work, &address, &err);
    assert_true(fd >= 0);
    assert_int_equal(address[0], '@');
    assert_false(notify_receive(fd, &sender, text, sizeof(text)));

    pid_t speaker = start_speaker(address);
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        struct pollfd heard = {.fd = fd, .events = POLLIN};
        assert_int_equal(poll(&heard, 1, 10000), 1);
        assert_true(notify_receive(fd, &sender, text, sizeof(text)));
        assert_string_equal(text, expected[i]);
        assert_int_equal(sender, speaker);
    }
    int status;
    assert_int_equal(waitpid(speaker, &status, 0), speaker);
    assert_int_equal(status, 0);
    assert_false(notify_receive(fd, &sender, text, sizeof(text)));
    assert_int_equal(close(fd), 0);
}

/* A supervisor that is gone, or an address that is none, holds nobody up. */
static void test_speaks_to_nobody(void **state)
{
    (void)state;
    static const char *const nobody[] = {"", "@", "relative", "/no/such/socket", "@no such socket"};
    for (size_t i = 0; i < COUNT_OF(nobody); i++) {
        int status;
        pid_t speaker = start_speaker(nobody[i]);
        assert_int_equal(waitpid(speaker, &status, 0), speaker);
        assert_int_equal(status, 0);
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && text_equal(argv[1], "speak"))
        return speak();
    (void)unsetenv("NOTIFY_SOCKET");
    if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
        return 2;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_heard),
        cmocka_unit_test(test_speaks_to_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
