/*
 * Shared: other people's data and corpora that tests read where they exist (AXLE_SHARED, default
 * ../shared); where they do not, the test says what it skips.  Nothing of them is kept here.
 */
#pragma once

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "hub/base/arena.h"
#include "hub/base/text.h"

/* The path of a file or folder below the shared data; NULL, and says so, when it is not there. */
static inline const char *shared_path(struct arena *arena, const char *name)
{
    const char *root = getenv("AXLE_SHARED");
    const char *path = arena_printf(arena, "%s/%s", root && *root ? root : "../shared", name);
    if (access(path, R_OK) == 0)
        return path;
    (void)fprintf(stderr, "skipped: there is no %s\n", path);
    return NULL;
}

/* A whole file, with a NUL behind it; ends the test program when it cannot be read. */
static inline struct slice shared_read(struct arena *arena, const char *path)
{
    struct buffer buffer = {.arena = arena};
    char block[65536];
    size_t got;
    FILE *file = fopen(path, "rbe");
    if (!file) {
        perror(path);
        abort();
    }
    while ((got = fread(block, 1, sizeof(block), file)) > 0)
        buffer_add(&buffer, block, got);
    (void)fclose(file);
    return (struct slice){.bytes = buffer_string(&buffer), .size = buffer.length};
}

/* Call visit(path, name, context) for each file of a folder whose name ends so; how many there were. */
static inline size_t shared_each(struct arena *arena, const char *folder, const char *ending,
                                 void (*visit)(const char *path, const char *name, void *context),
                                 void *context)
{
    struct dirent **entries;
    size_t found = 0;
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = arena_strdup(arena, entries[i]->d_name);
        (free)(entries[i]);
        if (*name == '.' || !text_ends(name, ending))
            continue;
        visit(arena_printf(arena, "%s/%s", folder, name), name, context);
        found++;
    }
    if (count >= 0)
        (free)(entries);
    return found;
}
