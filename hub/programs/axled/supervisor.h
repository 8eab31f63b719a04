/*
 * Supervisor: starts the programs of an instance, starts them again when they die, and ends them in
 * order.
 *
 * One loop over a signal descriptor and a clock; every program is a row of the table in supervisor.c.
 */
#pragma once

#include "hub/programs/axled/postgres.h"
#include "hub/store/instance.h"

/*
 * Run until a signal (or the end of process `front`, unless 0) says stop; the arguments are those to
 * start this program again with.  Returns the exit status; failures are logged.
 */
int supervise(const struct instance *instance, char **argv, pid_t front);
