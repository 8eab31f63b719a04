/* A file that exists as long as its arena. */
#pragma once

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hub/base/arena.h"

static inline void scratch_remove(void *path)
{
    (void)unlink(path);
}

/* Write `content` to a new file, its name ending in .xml; returns its path. */
static inline const char *scratch_file(struct arena *arena, const char *content)
{
    char *path = arena_strdup(arena, "/tmp/axle-test-XXXXXX.xml");
    int fd = mkstemps(path, 4);
    size_t size = strlen(content);
    if (fd < 0 || write(fd, content, size) != (ssize_t)size || close(fd))
        abort();
    arena_defer(arena, scratch_remove, path);
    return path;
}
