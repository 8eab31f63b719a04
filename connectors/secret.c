#include "connectors/secret.h"

#include <sys/stat.h>

#include "hub/base/log.h"
#include "hub/base/secret.h"

const char *secret_path(struct arena *arena, const struct pull *pull, const char *file)
{
    return secret_file(arena, pull->instance->site, file);
}

static void tell_open(const struct pull *pull, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0 || !(status.st_mode & S_IROTH) || !pull_first(pull, path))
        return;
    log_line(LOG_WARNING, "source '%s': everybody may read '%s'; 'chmod 600' it",
             pull->source->mapping->source, path);
}

bool secret_read(struct arena *arena, const struct pull *pull, const char *file,
                 const char **secret, struct error *err)
{
    const char *path = secret_path(arena, pull, file);
    if (!secret_file_read(arena, path, secret, err))
        return false;
    tell_open(pull, path);
    return true;
}
