/* Follow: an instance as its processes and log files show it to somebody outside. */
#pragma once

#include <sys/types.h>

#include "hub/store/instance.h"

/* The supervisor's process, or 0 when none runs. */
pid_t follow_supervisor(const struct instance *instance);
/* Have the programs been started?  Does the API answer that it is ready (or is there none)? */
bool follow_ready(struct arena *arena, const struct instance *instance);

struct process_row {
    const char *name;
    const char *source; /* that a connector reads; NULL: it reads none */
    const char *status; /* what it says of itself; "" when it says nothing */
    int number;
    pid_t pid; /* 0: about to be started again */
    int64_t since;
    int restarts;
};
/* What the supervisor recorded last; NULL when there is no record. */
const struct process_row *follow_processes(struct arena *arena, const struct instance *instance,
                                           size_t *count);

/* Log files, from their present ends on. */
struct follow_logs;
struct follow_logs *follow_logs(struct arena *arena, const struct instance *instance);
/* Print the lines that were added, shortened, each under its program's name. */
void follow_print(struct follow_logs *logs, FILE *out);
