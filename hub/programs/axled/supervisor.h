/*
 * Supervisor: starts the programs of an instance, starts them again when they die, and ends them in
 * order.
 *
 * One loop over a signal descriptor and a clock; every program is a row of the table in supervisor.c.
 */
#pragma once

#include "hub/programs/axled/postgres.h"
#include "hub/store/instance.h"

/* Processes that this one depends on; each may be 0. */
struct relatives {
    pid_t front;   /* its end is ours */
    pid_t watcher; /* started us, and will do so again */
};

/* Run until a signal, or the end of the front, says stop.  Returns the exit status; failures are logged. */
int supervise(const struct instance *instance, const struct relatives *relatives);
