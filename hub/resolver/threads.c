#include "hub/resolver/threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

#include "hub/base/arena.h"

struct part {
    void (*work)(void *context, unsigned thread);
    void *context;
    unsigned thread;
    pthread_t id;
    bool started;
};

unsigned threads_available(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof(set), &set) || CPU_COUNT(&set) < 1)
        return 1;
    return (unsigned)CPU_COUNT(&set);
}

static void *run_part(void *arg)
{
    const struct part *part = arg;
    part->work(part->context, part->thread);
    return NULL;
}

void threads_run(unsigned count, void (*work)(void *context, unsigned thread), void *context)
{
    ARENA(scratch);
    struct part *parts = NEW_ARRAY(scratch, struct part, count + 1);
    for (unsigned i = 1; i < count; i++) {
        parts[i] = (struct part){.work = work, .context = context, .thread = i};
        parts[i].started = pthread_create(&parts[i].id, NULL, run_part, &parts[i]) == 0;
    }
    work(context, 0);
    for (unsigned i = 1; i < count; i++)
        if (parts[i].started)
            (void)pthread_join(parts[i].id, NULL);
        else
            work(context, i);
}
