/*
 * Notify: tell whoever started this process how it is: ready, alive, and doing what, as sd_notify(3)
 * defines it, by datagrams to the socket that NOTIFY_SOCKET names.
 *
 * Daemons say notify_ready() once and call notify_alive() wherever their loops come by; a supervisor
 * listens.  Without NOTIFY_SOCKET nobody is told, and nothing ever fails or waits.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;
struct error;

/* The start is over: this process does its work now. */
void notify_ready(void);
/* It is not stuck.  Cheap to call often: it is said every five seconds at most. */
void notify_alive(void);
/* What it does, in words for people; said when it is another text than before. */
void notify_status(const char *words);
/* Assignments of sd_notify(3), a line each. */
void notify_say(const char *assignments);

/*
 * For a supervisor: a socket for its children, and what NOTIFY_SOCKET must be for them.  -1 with err when
 * there is none to be had.  Whom notify_ready() and the others tell is settled before: call it
 * before NOTIFY_SOCKET is changed.
 */
int notify_listen(struct arena *arena, const char **address, struct error *err);
/* The next message that has come, and the process that sent it by the kernel's word; false when there is
 * none.  The text is cut at size - 1 bytes. */
bool notify_receive(int fd, pid_t *sender, char *text, size_t size);
