#include "hub/programs/axled/roster.h"

#include <signal.h>
#include <sys/stat.h>

#include "hub/base/clock.h"
#include "hub/base/file.h"
#include "hub/base/log.h"
#include "hub/base/text.h"

#define ROSTER_MOST ((size_t)1024 * 1024)

/* Is the file another one than at the last look?  It is replaced whole. */
static bool has_changed(const char *path)
{
    static struct stat last;
    struct stat now;
    if (stat(path, &now))
        now = (struct stat){0};
    bool same = now.st_ino == last.st_ino && now.st_mtim.tv_sec == last.st_mtim.tv_sec &&
                now.st_mtim.tv_nsec == last.st_mtim.tv_nsec;
    last = now;
    return !same;
}

static void want(struct children *children, const char *source, const char *connector)
{
    ARENA(scratch);
    const char *name = arena_printf(scratch, "axle-%s", connector);
    const struct program *program = program_find(name);
    if (!program || program->copies != COPIES_SOURCES) {
        log_line(LOG_WARNING, "source '%s': there is no program %s", source, name);
        return;
    }
    for (size_t i = 0; i < children->count; i++) {
        struct child *child = &children->list[i];
        if (child->program != program || !text_equal(child->source, source))
            continue;
        child->unwanted = false;
        child->asked = 0;
        return;
    }
    children_add_source(children, program, source);
}

static void read_file(struct children *children, const char *path)
{
    ARENA(scratch);
    struct slice content = {.bytes = ""};
    struct error err;
    if (!file_read(scratch, path, ROSTER_MOST, &content, &err) && err.kind != ERROR_NOT_FOUND) {
        log_line(LOG_WARNING, "%s", err.text);
        return;
    }
    for (size_t i = 0; i < children->count; i++)
        children->list[i].unwanted = children->list[i].source != NULL;
    size_t count;
    const char **lines = text_split(scratch, content.bytes, '\n', &count);
    for (size_t i = 0; i < count; i++) {
        size_t words;
        const char **word = text_split(scratch, lines[i], ' ', &words);
        if (words == 2)
            want(children, word[0], word[1]);
    }
    children_record(children);
}

static void end_unwanted(struct child *child)
{
    if (!child->unwanted || !child->pid)
        return;
    if (!child->asked) {
        child->asked = clock_ms();
        (void)kill(child->pid, child->program->stop_signal);
    } else if (clock_ms() - child->asked > child->program->patience) {
        (void)kill(child->pid, SIGKILL);
    }
}

void roster_follow(struct children *children)
{
    ARENA(scratch);
    const char *path = arena_printf(scratch, "%s/run/sources", children->instance->home);
    if (has_changed(path))
        read_file(children, path);
    for (size_t i = 0; i < children->count; i++)
        end_unwanted(&children->list[i]);
}
