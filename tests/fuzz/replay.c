/*
 * A plain program around one harness, so that old crashers stay fixed: runs it over the files given, or
 * else over those in tests/fuzz/regression/HARNESS, the harness being named as this program is.
 */
#include <dirent.h>
#include <stdio.h>

#include "hub/base/file.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_MOST 67108864

static bool replay(const char *path)
{
    ARENA(work);
    struct slice input;
    struct error err = {0};
    if (!file_read(work, path, INPUT_MOST, &input, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        return false;
    }
    (void)LLVMFuzzerTestOneInput((const uint8_t *)input.bytes, input.size);
    return true;
}

static void close_folder(void *folder)
{
    (void)closedir(folder);
}

static bool replay_folder(const char *path, int *count)
{
    ARENA(work);
    DIR *folder = opendir(path);
    if (!folder)
        return true; /* no crasher yet */
    arena_defer(work, close_folder, folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (*entry->d_name == '.')
            continue;
        if (!replay(arena_printf(work, "%s/%s", path, entry->d_name)))
            return false;
        ++*count;
    }
    return true;
}

int main(int argc, char **argv)
{
    ARENA(work);
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    int count = argc - 1;
    bool fine = true;
    for (int i = 1; fine && i < argc; i++)
        fine = replay(argv[i]);
    if (argc == 1)
        fine = replay_folder(arena_printf(work, "tests/fuzz/regression/%s", name), &count);
    (void)printf("%s: %d inputs replayed\n", name, count);
    return fine ? 0 : 2;
}
