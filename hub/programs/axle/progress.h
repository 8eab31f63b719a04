/* Progress: a line on standard error about long work: how much, how fast, how long it will take. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress_line {
    const char *what;    /* "staging", "publishing" */
    const char *unit;    /* "records" */
    int64_t since, last; /* milliseconds */
    bool shown;
};

/* Say how far it is; prints at most twice a second, and nothing in the first second. `all` 0: unknown. */
void progress_show(struct progress_line *line, int64_t done, int64_t all);
/* Leave the line. */
void progress_end(struct progress_line *line);
