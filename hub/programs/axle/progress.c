#include "hub/programs/axle/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "hub/base/clock.h"

#define QUIET_MS 1000 /* short work says nothing */
#define EVERY_MS 500

void progress_show(struct progress_line *line, int64_t done, int64_t all)
{
    int64_t now = clock_ms();
    if (!line->since)
        line->since = now;
    int64_t spent = now - line->since;
    if (spent < QUIET_MS || now - line->last < EVERY_MS)
        return;
    line->last = now;
    line->shown = true;
    int64_t rate = done * 1000 / spent;
    const char *start = isatty(STDERR_FILENO) ? "\r\033[K" : "";
    const char *end = isatty(STDERR_FILENO) ? "" : "\n";
    int64_t left = rate > 0 ? (all - done) / rate + 1 : 0;
    if (all > done && rate > 0)
        (void)fprintf(stderr, "%s%s: %lld of %lld %s, %lld a second, about %lld s left%s", start,
                      line->what, (long long)done, (long long)all, line->unit, (long long)rate,
                      (long long)left, end);
    else
        (void)fprintf(stderr, "%s%s: %lld %s, %lld a second%s", start, line->what, (long long)done,
                      line->unit, (long long)rate, end);
}

void progress_end(struct progress_line *line)
{
    if (line->shown && isatty(STDERR_FILENO))
        (void)fputs("\r\033[K", stderr);
}
